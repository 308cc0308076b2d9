"""Deployments that change while they are watched: each goes well or badly in one way, and each probe sees just its own.

One application plays all parts: what stands under /p/NUMBER/ follows a script of its own, whose clock starts with the
first request. A gate watches many of them at once, so that the table of a test is one run.
"""
import contextlib
import dataclasses
import datetime
import http.server
import json
import os
import re
import threading
import time
import unittest
import urllib.parse

import probe_stage
import support

RATE, LENGTH_S = 20, 4
ATTEMPTS = 3
EVERY = "every: 100ms, timeout: 1s"


@dataclasses.dataclass
class Asked:
    """One request, as a script sees it."""
    rest: str  # of the path, below the script's own
    query: dict
    headers: dict
    elapsed: float  # since the first request of this script
    count: int  # requests of the same path before this one
    loads: int  # requests of the load so far


def answer(body="{}", status=200, **headers):
    """A response: X_Version="1" becomes the header X-Version."""
    text = body if isinstance(body, str) else json.dumps(body)
    fields = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return status, fields, text


class Application:
    """`scripts`: number -> function of Asked. /load is what the load asks for: `on_load(elapsed)` may break it."""

    def __init__(self, scripts, on_load=lambda elapsed: 200):
        self.scripts, self.on_load = scripts, on_load
        self.lock, self.started, self.counts, self.loads, self.load_started = threading.Lock(), {}, {}, 0, None
        self.bad_times = []  # when something else than 2xx was said, by time.time()
        application = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *_):
                pass

            def do_GET(self):
                status, fields, body = application.reply(self.path, self.headers)
                data = body.encode()
                head = "".join(f"{name}: {value}\r\n" for name, value in {**fields, "Content-Length": len(data)}.items())
                self.wfile.write(f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + data)

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads, block_on_close, request_queue_size = True, False, 256

            def handle_error(self, *_):  # a peer that left
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def reply(self, target, headers):
        url = urllib.parse.urlsplit(target)
        now = time.monotonic()
        with self.lock:
            if url.path == "/load":
                self.loads += 1
                self.load_started = self.load_started or now
                return self.noted(answer(status=self.on_load(now - self.load_started)))
            match = re.fullmatch(r"/p/(\d+)(/.*)?", url.path)
            if not match:
                return answer(status=404)
            number, rest = int(match[1]), match[2] or "/"
            elapsed = now - self.started.setdefault(number, now)
            count = self.counts.get(url.path, 0)
            self.counts[url.path] = count + 1
            asked = Asked(rest, dict(urllib.parse.parse_qsl(url.query)), headers, elapsed, count, self.loads)
        return self.noted(self.scripts[number](asked))  # outside of the lock: a script may wait

    def noted(self, said):
        if said[0] >= 400:
            self.bad_times.append(time.time())
        return said

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@dataclasses.dataclass
class Part:
    """What one script does, who watches it, and what must be said of it."""
    probe: str  # a flow map without braces; {base} is the URL of the script, {path} its path, {origin} the application's
    script: object
    state: str
    word: str = ""  # a pattern of the reason


def stages(*when):
    """The value of the last stage that has begun: stages((0, "1.0"), (0.8, "2.0"))."""
    def value(asked):
        return next(value for since, value in reversed(when) if asked.elapsed >= since)
    return value


def versions(*when, header="X_Version"):
    """Answers that name a version; a list stands for instances that take turns, a number for a status without one."""
    at = stages(*when)

    def script(asked):
        version = at(asked)
        if isinstance(version, list):
            version = version[asked.count % len(version)]
        return answer(status=version) if isinstance(version, int) else answer({"version": version}, **{header: version})
    return script


class ChangeTest(probe_stage.ProbeTest):
    def stage(self, parts, on_load=lambda elapsed: 200):
        """The application, and the lines of the probes that watch it."""
        application = Application({i: part.script for i, part in enumerate(parts.values())}, on_load)
        self.addCleanup(application.stop)
        lines = []
        for i, (name, part) in enumerate(parts.items()):
            origin = f"http://127.0.0.1:{application.port}"
            probe = part.probe.replace("{base}", f"{origin}/p/{i}").replace("{path}", f"/p/{i}").replace("{origin}", origin)
            lines.append(f'  - {{ name: "{name}", {probe} }}')
        return application, "\n".join(lines)

    def check_parts(self, parts, results, output):
        self.assertEqual([result["name"] for result in results], list(parts), output[-4000:])
        for result in results:
            part = parts[result["name"]]
            with self.subTest(result["name"]):
                facts = "\n".join(f'{f["state"]} {f["what"]}: expected {f["expected"]}, got {f["observed"]}' for f in result["facts"])
                message = f'{part.probe}\nreason: {result["reason"]}\n{facts[:2500]}'
                self.assertEqual(result["state"], part.state, message)
                self.assertRegex(result["reason"], part.word or ".", message)

    def watched(self, parts, on_load=lambda elapsed: 200):
        """The results of a gate with a small load, and the application; again where this machine was too busy to watch."""
        for attempt in range(ATTEMPTS):
            application, lines = self.stage(parts, on_load)
            gate = self.gate(f"""version: 1
name: change
targets: {{ candidate: "http://127.0.0.1:{application.port}" }}
scenarios: {{ load: {{ steps: [ {{ get: /load, expect: {{ status: 200 }} }} ] }} }}
load: [ {{ shape: constant-arrival-rate, rate: {RATE}/s, duration: {LENGTH_S}s, connections: fresh }} ]
thresholds: [ "error_rate < 100%" ]
probes:
{lines}
""")
            run = self.run_gate(gate, "--quiet", out=f"run{attempt}")
            self.assertTrue((run.directory / "result.json").exists(), run.output)
            if "poller late" not in json.dumps(run.result["probes"]):
                break
        self.assertEqual(application.loads, RATE * LENGTH_S, "the load was not offered: " + run.output)
        return run, application

    def check_watched(self, parts):
        run, _ = self.watched(parts)
        self.check_parts(parts, run.result["probes"], run.output)
        return run

    def check_probed(self, parts, environment=None, more="", base=""):
        application, lines = self.stage(parts)
        target = f"http://127.0.0.1:{application.port}{base}"
        probed = self.probe(self.gate(f"version: 1\ntargets: {{ candidate: '{target}' }}\n{more}\nprobes:\n{lines}\n"),
                            environment=environment)
        self.check_parts(parts, probed.results, probed.output)
        states = {part.state for part in parts.values()}
        self.assertEqual(probed.exit_code, 1 if "fail" in states else 4 if "error" in states else 0)


