"""`assay probe --watch`: the probes again and again, a line when one changes, and metrics with the names of blackbox_exporter."""
import calendar
import contextlib
import http.server
import json
import os
import queue
import re
import signal
import socket
import subprocess
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

import probe_stage
import support

LINE_DEADLINE_S = 10
END_DEADLINE_S = 5
INTERVAL = "200ms"
SAMPLE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')


class Server:
    """An HTTP server of the test; `say` (status and headers by path) may change at any time."""

    def __init__(self, test, port=0):
        self.say, self.asked, self.open, self.most_open, self.lock = {}, {}, 0, 0, threading.Lock()
        self.hang, self.test = threading.Event(), test
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                with server.lock:
                    server.asked[self.path] = server.asked.get(self.path, 0) + 1
                    server.open += 1
                    server.most_open = max(server.most_open, server.open)
                status, headers = server.say.get(self.path, (200, {}))
                if status is None:
                    server.hang.wait(30)  # until the end of the test
                    self.close_connection = True
                with server.lock:
                    server.open -= 1
                if status is None:
                    return
                self.send_response(status)
                for name, value in {"Content-Length": "2", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"{}")

        class Listener(http.server.ThreadingHTTPServer):
            daemon_threads, block_on_close, request_queue_size = True, False, 64

            def handle_error(self, *_):  # a peer that left
                pass

        self.server = Listener(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()
        self.running = True
        test.addCleanup(self.stop)

    def stop(self):
        self.hang.set()
        if self.running:
            self.running = False
            self.server.shutdown()
            self.thread.join()
            self.server.server_close()


class Watching:
    """A running `assay probe --watch`: its lines as they come."""

    def __init__(self, test, arguments, environment=None):
        self.test, self.lines, self.queue, self.errors = test, [], queue.Queue(), []
        self.process = subprocess.Popen([support.ASSAY, "probe", *map(str, arguments)], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, cwd=test.folder, env=environment)
        self.threads = [threading.Thread(target=self._read, daemon=True), threading.Thread(target=self._read_errors, daemon=True)]
        for thread in self.threads:
            thread.start()
        test.addCleanup(self.end)

    def _read(self):
        for line in self.process.stdout:
            self.queue.put(line.rstrip("\n"))
        self.queue.put(None)

    def _read_errors(self):
        for line in self.process.stderr:
            self.errors.append(line)

    def await_line(self, pattern, deadline_s=LINE_DEADLINE_S):
        """The next line that matches; all before it are taken as well."""
        deadline = time.monotonic() + deadline_s
        while (left := deadline - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                line = self.queue.get(timeout=left)
                if line is None:
                    break
                self.lines.append(line)
                if re.search(pattern, line):
                    return line
        return self.test.fail(f"no line like {pattern!r}; {self.told()}")

    def taken(self):
        """All lines so far."""
        with contextlib.suppress(queue.Empty):
            while (line := self.queue.get_nowait()) is not None:
                self.lines.append(line)
        return self.lines

    def told(self):
        return f"exit {self.process.poll()}\n--- stdout\n" + "\n".join(self.lines) + "\n--- stderr\n" + "".join(self.errors)

    def ended(self, deadline_s=END_DEADLINE_S):
        """Its exit code."""
        try:
            code = self.process.wait(timeout=deadline_s)
        except subprocess.TimeoutExpired:
            return self.test.fail("it does not end; " + self.told())
        for thread in self.threads:
            thread.join(timeout=END_DEADLINE_S)
        return code

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for thread in self.threads:
            thread.join(timeout=END_DEADLINE_S)
        self.process.stdout.close()
        self.process.stderr.close()


def unescaped(value):
    return re.sub(r'\\(["\\n])', lambda m: "\n" if m[1] == "n" else m[1], value)


def parse(text):
    """Strictly, the text format 0.0.4: (name, labels) -> value, and name -> type."""
    samples, types, helps = {}, {}, set()
    assert text.endswith("\n")
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            name = line.split(" ")[2]
            assert name not in helps, f"a second HELP: {line}"
            helps.add(name)
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in types and not any(sample[0] == name for sample in samples), f"a second or late TYPE: {line}"
            types[name] = kind
        elif line and not line.startswith("#"):
            match = SAMPLE.match(line)
            assert match, f"no sample: {line}"
            labels, rest = {}, match[2] or ""
            while rest:
                label = LABEL.match(rest)
                assert label, f"no labels: {line}"
                labels[label[1]] = unescaped(label[2])
                rest = rest[label.end():]
            key = (match[1], tuple(sorted(labels.items())))
            assert key not in samples, f"twice: {line}"
            samples[key] = float(match[3])
    return samples, types


class Metrics:
    def __init__(self, text):
        self.text = text
        self.samples, self.types = parse(text)

    def value(self, metric, **labels):
        """Of the one series with these labels, and perhaps others; None where there is none."""
        found = [value for (name, having), value in self.samples.items() if name == metric and labels.items() <= dict(having).items()]
        assert len(found) < 2, f"{metric} {labels}: {found}"
        return found[0] if found else None

    def labels(self, metric, label):
        return {dict(having).get(label) for (name, having) in self.samples if name == metric}


class ProbeWatch(probe_stage.ProbeTest):
    def watch(self, lines, target="http://127.0.0.1:1", *, interval=INTERVAL, environment=None, extra="", listen=None):
        """A watch of these probes; its metrics are at self.port."""
        gate = self.gate(f"version: 1\ntargets:\n  candidate: {target}\n{extra}\nprobes:\n{lines}\n")
        self.port = support.free_port()
        return Watching(self, [gate, "--watch", "--interval", interval, "--listen", listen or f"127.0.0.1:{self.port}"], environment)

    def scrape(self, timeout=5):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=timeout) as response:
            self.assertIn("text/plain", response.headers["Content-Type"])
            return Metrics(response.read().decode())

    def await_metric(self, accept, watching):
        """Scrapes until `accept(metrics)`: for what no line tells of."""
        deadline = time.monotonic() + LINE_DEADLINE_S
        while True:
            metrics = self.scrape()
            if accept(metrics):
                return metrics
            if time.monotonic() > deadline:
                self.fail(f"not yet there\n{metrics.text}\n{watching.told()}")
            time.sleep(0.02)

    def site(self):
        """A server and the lines of probes that all pass."""
        server = Server(self)
        server.say["/version"] = (200, {"X-Version": "1.4.2"})
        return server, """
  - { kind: http, name: home, path: /, timeout: 1s }
  - { kind: health, name: ready, ready: /ready, timeout: 1s }
  - { kind: version, name: build, path: /version, header: X-Version, expect: "1.4.2", timeout: 1s }
  - { kind: env, name: variables, required: [PATH] }
  - { kind: command, name: program, argv: ["true"] }"""

    def test_each_probe_is_there(self):
        server, lines = self.site()
        watching = self.watch(lines, f"http://127.0.0.1:{server.port}")
        for _ in range(5):
            watching.await_line(": pass: ")
        metrics = self.scrape()
        for name, kind in (("home", "http"), ("ready", "health"), ("build", "version"), ("variables", "env"), ("program", "command")):
            self.assertEqual(metrics.value("probe_success", probe=name, kind=kind), 1, metrics.text)
            self.assertGreater(metrics.value("probe_duration_seconds", probe=name), 0)
            states = {state: metrics.value("assay_probe_state", probe=name, state=state) for state in ("pass", "warn", "fail", "error", "skip")}
            self.assertEqual(states, {"pass": 1, "warn": 0, "fail": 0, "error": 0, "skip": 0})
            self.assertLess(abs(metrics.value("assay_probe_last_run_timestamp_seconds", probe=name) - time.time()), 5)
        self.assertEqual(metrics.value("probe_http_status_code", probe="home"), 200)
        self.assertEqual(metrics.labels("probe_http_duration_seconds", "phase"), {"resolve", "connect", "tls", "processing", "transfer"})
        for phase in ("resolve", "connect", "tls", "processing", "transfer"):
            self.assertGreaterEqual(metrics.value("probe_http_duration_seconds", probe="home", phase=phase), 0)
        self.assertGreater(metrics.value("probe_http_duration_seconds", probe="home", phase="processing"), 0)
        for name in ("probe_success", "probe_duration_seconds", "probe_http_status_code", "probe_http_duration_seconds"):
            self.assertEqual(metrics.types.get(name), "gauge")
        self.assertEqual(metrics.types.get("assay_probe_runs_total"), "counter")

    def test_http_is_told_of_those_that_speak_it(self):
        server, lines = self.site()
        watching = self.watch(lines, f"http://127.0.0.1:{server.port}")
        for _ in range(5):
            watching.await_line(": pass: ")
        self.assertEqual(self.scrape().labels("probe_http_duration_seconds", "probe"), {"home", "ready", "build"})

    def test_promtool_finds_no_fault(self):
        server, lines = self.site()
        watching = self.watch(lines, f"http://127.0.0.1:{server.port}")
        watching.await_line("home: pass")
        done = subprocess.run(["promtool", "check", "metrics"], input=self.scrape().text, capture_output=True, text=True, timeout=30)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)

    def query(self, address, expression):
        """What a Prometheus says to an instant query, as value by the label "probe"."""
        url = f"http://{address}/api/v1/query?query={urllib.parse.quote(expression)}"
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                answer = json.load(response)
        except urllib.error.HTTPError as error:
            self.assertEqual(error.code, 503)  # it is still reading its data
            return {}
        return {series["metric"].get("probe", ""): float(series["value"][1]) for series in answer["data"]["result"]}

    def test_prometheus_scrapes_it(self):
        server, lines = self.site()
        server.say["/ready"] = (503, {})
        watching = self.watch(lines, f"http://127.0.0.1:{server.port}")
        for _ in range(5):
            watching.await_line(": (pass|fail): ")
        port = support.free_port()
        (self.folder / "prometheus.yml").write_text(
            f"global: {{ scrape_interval: 200ms, scrape_timeout: 200ms }}\n"
            f"scrape_configs: [{{ job_name: assay, static_configs: [{{ targets: ['127.0.0.1:{self.port}'] }}] }}]\n")
        self.start(["prometheus", "--config.file=prometheus.yml", f"--storage.tsdb.path={self.folder}/data",
                    f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"], ("127.0.0.1", port))
        address = f"127.0.0.1:{port}"
        deadline = time.monotonic() + LINE_DEADLINE_S
        while not (found := self.query(address, "probe_success")) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(found, {"home": 1, "ready": 0, "build": 1, "variables": 1, "program": 1}, watching.told())
        self.assertEqual(self.query(address, "probe_http_status_code"), {"home": 200})
        self.assertEqual(self.query(address, 'assay_probe_state{state="fail"} == 1'), {"ready": 1})
        self.assertEqual(set(self.query(address, "sum by (probe) (probe_http_duration_seconds)")), {"home", "ready", "build"})

    def test_a_certificate_and_its_end(self):
        authority = support.Authority(self.folder / "ca")
        nginx = self.nginx(tls=authority.issue("DNS:localhost,IP:127.0.0.1", ("20240101000000Z", "20301231235959Z")))
        watching = self.watch("  - { kind: tls, name: certificate, expect: { valid_for: 14d, chain: trusted } }\n"
                              "  - { kind: http, name: items, path: /items, timeout: 2s }",
                              f'{{ url: "https://localhost:{nginx.port}", resolve: {{ localhost: 127.0.0.1 }}, tls: {{ ca: "{authority.certificate}" }} }}')
        watching.await_line("certificate: pass")
        metrics = self.await_metric(lambda m: m.value("probe_success", probe="items") is not None, watching)
        expiry = calendar.timegm((2030, 12, 31, 23, 59, 59))
        self.assertEqual(metrics.value("probe_ssl_earliest_cert_expiry", probe="certificate"), expiry, metrics.text)
        self.assertGreater(metrics.value("probe_http_duration_seconds", probe="items", phase="tls"), 0)
        self.assertEqual(metrics.value("probe_success", probe="items"), 1, metrics.text)

    def test_a_change_is_told_once(self):
        server, lines = self.site()
        watching = self.watch(lines, f"http://127.0.0.1:{server.port}")
        watching.await_line("home: pass")
        server.say["/"] = (500, {})
        line = watching.await_line("home: pass -> fail")
        self.assertRegex(line, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z home: pass -> fail: .*500")
        metrics = self.scrape()
        self.assertEqual(metrics.value("probe_success", probe="home"), 0, metrics.text)
        self.assertEqual(metrics.value("probe_http_status_code", probe="home"), 500)
        self.assertEqual((metrics.value("assay_probe_state", probe="home", state="fail"), metrics.value("assay_probe_state", probe="home", state="pass")), (1, 0))
        failed = metrics.value("assay_probe_runs_total", probe="home", state="fail")
        self.await_metric(lambda m: m.value("assay_probe_runs_total", probe="home", state="fail") >= failed + 3, watching)
        server.say["/"] = (200, {})
        watching.await_line("home: fail -> pass")
        self.assertEqual(self.scrape().value("probe_success", probe="home"), 1)
        told = [line for line in watching.taken() if " home: " in line]
        self.assertEqual(len(told), 3, watching.told())  # pass, fail, pass: not one for each run
        for name in ("ready", "build", "variables", "program"):
            self.assertEqual(len([line for line in watching.lines if f" {name}: " in line]), 1, watching.told())
            self.assertEqual(self.scrape().value("probe_success", probe=name), 1)

    def test_a_server_that_goes_and_comes_back(self):
        server, lines = self.site()
        watching = self.watch(lines, f"http://127.0.0.1:{server.port}")
        watching.await_line("home: pass")
        server.stop()
        watching.await_line("home: pass -> fail.*refused")
        metrics = self.scrape()
        self.assertEqual(metrics.value("probe_success", probe="home"), 0)
        again = Server(self, server.port)
        again.say["/version"] = (200, {"X-Version": "1.4.2"})
        watching.await_line("home: fail -> pass")
        self.await_metric(lambda m: all(m.value("probe_success", probe=name) == 1 for name in ("home", "ready", "build")), watching)

    def test_no_value_outlives_its_run(self):
        """blackbox_exporter says 0 where no status came; an old 200 would look as if all were well."""
        server, lines = self.site()
        watching = self.watch(lines, f"http://127.0.0.1:{server.port}")
        watching.await_line("home: pass")
        self.assertEqual(self.scrape().value("probe_http_status_code", probe="home"), 200)
        server.stop()
        watching.await_line("home: pass -> fail.*refused")
        self.assertIn(self.scrape().value("probe_http_status_code", probe="home"), (None, 0))

    def test_a_signal_ends_it(self):
        server, lines = self.site()
        for number, code in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):
            with self.subTest(number.name):
                watching = self.watch(lines, f"http://127.0.0.1:{server.port}")
                watching.await_line("home: pass")
                watching.process.send_signal(number)
                self.assertEqual(watching.ended(), code, watching.told())
                with socket.create_server(("127.0.0.1", self.port)):
                    pass  # the port is free again

    def test_a_signal_ends_it_while_a_probe_waits(self):
        server = Server(self)
        server.say["/hangs"] = (None, {})
        watching = self.watch("  - { kind: http, name: home, path: / }\n  - { kind: http, name: hangs, path: /hangs, timeout: 30s }\n"
                              "  - { kind: command, name: sleeps, argv: [sleep, '30'], timeout: 60s }", f"http://127.0.0.1:{server.port}")
        watching.await_line("home: pass")
        self.await_metric(lambda m: server.asked.get("/hangs"), watching)
        watching.process.send_signal(signal.SIGTERM)
        self.assertEqual(watching.ended(), 143, watching.told())

    def test_one_that_hangs_is_not_asked_again_meanwhile(self):
        server = Server(self)
        server.say["/hangs"] = (None, {})
        watching = self.watch("  - { kind: http, name: home, path: / }\n  - { kind: http, name: hangs, path: /hangs, timeout: 30s }",
                              f"http://127.0.0.1:{server.port}")
        watching.await_line("home: pass")
        self.await_metric(lambda m: m.value("assay_probe_runs_total", probe="home", state="pass") >= 8, watching)
        self.assertEqual(server.asked["/hangs"], 1)
        self.assertIsNone(self.scrape().value("probe_success", probe="hangs"))

    def test_the_interval_is_kept(self):
        server = Server(self)
        watching = self.watch("  - { kind: http, name: often, path: /often }\n  - { kind: http, name: seldom, path: /seldom, every: 2s, timeout: 1s }",
                              f"http://127.0.0.1:{server.port}")
        watching.await_line("often: pass")
        began = time.monotonic()
        self.await_metric(lambda m: (m.value("assay_probe_runs_total", probe="often", state="pass") or 0) >= 6, watching)
        self.assertGreaterEqual(time.monotonic() - began, 4 * 0.2)  # one run was over at the beginning, another may have begun
        self.assertLessEqual(server.asked["/seldom"], 2)

    def test_a_port_in_use_is_refused(self):
        server, lines = self.site()
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = "127.0.0.1:%d" % taken.getsockname()[1]
            watching = self.watch(lines, f"http://127.0.0.1:{server.port}", listen=address)
            self.assertEqual(watching.ended(), 3, watching.told())
        text = "".join(watching.errors)
        self.assertEqual(text.count("\n"), 1, text)
        self.assertIn(address, text)
        self.assertIn("in use", text)
        self.assertEqual(watching.taken(), [], "something was probed")
        self.assertEqual(server.asked, {})

    def test_addresses_that_are_none(self):
        for address in ("nowhere", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:http"):
            with self.subTest(address):
                watching = self.watch("  - { kind: env, required: [PATH] }", listen=address)
                self.assertEqual(watching.ended(), 2, watching.told())
                self.assertIn(address, "".join(watching.errors))

    def test_an_address_of_another_machine(self):
        watching = self.watch("  - { kind: env, required: [PATH] }", listen="192.0.2.1:9464")
        self.assertEqual(watching.ended(), 3, watching.told())
        self.assertIn("192.0.2.1:9464", "".join(watching.errors))

    def test_dangerous_probes_are_left_out(self):
        server, lines = self.site()
        lines += """
  - { kind: rate-limit, name: limits, path: /limited, limit: 3, window: 1s, dangerous: [127.0.0.1] }
  - { kind: body-limit, name: uploads, path: /upload, limit: 10B, dangerous: [127.0.0.1] }
  - { kind: ports, name: scan, open: [1], dangerous: [127.0.0.1] }"""
        watching = self.watch(lines, f"http://127.0.0.1:{server.port}")
        watching.await_line("home: pass")
        metrics = self.await_metric(lambda m: (m.value("assay_probe_runs_total", probe="home", state="pass") or 0) >= 3, watching)
        for name in ("limits", "uploads", "scan"):
            self.assertIsNone(metrics.value("probe_success", probe=name))
            self.assertEqual(len([line for line in watching.errors if name in line and "left out" in line]), 1, watching.told())
        self.assertEqual({path for path in server.asked} & {"/limited", "/upload"}, set())

    def test_nothing_is_left_to_watch(self):
        """A watch of no probe would look well for ever."""
        watching = self.watch("  - { kind: ports, name: scan, open: [1], dangerous: [127.0.0.1] }", "http://127.0.0.1:1")
        self.assertIn(watching.ended(), (2, 3), watching.told())
        self.assertIn("left out", "".join(watching.errors))

    def test_names_with_quotes(self):
        name = 'say "hi" \\ there'
        watching = self.watch("  - { kind: env, name: 'say \"hi\" \\ there', required: [PATH] }")
        watching.await_line("pass")
        metrics = self.scrape()
        self.assertEqual(metrics.value("probe_success", probe=name), 1, metrics.text)

    def test_secrets_are_kept(self):
        server = Server(self)
        server.say["/"] = (200, {"X-Echo": 'Zq7"x/+K3y'})
        watching = self.watch("  - { kind: http, name: echo, path: /, headers: { X-Token: '${TOKEN}' }, expect: { header: { x-echo: other } } }",
                              f"http://127.0.0.1:{server.port}", environment={**os.environ, "TOKEN": 'Zq7"x/+K3y'}, extra="secrets: [TOKEN]")
        line = watching.await_line("echo: fail")
        self.assertIn("***", line)
        for text in (line, "".join(watching.errors), self.scrape().text):
            self.assertNotIn("Zq7", text)

    def test_what_a_server_says_cannot_forge_a_line(self):
        server = Server(self)
        server.say["/"] = (200, {"X-Version": "1\x1b[2J\x85 2026-01-01T00:00:00.000Z other: pass"})
        watching = self.watch("  - { kind: version, name: build, path: /, header: X-Version, expect: '1' }", f"http://127.0.0.1:{server.port}")
        line = watching.await_line("build: fail")
        self.assertEqual([c for c in line if ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0], [], line)

    def test_an_idle_client_does_not_keep_others_from_the_metrics(self):
        watching = self.watch("  - { kind: env, name: variables, required: [PATH] }")
        watching.await_line("variables: pass")
        with socket.create_connection(("127.0.0.1", self.port)) as idle:
            idle.sendall(b"GET /metrics HTTP/1.1\r\n")  # and no more
            self.assertEqual(self.scrape(timeout=5).value("probe_success", probe="variables"), 1)

    def test_only_one_is_watched(self):
        server, lines = self.site()
        gate = self.gate(f"version: 1\ntargets: {{ candidate: 'http://127.0.0.1:{server.port}' }}\nprobes:\n{lines}\n")
        self.port = support.free_port()
        watching = Watching(self, [gate, "--watch", "--interval", INTERVAL, "--listen", f"127.0.0.1:{self.port}", "--only", "ready"])
        watching.await_line("ready: pass")
        metrics = self.await_metric(lambda m: (m.value("assay_probe_runs_total", probe="ready", state="pass") or 0) >= 2, watching)
        self.assertEqual(metrics.labels("probe_success", "probe"), {"ready"})


if __name__ == "__main__":
    unittest.main()
