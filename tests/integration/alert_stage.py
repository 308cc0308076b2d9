"""A real Prometheus and a real Alertmanager on loopback, with intervals of a second and less, and what they scrape and tell."""
import contextlib
import http.server
import json
import math
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import probe_stage
import support

READY_DEADLINE_S = 60
INTERVAL = "250ms"


class QuietHandler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass


def served(stage, handler):
    """The port of loopback on which such requests are answered until the stage ends."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()

    def end():
        server.shutdown()
        thread.join()
        server.server_close()
    stage.addCleanup(end)
    return server.server_address[1]


class Exporter:
    """A /metrics endpoint; `text`, or what makes it, may change at any time."""

    def __init__(self, stage, text=""):
        self.text = text
        self.port = served(stage, self.handler())

    def handler(self):
        exporter = self

        class Handler(QuietHandler):
            def do_GET(self):
                text = exporter.text
                body = (text() if callable(text) else text).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
        return Handler


class Answering:
    """What Prometheus and Alertmanager have in common: an address that answers questions in JSON."""

    def __init__(self, port, process=None):
        self.port, self.url, self.process = port, f"http://127.0.0.1:{port}", process

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=READY_DEADLINE_S) as response:
            return json.load(response)

    def await_ready(self):
        deadline = time.monotonic() + READY_DEADLINE_S
        while True:
            with contextlib.suppress(OSError), urllib.request.urlopen(self.url + "/-/ready", timeout=5):
                return
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.url} does not become ready")
            time.sleep(0.05)


class Alertmanager(Answering):
    def await_alert(self, name):
        deadline = time.monotonic() + READY_DEADLINE_S
        while not self.get(f"/api/v2/alerts?filter=alertname%3D%22{name}%22"):
            if time.monotonic() > deadline:
                raise RuntimeError(f"Alertmanager is not told of {name}")
            time.sleep(0.05)


class Prometheus(Answering):
    def query(self, expression):
        """label set as text -> value"""
        answer = self.get("/api/v1/query?query=" + urllib.parse.quote(expression))
        return {json.dumps(one["metric"], sort_keys=True): float(one["value"][1]) for one in answer["data"]["result"]}

    def await_result(self, expression, holds=bool):
        deadline = time.monotonic() + READY_DEADLINE_S
        while not holds(found := self.query(expression)):
            if time.monotonic() > deadline:
                raise RuntimeError(f"{expression} is still {found}")
            time.sleep(0.05)
        return found

    def missed_a_scrape(self, seconds):
        """Whether a target that is up was not scraped in time once in these last seconds: this machine was too busy for it, and what
        was there was gone for a moment, or came late."""
        with contextlib.suppress(OSError):
            answer = self.get(f"/api/v1/query?query=up[{math.ceil(seconds)}s]")
            return any(self._misses(one["values"]) for one in answer["data"]["result"])
        return False  # it was ended by its test

    def _misses(self, values):
        if values[-1][1] == "0":
            return False  # as its test wants it
        times = [at for at, _ in values]
        return any(up == "0" for _, up in values) or any(b - a > 2 * self.interval_s for a, b in zip(times, times[1:]))

    def await_calm(self):
        """Until a while ago everything that is up was scraped in time."""
        deadline = time.monotonic() + READY_DEADLINE_S
        while self.missed_a_scrape(3):
            if time.monotonic() > deadline:
                raise RuntimeError("this machine is too busy to scrape in time")
            time.sleep(0.2)

    def await_evaluated(self):
        """Until every rule has been evaluated."""
        deadline = time.monotonic() + READY_DEADLINE_S
        while True:
            groups = self.get("/api/v1/rules")["data"]["groups"]
            if all(rule["health"] != "unknown" for group in groups for rule in group["rules"]):
                return
            if time.monotonic() > deadline:
                raise RuntimeError("rules are not evaluated")
            time.sleep(0.05)


class Stage:
    """Starts servers in `folder`, and hands what ends them to `add_cleanup`: of a test, or of a class of tests."""

    def __init__(self, folder, add_cleanup):
        self.folder, self.addCleanup = folder, add_cleanup

    start, end = probe_stage.ProbeTest.start, staticmethod(probe_stage.ProbeTest.end)

    def alertmanager(self, config):
        """`config`: YAML."""
        port = support.free_port()
        folder = self.folder / f"alertmanager{port}"
        folder.mkdir()
        (folder / "alertmanager.yml").write_text(config)
        process = self.start(["prometheus-alertmanager", f"--config.file={folder}/alertmanager.yml", f"--storage.path={folder}/data",
                              f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=", "--log.level=warn"], ("127.0.0.1", port))
        server = Alertmanager(port, process)
        server.await_ready()
        server.config_file = folder / "alertmanager.yml"
        return server

    def prometheus(self, rules, jobs, alertmanager=None, external_labels="{}", interval=INTERVAL, arguments=()):
        """`rules`: YAML of a rules file, or None; `jobs`: name -> ports, or the YAML of what else belongs to its scrape_config."""
        port = support.free_port()
        folder = self.folder / f"prometheus{port}"
        folder.mkdir()
        lines = [f"global: {{ scrape_interval: {interval}, scrape_timeout: {interval}, evaluation_interval: {interval}, "
                 f"external_labels: {external_labels} }}"]
        if rules is not None:
            (folder / "rules.yml").write_text(rules)
            lines.append(f"rule_files: ['{folder}/rules.yml']")
        if alertmanager is not None:
            lines.append(f"alerting: {{ alertmanagers: [{{ static_configs: [{{ targets: ['127.0.0.1:{alertmanager.port}'] }}] }}] }}")
        lines.append("scrape_configs:")
        for job, ports in jobs.items():
            if not isinstance(ports, str):
                ports = f"static_configs: [{{ targets: {[f'127.0.0.1:{one}' for one in ports]} }}]"
            lines.append(f"  - {{ job_name: '{job}', {ports} }}")
        (folder / "prometheus.yml").write_text("\n".join(lines) + "\n")
        process = self.start(["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
                              f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn", *arguments], ("127.0.0.1", port))
        server = Prometheus(port, process)
        server.interval_s = float(interval[:-2]) / 1000 if interval.endswith("ms") else float(interval[:-1])
        server.await_ready()
        server.rules_file = folder / "rules.yml"
        return server