def rollout(more="converge_within: 2s", kind="rollout", source="header: X-Version"):
    old, new = ("1.0", "2.0") if kind == "rollout" else ("2.0", "1.0")
    return f'kind: {kind}, path: "{{path}}/", {source}, from: "{old}", to: "{new}", {EVERY}, {more}'


OLD, NEW, BOTH = "1.0", "2.0", ["1.0", "2.0"]


class Rollouts(ChangeTest):
    def test_rollouts(self):
        self.check_watched({
            "converges": Part(rollout(), versions((0, OLD), (0.8, BOTH), (1.6, NEW)), "pass"),
            "converges on three": Part(rollout("converge_within: 2s, instances: 3"), versions((0, OLD), (0.8, [OLD, NEW, OLD]), (1.6, NEW)), "pass"),
            "converges in JSON": Part(rollout(source="json: /version"), versions((0, OLD), (0.8, NEW)), "pass"),
            "never converges": Part(rollout("converge_within: 2s, instances: 3"), versions((0, OLD), (0.8, [OLD, NEW, NEW])), "fail", "still at"),
            "never begins": Part(rollout(), versions((0, OLD)), "fail", "new version"),
            "a third version": Part(rollout("converge_within: 3s, instances: 3"), versions((0, OLD), (0.8, [OLD, "3.0-rc", NEW]), (1.4, NEW)), "fail", "3.0-rc"),
            "falls back": Part(rollout("converge_within: 2s, instances: 2"), versions((0, OLD), (0.6, NEW), (2.4, OLD)), "fail", "(again at|still at)"),
            "falls back and returns": Part(rollout("converge_within: 5s, instances: 2"), versions((0, OLD), (0.6, NEW), (2.2, OLD), (2.6, NEW)), "fail", "again at"),
            "mixed for a moment": Part(rollout("converge_within: 5s, instances: 2"), versions((0, OLD), (0.8, NEW), (1.05, OLD), (1.5, NEW)), "pass"),
            "mixed though it must not": Part(rollout("converge_within: 3s, mixed_ok: false"), versions((0, OLD), (0.8, BOTH), (1.6, NEW)), "fail", "mixed versions"),
            "too slow": Part(rollout("converge_within: 1s"), versions((0, OLD), (0.8, BOTH), (2.6, NEW)), "fail", "convergence.*within 1s"),
        })

    def test_rollouts_that_lose_requests(self):
        self.check_watched({
            "503 in between": Part(rollout(), versions((0, OLD), (0.8, 503), (1.2, NEW)), "fail", "503"),
            "503, and tolerated": Part(rollout("converge_within: 2s, tolerate: { longest_outage: 2s }"), versions((0, OLD), (0.8, 503), (1.2, NEW)), "pass"),
            "no version in between": Part(rollout(), lambda asked: answer() if 0.8 < asked.elapsed < 1.2 else versions((0, OLD), (1, NEW))(asked), "fail", "outage"),
            "over when it began": Part(rollout(), versions((0, NEW)), "error", "never seen"),
            "over, and no time was set": Part(rollout("instances: 1"), versions((0, NEW)), "warn", "never seen"),
            "not watched long enough": Part(rollout("converge_within: 60s, instances: 2"), versions((0, OLD), (0.8, BOTH)), "error", "not watched"),
            "rollback": Part(rollout("converge_within: 2s", "rollback"), versions((0, NEW), (0.8, BOTH), (1.6, OLD)), "pass"),
            "rollback with an error": Part(rollout("converge_within: 2s, tolerate: { failures: 100 }", "rollback"),
                                           versions((0, NEW), (0.8, 500), (1.05, OLD)), "fail", "during the rollback.*status 500"),
            "rollback that stops": Part(rollout("converge_within: 2s, instances: 2", "rollback"), versions((0, NEW), (0.8, BOTH)), "fail", "still at"),
            "rollback to another version": Part(rollout("converge_within: 2s", "rollback"), versions((0, NEW), (0.8, "0.9-rc")), "fail", "0.9-rc"),
            "rollback that never comes": Part(rollout("converge_within: 2s", "rollback"), versions((0, NEW)), "fail", "new version|1.0"),
        })


def rotating(*names):
    return lambda asked: answer({"instance": names[asked.count % len(names)]}, X_Instance=names[asked.count % len(names)])


def prometheus(result, kind="vector", status=200):
    """A fake of /api/v1/query; https://prometheus.io/docs/prometheus/latest/querying/api/"""
    def script(asked):
        if asked.rest != "/api/v1/query" or asked.query.get("query") != 'count(up{job="shop"} == 1)':
            return answer({"status": "error", "errorType": "bad_data", "error": f"not asked like this: {asked.rest} {asked.query}"}, 400)
        found = result(asked) if callable(result) else result
        return answer({"status": "success", "data": {"resultType": kind, "result": found}}, status)
    return script


def series(value):
    return [{"metric": {}, "value": [1700000000.123, value]}]


def deployment(ready, wanted=3, generation=7, observed=7, **more):
    """A fake of the API of Kubernetes: apps/v1, Deployment."""
    def script(asked):
        if asked.rest != "/apis/apps/v1/namespaces/web/deployments/shop":
            return answer({"kind": "Status", "status": "Failure", "message": f"not found: {asked.rest}", "code": 404}, 404)
        if asked.headers.get("Authorization") != "Bearer kube-secret":
            return answer({"kind": "Status", "status": "Failure", "message": "Unauthorized", "code": 401}, 401)
        count = ready(asked) if callable(ready) else ready
        status = {"observedGeneration": observed, "replicas": wanted, "updatedReplicas": wanted, **more}
        if count is not None:
            status["readyReplicas"] = count
        return answer({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "shop", "namespace": "web", "generation": generation},
                       "spec": {"replicas": wanted}, "status": status})
    return script


PROMQL = "promql: { prometheus: '{base}', query: 'count(up{job=\"shop\"} == 1)' }"
KUBERNETES = "kubernetes: { url: '{base}', namespace: web, deployment: shop, token: '${KUBE_TOKEN}' }"


class Replicas(ChangeTest):
    def test_replicas(self):
        header = "kind: replicas, path: '{path}/', header: X-Instance, exactly: 3"
        promql, kubernetes = f"kind: replicas, {PROMQL}, exactly: 3", f"kind: replicas, {KUBERNETES}, exactly: 3"
        status = lambda code, message: lambda asked: answer({"kind": "Status", "status": "Failure", "message": message, "code": code}, code)
        self.check_probed({
            "three": Part(header, rotating("a", "b", "c"), "pass"),
            "three in JSON": Part("kind: replicas, path: '{path}/', json: /instance, exactly: 3", rotating("a", "b", "c"), "pass"),
            "three in the body": Part("kind: replicas, path: '{path}/', body: '\"instance\": \"([a-z]+)\"', min: 2, max: 3", rotating("a", "b", "c"), "pass"),
            "one is missing": Part(header, rotating("a", "b"), "fail", "exactly 3, got 2"),
            "one too many": Part(header, rotating("a", "b", "c", "d"), "fail", "exactly 3, got 4"),
            "one has no name": Part(header, lambda asked: answer() if asked.count % 3 == 0 else rotating("a", "b", "c")(asked), "fail", "names one"),
            "one is broken": Part(header, lambda asked: answer(status=502) if asked.count % 3 == 0 else rotating("a", "b", "c")(asked), "fail", "502"),
            "fewer than min": Part("kind: replicas, path: '{path}/', header: X-Instance, min: 3", rotating("a", "b"), "fail", "at least 3"),
            "more than max": Part("kind: replicas, path: '{path}/', header: X-Instance, max: 2", rotating("a", "b", "c"), "fail", "at most 2"),
            "Prometheus: 3": Part(promql, prometheus(series("3")), "pass"),
            "Prometheus: a scalar 3": Part(promql, prometheus([1700000000.1, "3"], "scalar"), "pass"),
            "Prometheus: 2": Part(promql, prometheus(series("2")), "fail", "exactly 3, got 2"),
            "Prometheus: 0": Part(promql, prometheus(series("0")), "fail", "exactly 3, got 0"),
            "Prometheus: NaN": Part(promql, prometheus(series("NaN")), "error", "NaN"),
            "Prometheus: infinity": Part(promql, prometheus(series("+Inf")), "error", "counts nothing"),
            "Prometheus: empty": Part(promql, prometheus([]), "error", "no series"),
            "Prometheus: two series": Part(promql, prometheus(series("3") + series("3")), "error", "2 series"),
            "Prometheus: half of one": Part(promql, prometheus(series("2.5")), "error", "2.5"),
            "Prometheus: less than none": Part(promql, prometheus(series("-3")), "error", "-3"),
            "Prometheus: a matrix": Part(promql, prometheus([{"metric": {}, "values": [[1, "3"]]}], "matrix"), "error", "range of time"),
            "Prometheus: an error": Part(promql, lambda asked: answer({"status": "error", "errorType": "execution", "error": "query timed out"}, 503), "error", "timed out"),
            "Prometheus: a page": Part(promql, lambda asked: answer("<html>login</html>"), "error", "HTML"),
            "Prometheus: a number": Part(promql, prometheus([{"metric": {}, "value": [1, 3]}]), "error", "no value"),
            "Prometheus: nobody there": Part("kind: replicas, promql: { prometheus: 'http://127.0.0.1:1', query: up }, exactly: 3", None, "error", "refused"),
            "Kubernetes: all": Part(kubernetes, deployment(3), "pass"),
            "Kubernetes: one not ready": Part(kubernetes, deployment(2), "fail", "exactly 3, got 2"),
            "Kubernetes: none ready": Part(kubernetes, deployment(None), "fail", "exactly 3, got 0"),
            "Kubernetes: fewer than it wants": Part(f"kind: replicas, {KUBERNETES}, min: 2", deployment(2), "fail", "spec.replicas"),
            "Kubernetes: not seen yet": Part(kubernetes, deployment(3, generation=8), "error", "generation"),
            "Kubernetes: wrong token": Part(kubernetes.replace("KUBE_TOKEN", "OTHER_TOKEN"), deployment(3), "error", "401.*token"),
            "Kubernetes: forbidden": Part(kubernetes, status(403, "cannot get deployments"), "error", "403.*cannot get"),
            "Kubernetes: another name": Part(kubernetes.replace("deployment: shop", "deployment: stop"), deployment(3), "error", "404"),
            "Kubernetes: not a deployment": Part(kubernetes, lambda asked: answer({"kind": "List", "items": []}), "error", "no Deployment"),
            "Kubernetes: a page": Part(kubernetes, lambda asked: answer("<html></html>"), "error", "HTML"),
        }, {**os.environ, "KUBE_TOKEN": "kube-secret", "OTHER_TOKEN": "other-secret"}, "secrets: [KUBE_TOKEN, OTHER_TOKEN]")

    def test_scale_out(self):
        def scale(more, source=PROMQL):
            return f"kind: scale-out, {source}, {EVERY}, {more}"

        def counts(*when):
            at = stages(*when)
            return prometheus(lambda asked: series(str(at(asked))) if at(asked) is not None else [])

        reach = "reach: 6, within: 2s"
        self.check_watched({
            "reaches": Part(scale(f"{reach}, not_below: 2, max_step: 2"), counts((0, 2), (0.6, 4), (1.2, 6)), "pass"),
            "never reaches": Part(scale(reach), counts((0, 2), (0.6, 4)), "fail", "4 at most"),
            "too slow": Part(scale("reach: 6, within: 1s"), counts((0, 2), (0.6, 4), (2, 6)), "fail", "6 after 2"),
            "steps too far": Part(scale(f"{reach}, max_step: 2"), counts((0, 2), (0.6, 6)), "fail", "largest step.*from 2 to 6"),
            "shrinks in between": Part(scale(f"{reach}, not_below: 2"), counts((0, 2), (0.6, 1), (1, 6)), "fail", "fewest instances.*1 at"),
            "falls too far": Part(scale("max_step: 2"), counts((0, 6), (1, 3)), "fail", "from 6 to 3"),
            "nothing can be counted": Part(scale(reach), counts((0, None)), "error", ""),
            "one cannot be counted": Part(scale(reach), counts((0, 2), (0.6, None), (0.9, 6)), "error", "could not be measured"),
            "not counted long enough": Part(scale("reach: 6, within: 1m"), counts((0, 2)), "error", "not counted for"),
            "reaches by header": Part(scale("reach: 3, within: 2s", "path: '{path}/', header: X-Instance, connections: 3"),
                                      lambda asked: rotating("a", "b", "c")(asked) if asked.elapsed > 0.8 else rotating("a", "b")(asked), "pass"),
            "reaches by Kubernetes": Part(scale("reach: 6, within: 2s", KUBERNETES.replace("'${KUBE_TOKEN}'", "kube-secret")),
                                          deployment(6, wanted=6), "pass"),
        })


def uptime(at, unit=1, key="uptime"):
    """A server that tells how long it runs: at(asked) seconds."""
    return lambda asked: answer({"status": "healthy", key: round(at(asked) * unit, 3)})


class HealthOverTime(ChangeTest):
    def test_health(self):
        restarted = lambda asked: 5000 + asked.elapsed if asked.elapsed < 1.5 else asked.elapsed - 1.5
        health = f"kind: health, path: '{{path}}/', {EVERY}"
        ready = f"kind: health, ready: '{{path}}/ready', user_path: '{{path}}/user', {EVERY}"

        def lies(asked):
            broken = asked.rest == "/user" and 1 < asked.elapsed < 1.5
            return answer(status=500 if broken else 200)

        def timid(asked):
            return answer(status=503 if asked.rest == "/ready" and 1 < asked.elapsed < 1.5 else 200)

        def database(asked):
            up = not 1 < asked.elapsed < 1.5
            return answer({"checks": {"database": up, "cache": True}}, 200 if up else 503)

        def dies_with_its_database(asked):
            return answer(status=200 if not 1 < asked.elapsed < 1.5 else 503)

        def hangs(asked):
            if asked.count == 10:
                time.sleep(1.5)  # longer than the probe waits: this is the fault
            return answer()

        clock = lambda offset: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + offset))
        self.check_watched({
            "goes on": Part(f"{health}, uptime: /uptime, uptime_unit: s", uptime(lambda asked: 5000 + asked.elapsed), "pass"),
            "several instances": Part(f"{health}, uptime: /uptime, uptime_unit: s", uptime(lambda asked: (9000 if asked.count % 2 else 5000) + asked.elapsed), "pass"),
            "restarts": Part(f"{health}, uptime: /uptime, uptime_unit: s", uptime(restarted), "fail", "uptime.*dropped"),
            "restarts, in ms": Part(f"{health}, uptime: /up, uptime_unit: ms", uptime(restarted, 1000, "up"), "fail", "uptime.*dropped"),
            "restarts, without a unit": Part(f"{health}, uptime: /uptime", uptime(restarted), "fail", "uptime.*dropped"),
            "uptime is text": Part(f"{health}, uptime: /uptime", lambda asked: answer({"uptime": "5 days" if asked.count == 20 else 5}), "fail", "outage|uptime"),
            "ready and serving": Part(ready, lambda asked: answer(), "pass"),
            "lying readiness": Part(ready, lies, "fail", "lying readiness"),
            "not ready while it serves": Part(ready, timid, "fail", "503"),
            "database goes away": Part(f"kind: health, ready: '{{path}}/', dependencies: {{ database: /checks/database, cache: /checks/cache }}, {EVERY}",
                                       database, "fail", "status 503"),
            "dies with its database": Part(f"kind: health, live: '{{path}}/live', ready: '{{path}}/ready', {EVERY}", dies_with_its_database, "fail", "status 503"),
            "hangs once": Part(health, hangs, "fail", "timeout|hang"),
            "clock goes": Part(f"{health}, timestamp: /now", lambda asked: answer({"now": clock(0)}), "pass"),
            "clock stands": Part(f"{health}, clock_tolerance: 1s, timestamp: /now", lambda asked: answer({"now": clock(-3 - asked.elapsed)}), "fail", "outage|behind"),
        })


def exposition(*lines, labels='method="GET",status="200"'):
    return 200, {"Content-Type": "text/plain; version=0.0.4"}, "# TYPE http_requests_total counter\n" + "".join(
        f"http_requests_total{{{labels}}} {line}\n" for line in lines)


class Metrics(ChangeTest):
    def test_counters_of_the_load(self):
        def slow_scrapes(asked):
            """Of the two scrapes of a tick, the second is answered first."""
            if asked.count % 2 == 0:
                time.sleep(0.03)  # how slow this server is
            return exposition(1000 + asked.loads + asked.count)

        load = f"kind: metrics, path: '{{path}}/', {EVERY}, matches_load: {{ counter: http_requests_total }}"
        self.check_watched({
            "counts all": Part(load, lambda asked: exposition(1000 + asked.loads), "pass"),
            "counts its scrapes too": Part(load, lambda asked: exposition(1000 + asked.loads + asked.count), "pass"),
            "counts its scrapes too, and is slow with every other": Part(load, slow_scrapes, "pass"),
            "misses every fourth": Part(load, lambda asked: exposition(asked.loads * 3 // 4), "fail", r"\+80.*got \+60"),
            "misses a few": Part(load, lambda asked: exposition(max(0, asked.loads - 5)), "fail", r"got \+75"),
            "misses a few, and may": Part(load.replace("_total }", "_total, tolerance: 10% }"), lambda asked: exposition(max(0, asked.loads - 5)), "pass"),
            "counts twice": Part(load, lambda asked: exposition(2 * asked.loads), "fail", r"got \+160"),
            "stands still": Part(load, lambda asked: exposition(7), "fail", r"got \+0"),
            "resets": Part(load, lambda asked: exposition(1000 + asked.loads if asked.elapsed < 2 else asked.loads), "fail", "reset from 1"),
            "is another one": Part(load.replace("_total }", "_total, labels: { status: '500' } }"), lambda asked: exposition(asked.loads), "fail", r"got \+0"),
            "goes away": Part(load, lambda asked: exposition(asked.loads) if asked.elapsed < 2 else exposition(), "fail", "no sample|outage|reset"),
            "cannot be scraped for a moment": Part(load, lambda asked: answer(status=503) if 1 < asked.elapsed < 1.3 else exposition(asked.loads), "fail", "503"),
        })

    def test_counters_that_move(self):
        hits, lock = {}, threading.Lock()

        def count(how):
            """`how(hits)`: what the counter shows after so many requests of /hit."""
            def script(asked):
                key = script
                with lock:
                    if asked.rest == "/hit":
                        hits.setdefault(key, []).append(time.monotonic())
                        return answer()
                    return how(hits.get(key, []), asked)
            return script

        def moves(more=""):
            return f"kind: metrics, path: '{{path}}/metrics', timeout: 2s, moves: [ {{ counter: http_requests_total, path: '{{path}}/hit', requests: 10{more} }} ]"

        def first_count(seen, asked):
            status, fields, text = exposition(3, labels='status="404"')
            return status, fields, text + (f'http_requests_total{{status="200"}} {len(seen)}\n' if seen else "")

        late = lambda seen, asked: exposition(sum(time.monotonic() - at > 0.6 for at in seen))
        self.check_probed({
            "moves": Part(moves(), count(lambda seen, asked: exposition(100 + len(seen))), "pass"),
            "moves a little later": Part(moves(), count(late), "pass"),
            "moves by two each": Part(moves(", by: 20"), count(lambda seen, asked: exposition(2 * len(seen))), "pass"),
            "appears with its first count": Part(moves(), count(first_count), "pass"),
            "moves, give or take": Part(moves(", tolerance: 2"), count(lambda seen, asked: exposition(max(0, len(seen) - 2))), "pass"),
            "stands": Part(moves(), count(lambda seen, asked: exposition(100)), "fail", r"\+10.*got \+0"),
            "loses one": Part(moves(), count(lambda seen, asked: exposition(max(0, len(seen) - 1))), "fail", r"got \+9"),
            "counts scrapes": Part(moves(), count(lambda seen, asked: exposition(len(seen) + 5 * asked.count)), "fail", r"other traffic"),
            "is reset": Part(moves(), count(lambda seen, asked: exposition(3 if seen else 100)), "fail", "reset from 100 to 3"),
            "goes backwards": Part(moves(), count(lambda seen, asked: exposition(100 - len(seen))), "fail", "reset"),
            "counts under another label": Part(moves(", labels: { status: '200' }"), count(lambda seen, asked: exposition(len(seen), labels='status="404"')), "fail", "no such series|404"),
            "has another name": Part(moves(), count(lambda seen, asked: (200, {"Content-Type": "text/plain"}, f"http_request_total {len(seen)}\n")), "fail", "absent.*http_request_total"),
            "is NaN": Part(moves(), count(lambda seen, asked: exposition("NaN")), "fail", "NaN|nan"),
            "is gone after it": Part(moves(), count(lambda seen, asked: answer(status=500) if seen else exposition(1)), "fail", "500"),
        })


class Availability(ChangeTest):
    # Between two ticks: the asks of one tick must not fall on both sides of a change.
    DOWN_S, UP_S = 1.05, 1.45

    def outage(self, since=DOWN_S, length=UP_S - DOWN_S, ready=lambda asked: 200):
        def script(asked):
            if asked.rest == "/ready":
                return answer(status=ready(asked))
            return answer(status=503 if since <= asked.elapsed < since + length else 200)
        return script

    def test_an_outage_of_400_ms(self):
        path = f"kind: availability, path: '{{path}}/', {EVERY}"
        down = lambda asked: 503 if self.DOWN_S <= asked.elapsed < self.UP_S else 200
        parts = {
            "none": Part(path, lambda asked: answer(), "pass"),
            "nothing is tolerated": Part(path, self.outage(), "fail", "out from.*status 503"),
            "no failure is tolerated": Part(f"{path}, tolerate: {{ failures: 0 }}", self.outage(), "fail", "failed ticks.*at most 0"),
            "twenty failures are": Part(f"{path}, tolerate: {{ failures: 20 }}", self.outage(), "pass"),
            "200 ms are tolerated": Part(f"{path}, tolerate: {{ longest_outage: 200ms }}", self.outage(), "fail", "at most 200ms"),
            "1 s is": Part(f"{path}, tolerate: {{ longest_outage: 1s }}", self.outage(), "pass"),
            "99% is demanded": Part(f"{path}, tolerate: {{ availability: 99% }}", self.outage(), "fail", "availability.*99%"),
            "50% is": Part(f"{path}, tolerate: {{ availability: 50% }}", self.outage(), "pass"),
            "readiness tells": Part(f"{path}, also: {{ ready: '{{path}}/ready' }}, tolerate: {{ longest_outage: 1s }}", self.outage(ready=down), "pass"),
            "readiness lies": Part(f"{path}, also: {{ ready: '{{path}}/ready' }}, tolerate: {{ longest_outage: 1s }}", self.outage(), "fail", "lying readiness"),
            "readiness doubts": Part(f"{path}, also: {{ ready: '{{path}}/ready' }}", self.outage(length=0, ready=down), "warn", "not ready"),
            "another body": Part(f"{path}, expect: {{ json: {{ /status: ok }} }}", lambda asked: answer({"status": "bad" if self.DOWN_S <= asked.elapsed < self.UP_S else "ok"}), "fail", "out from"),
        }
        run, application = self.watched(parts)
        self.check_parts(parts, run.result["probes"], run.output)
        self.check_window(run.result["probes"], application)

    def check_window(self, results, application):
        """The outage that was seen holds all of the 400 ms, and not much more."""
        for probe in results:
            if probe["name"] not in ("nothing is tolerated", "1 s is", "50% is"):
                continue
            began = datetime.datetime.fromisoformat(probe["started_utc"].replace("Z", "+00:00")).timestamp() - probe["at_ns"] / 1e9
            for series in probe["series"]:
                with self.subTest(probe["name"], connection=series["connection"]):
                    self.assertEqual(series["outages_in_all"], 1)
                    window, late = series["outages"][0], series["lateness_max_ns"] / 1e9
                    # It begins when the last good answer is heard, some time after the server has said it.
                    self.assertGreaterEqual((window["good_after_ns"] - window["good_before_ns"]) / 1e9, 0.4 - 0.05 - late)
                    self.assertLessEqual((window["good_after_ns"] - window["good_before_ns"]) / 1e9, 0.4 + 2 * (0.1 + late) + 0.05)
                    self.assertLessEqual((window["last_failed_ns"] - window["first_failed_ns"]) / 1e9, 0.4 + late + 0.05)
                    self.assertTrue(any(began + window["good_before_ns"] / 1e9 - 0.02 <= at <= began + window["good_after_ns"] / 1e9 + 0.02
                                        for at in application.bad_times))

    def test_an_outage_that_only_the_load_sees(self):
        path = f"kind: availability, path: '{{path}}/', {EVERY}"
        parts = {
            "nothing is tolerated": Part(path, lambda asked: answer(), "fail", "failed load request|failed request"),
            "failed ticks are counted": Part(f"{path}, tolerate: {{ failures: 0 }}", lambda asked: answer(), "warn", "failed request|failed load request"),
            "2 s are tolerated": Part(f"{path}, tolerate: {{ longest_outage: 2s }}", lambda asked: answer(), "pass"),
            "elsewhere": Part(f"kind: availability, target: '{{origin}}', path: '{{path}}/', {EVERY}", lambda asked: answer(), "pass"),
        }
        run, _ = self.watched(parts, on_load=lambda elapsed: 500 if 1.5 <= elapsed < 1.9 else 200)
        self.check_parts(parts, run.result["probes"], run.output)


def ago(**age):
    return (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(**age)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Places(ChangeTest):
    def test_a_target_with_a_path(self):
        """The path of the target's URL comes before that of the probe, as it does for the load."""
        below = lambda rest: lambda asked: answer({"version": "1"}, 200 if asked.rest == rest else 404, X_Version="1")
        for title, probe in {"http": "kind: http, path: /orders", "health": "kind: health, path: /orders",
                             "version": "kind: version, path: /orders, header: X-Version, expect: '1'"}.items():
            with self.subTest(title):
                self.check_probed({title: Part(probe, below("/orders"), "pass")}, base="/p/0")


class Backups(ChangeTest):
    def test_backups(self):
        def backups(lines, more="", ending="exit 0"):
            """A probe whose command prints `lines` of (size, time, name)."""
            script = self.folder / f"list{len(list(self.folder.glob('list*')))}.sh"
            script.write_text("cat <<'E'\n" + "".join(" ".join(map(str, line)) + "\n" for line in lines) + f"E\n{ending}\n")
            return f"kind: backup-freshness, list: {{ command: [sh, '{script}'] }}, max_age: 25h{more}"

        week = [(1_000_000 + day, ago(days=day, hours=1), f"shop-{day}.sql.gz") for day in range(8)]
        newest = lambda *line: [line, *week[1:]]
        name = "shop-0.sql.gz"
        all_rules = ", pattern: '\\.sql\\.gz$', min_size: 500kB, keep: 7, not_shrinking: 90%"
        self.check_probed({title: Part(probe, None, state, word) for title, (probe, state, word) in {
            "fresh": (backups(week, all_rules), "pass", ""),
            "fresh, in any order": (backups(week[::-1], all_rules), "pass", ""),
            "fresh, in another zone": (backups(newest(1_000_000, ago(hours=-4)[:-1] + "+05:00", name), all_rules), "pass", ""),
            "stale": (backups(week[2:], ", pattern: gz"), "fail", "age of the newest backup: expected at most 1d1h, got 2d1h"),
            "zero bytes": (backups(newest(0, ago(hours=1), name)), "fail", "size of the newest backup"),
            "an empty archive": (backups(newest(20, ago(hours=1), name)), "fail", "empty compressed"),
            "too small": (backups(newest(400_000, ago(hours=1), name), ", min_size: 500kB"), "fail", "size of the newest backup: expected at least"),
            "shrinking": (backups(newest(600_000, ago(hours=1), name), ", not_shrinking: 90%"), "fail", "earlier backups.*90%"),
            "in the future": (backups(newest(1_000_000, ago(hours=-2), name)), "fail", "ahead"),
            "without a zone": (backups(newest(1_000_000, ago(hours=1)[:-1], name)), "error", "zone"),
            "too few": (backups(week[:5], ", keep: 7"), "fail", "backups kept.*at least 7, got 5"),
            "enough, but empty": (backups([week[0], *[(0, at, name) for _, at, name in week[1:]]], ", keep: 7"), "fail", "7 empty"),
            "none that fits": (backups(week, ", pattern: '\\.dump$'"), "fail", "none that fits, among 8"),
            "none at all": (backups([]), "fail", "empty list"),
            "the list fails": (backups(week, ending="echo no route to host >&2; exit 7"), "error", "7: no route to host"),
            "the list is another": (backups([("total", 8, "")]), "error", "line 1"),
            "there is no list": ("kind: backup-freshness, list: { command: [./no-such-program] }, max_age: 25h", "error", "no such program"),
        }.items()})


class Recoveries(ChangeTest):
    def test_recoveries(self):
        def recovery(more="", smoke="['{path}/']", rto="3s", interval="200ms"):
            return f"kind: recovery, smoke: {smoke}, interval: {interval}, rto: {rto}, timeout: 1s{more}"

        def recovers(after, marker=None, broken=None):
            def script(asked):
                if asked.rest == "/marker":
                    return answer(marker) if marker is not None else answer(status=404)
                return answer(status=503 if asked.elapsed < after or asked.rest == broken else 200)
            return script

        marker = ", rpo: 15m, marker: { path: '{path}/marker', json: /written_at }"
        start = lambda ending: f", start: [sh, -c, '{ending}']"
        self.check_probed({
            "in time": Part(recovery(), recovers(0.8), "pass", ""),
            "at once": Part(recovery(start("exit 0")), recovers(0), "pass", ""),
            "never": Part(recovery(rto="1s"), recovers(60), "fail", "none after.*503"),
            "too late": Part(recovery(rto="1s", interval="900ms"), recovers(0.95), "fail", "after 1"),
            "one of two": Part(recovery(smoke="['{path}/health', '{path}/orders']", rto="1s"), recovers(0, broken="/orders"), "fail", "/orders"),
            "another page": Part(recovery(", expect: { json: { /status: ok } }", rto="1s"), recovers(0), "fail", "json /status"),
            "the failure was not declared": Part(recovery(start("echo not allowed >&2; exit 4")), recovers(0), "error", "4: not allowed"),
            "the command takes its time": Part(recovery(start("sleep 1.2"), rto="1s").replace("timeout: 1s", "timeout: 3s"), recovers(0), "fail", "after 1"),
            "young data": Part(recovery(marker), recovers(0, {"written_at": ago(minutes=5)}), "pass", ""),
            "old data": Part(recovery(marker), recovers(0, {"written_at": ago(hours=2)}), "fail", "data lost.*15m"),
            "data of the future": Part(recovery(marker), recovers(0, {"written_at": ago(hours=-2)}), "error", "after the failure"),
            "no data": Part(recovery(marker), recovers(0), "fail", "data lost.*404"),
            "data without a time": Part(recovery(marker), recovers(0, {"written": 1}), "fail", "data lost.*none"),
            "a time that is none": Part(recovery(marker), recovers(0, {"written_at": "lately"}), "error", "data lost"),
        })


class Commands(ChangeTest):
    def test_commands(self):
        def command(script, more=""):
            return f"kind: command, argv: [sh, -c, '{script}'], timeout: 1s{more}"

        plain = self.folder / "plain.txt"
        plain.write_text("no program")
        self.check_probed({title: Part(probe, None, state, word) for title, (probe, state, word) in {
            "ends with 0": (command("exit 0"), "pass", ""),
            "ends with 1": (command("echo disk is full >&2; exit 1"), "fail", "exit code: expected 0, got 1: disk is full"),
            "ends with what is expected": (command("exit 3", ", exit: [0, 3]"), "pass", ""),
            "ends with 0, which is not": (command("exit 0", ", exit: 3"), "fail", "expected 3, got 0"),
            "ends with a warning": (command("exit 2", ", warn_exit: 2"), "warn", "2"),
            "ends with neither": (command("exit 5", ", exit: 0, warn_exit: [2, 3]"), "fail", "got 5"),
            "ends by a signal": (command("kill -TERM $$"), "fail", "Terminated"),
            "prints what is expected": (command("echo certificate renewed", ", stdout: { contains: renewed }"), "pass", ""),
            "prints the very text": (command("echo ok", ", stdout: ok"), "pass", ""),
            "prints something else": (command("echo certificate expired", ", stdout: { contains: renewed }"), "fail", "stdout.*expired"),
            "prints nothing": (command("true", ", stdout: { contains: renewed }"), "fail", "stdout"),
            "complains": (command("echo deprecated >&2", ", stderr: { equals: \"\" }"), "fail", "stderr.*deprecated"),
            "complains on the other side": (command("echo ok >&2", ", stdout: ok"), "fail", "stdout"),
            "does not end": (command("sleep 30"), "fail", "still running after 1s"),
            "is not there": ("kind: command, argv: [no-such-program-here]", "error", "no such program"),
            "is no program": (f"kind: command, argv: ['{plain}']", "error", "cannot run"),
            "has no folder": (command("true", ", folder: no-such-folder"), "error", "no such folder"),
            "is not there for the shell": ("kind: command, shell: true, run: 'no-such-program-here'", "error", "could not run it"),
            "is a line for the shell": ("kind: command, shell: true, run: 'echo a | grep -q a'", "pass", ""),
            "is a line that fails": ("kind: command, shell: true, run: 'echo a | grep b'", "fail", "got 1"),
            "gets a variable": (command("test \"$COLOUR\" = blue", ", environment: { COLOUR: blue }"), "pass", ""),
            "gets nothing on its input": (command("test -z \"$(cat)\""), "pass", ""),
        }.items()})

    def test_variables(self):
        environment = {**os.environ, "DATABASE_URL": "postgres://app:hunter2@db/shop", "EMPTY": "", "BLANK": " \t", "DEBUG": "hunter3"}
        environment.pop("NOT_SET_HERE", None)
        parts = {title: Part(f"kind: env, {probe}", None, state, word) for title, (probe, state, word) in {
            "set": ("required: [DATABASE_URL, PATH]", "pass", ""),
            "not set": ("required: [DATABASE_URL, NOT_SET_HERE]", "fail", "NOT_SET_HERE: expected set, got not set"),
            "empty": ("required: [EMPTY]", "fail", "EMPTY.*empty"),
            "blank": ("required: [BLANK]", "fail", "BLANK.*blank"),
            "as its pattern says": ("patterns: { DATABASE_URL: '^postgres://' }", "pass", ""),
            "not as its pattern says": ("patterns: { DATABASE_URL: '^mysql://' }", "fail", "DATABASE_URL.*mysql.*not shown"),
            "a pattern, and not set": ("patterns: { NOT_SET_HERE: '^a' }", "fail", "NOT_SET_HERE"),
            "forbidden": ("forbidden: [DEBUG]", "fail", "DEBUG: expected not set, got set"),
            "forbidden, and empty": ("forbidden: [EMPTY]", "fail", "EMPTY.*empty"),
            "not forbidden": ("forbidden: [NOT_SET_HERE]", "pass", ""),
        }.items()}
        _, lines = self.stage(parts)
        gate = self.gate(f"version: 1\ntargets: {{ candidate: 'http://127.0.0.1:1' }}\nprobes:\n{lines}\n")
        probed = self.probe(gate, environment=environment)
        self.check_parts(parts, probed.results, probed.output)
        for value in ("hunter2", "hunter3"):
            self.assertNotIn(value, probed.output)


if __name__ == "__main__":
    unittest.main()
