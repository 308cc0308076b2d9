"""The metrics of a run: scraped by a real Prometheus while it goes on, pushed to a real Pushgateway and written to the database when it
is over, and sent by OTLP; whatever those servers do, the run stays what it is."""
import base64
import functools
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

import jsonschema

import metric_stage
import support

DASHBOARD = pathlib.Path(__file__).resolve().parents[2] / "reports" / "grafana" / "assay.json"
GATE = """version: 1
name: shop-canary
targets:
  candidate: "http://127.0.0.1:{port}"
  baseline: "http://127.0.0.1:{port}"
scenarios:
  browse:
    steps:
      - {{ name: list items, get: /items, expect: {{ status: 200 }} }}
      - {{ name: read item, get: /items/7, expect: {{ status: 200 }} }}
load:
  - {{ shape: constant-vus, users: 2, duration: 26s, warm_up: 2s }}
thresholds: [ p99(response_time) < 5s, error_rate < 1% ]
compare:
  - {{ metric: p95(response_time), margin: 50%, floor: 20ms }}
  - {{ metric: error_rate, margin: 2pp }}
probes:
  - {{ kind: health, name: alive, live: /items, every: 200ms, timeout: 2s }}
  - {{ kind: http, name: items, path: /items }}
"""


def value(labels_and_values, **labels):
    """Of the one series that has these labels."""
    found = [v for text, v in labels_and_values.items() if labels.items() <= json.loads(text).items()]
    assert len(found) == 1, (labels, labels_and_values)
    return found[0]


def nginx_of(test_class):
    """One for all tests of the class, in the folder that they share."""
    port = support.free_port()
    test_class.shared.chmod(0o755)
    folder = test_class.shared / "nginx"
    folder.mkdir()
    folder.chmod(0o755)
    server = support.Nginx(folder, f"127.0.0.1:{port}", ("127.0.0.1", port))
    test_class.addClassCleanup(server.stop)
    return server


class RealServers(support.IntegrationTest):
    """One run with everything, and what everybody made of it."""

    @classmethod
    def setUpClass(cls):
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="assay-metrics-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        stage = metric_stage.MetricStage(cls.shared, cls.addClassCleanup)
        cls.live_port = support.free_port()
        cls.gateway = stage.pushgateway()
        cls.database = stage.database(cls.live_port, cls.gateway)
        cls.otlp = metric_stage.Receiver(stage)
        site = nginx_of(cls)
        cls.tell_of_arrivals(site)
        gate = cls.shared / "gate.yaml"
        gate.write_text(GATE.format(port=site.address[1]))
        for attempt in range(support.ATTEMPTS):
            cls.run_once(gate, cls.shared / f"run{attempt}")
            if cls.grade != "invalid":
                break  # else something else on the machine kept it from being measured
        cls.database.await_result(f'assay_run_verdict{{gate="shop-canary",verdict="{cls.grade}"}} == 1')
        cls.ended = time.time()

    @classmethod
    def run_once(cls, gate, out):
        process = subprocess.Popen(
            [support.ASSAY, "run", str(gate), "--out", str(out), "--quiet",
             "--metrics-listen", f"127.0.0.1:{cls.live_port}", "--push", cls.gateway.url,
             "--remote-write", cls.database.url + "/api/v1/write", "--otlp", cls.otlp.url],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        cls.began = time.time()
        reader = metric_stage.ScrapeDuring(cls.live_port, process, ["assay_requests_total", 'probe="alive"', 'quantile="0.99"'])
        stdout, stderr = process.communicate(timeout=support.RUN_DEADLINE_S)
        reader.join()
        cls.live_text = reader.text
        cls.run_made = support.Run(process.returncode, stdout, stderr, out)
        cls.grade = cls.run_made.document["verdict"]["grade"]

    @classmethod
    def tell_of_arrivals(cls, site):
        """Pushes a run whose arrivals were due at fixed times: only such a run has a lateness of its own, however it is judged."""
        gate = cls.shared / "arrivals.yaml"
        gate.write_text(support.one_step_gate(f"http://127.0.0.1:{site.address[1]}",
                                              "{ shape: constant-arrival-rate, rate: 20/s, duration: 2s }"))
        subprocess.run([support.ASSAY, "run", str(gate), "--out", str(cls.shared / "arrivals"), "--quiet", "--push", cls.gateway.url],
                       capture_output=True, timeout=support.RUN_DEADLINE_S)

    def judged(self, arm):
        return sum(s["count"] for s in self.run_made.result["series"] if s["arm"] == arm)

    def range(self, expression):
        """Of the time since the run began: label set as text -> [(second, value), ...]. Many moments, because a scrape that comes late on
        a busy machine makes what it brings vanish for the next one."""
        query = urllib.parse.urlencode({"query": expression, "start": self.began + 1, "end": time.time(), "step": "250ms"})
        return {json.dumps(one["metric"], sort_keys=True): [(float(t), float(v)) for t, v in one["values"]]
                for one in self.database.get("/api/v1/query_range?" + query)["data"]["result"]}

    def test_the_run_is_judged_as_without_them(self):
        self.assertIn(self.run_made.exit_code, {"pass": [0], "fail": [1], "invalid": [3], "inconclusive": [4]}[self.grade],
                      self.run_made.output)
        said = self.run_made.stderr
        self.assertIn(f"metrics at http://127.0.0.1:{self.live_port}/metrics", said)
        for words in (f"metrics sent to Pushgateway {self.gateway.url}/metrics/job/assay/gate/shop-canary",
                      f"metrics sent to remote write {self.database.url}/api/v1/write", f"metrics sent to OTLP {self.otlp.url}/v1/metrics"):
            self.assertIn(words, said)
        self.assertNotIn("warning", said)

    def test_what_was_scraped_grows_up_to_what_was_measured(self):
        series = self.range('assay_requests_total{job="assay"}')
        self.assertEqual(len(series), 2, series)
        in_all = self.run_made.requests() + self.run_made.result["warm_up_requests"]
        last = 0
        for labels, points in series.items():
            values = [v for _, v in points]
            self.assertEqual(values, sorted(values), labels)
            last += values[-1]
        self.assertGreater(last, 0)
        self.assertLessEqual(last, in_all)
        self.assertEqual({json.loads(labels)["gate"] for labels in series}, {"shop-canary"})

    def test_promtool_finds_no_fault_in_what_is_served_while_it_goes_on(self):
        self.assertNotEqual(self.live_text, "")
        self.assertEqual(metric_stage.promtool(self.live_text), ("", 0))
        for name in ("assay_elapsed_seconds", "assay_planned_seconds", "assay_response_time_seconds_sum", "assay_in_flight_requests",
                     "assay_probe_ticks_total", "assay_probe_state"):
            self.assertIn(name, self.live_text)

    def test_a_pushgateway_keeps_the_verdict(self):
        groups = {group["labels"]["gate"]: group for group in self.gateway.groups()}
        self.assertEqual(set(groups), {"shop-canary", "one-step"})
        group = groups["shop-canary"]
        self.assertEqual((group["labels"]["job"], group["last_push_successful"]), ("assay", True))
        pushed = {one["labels"]["verdict"]: one["value"] for one in group["assay_run_verdict"]["metrics"]}
        self.assertEqual(pushed, {grade: str(int(grade == self.grade)) for grade in ("pass", "fail", "inconclusive", "invalid")})

    def test_what_was_pushed_is_what_was_measured(self):
        requests = self.database.await_result('sum by (arm) (assay_run_requests{gate="shop-canary"})')
        self.assertEqual({arm: value(requests, arm=arm) for arm in ("candidate", "baseline")},
                         {arm: self.judged(arm) for arm in ("candidate", "baseline")})
        exact = support.quantile_ns(self.only("candidate"), "response_time", 0.95) / 1e9
        pushed = value(self.database.await_result('assay_run_response_time_seconds{gate="shop-canary",arm="candidate",quantile="0.95"}'))
        self.assertAlmostEqual(pushed, exact, delta=exact * 0.006)  # three digits, and half a bucket
        verdicts = self.database.await_result('assay_run_verdict{gate="shop-canary"} == 1')
        self.assertEqual([json.loads(labels)["verdict"] for labels in verdicts], [self.grade])

    def only(self, arm):
        result = self.run_made.result
        return {**result, "series": [s for s in result["series"] if s["arm"] == arm]}

    def test_the_database_has_every_bin_that_was_written(self):
        run = self.run_made.result["id"]
        for arm in ("candidate", "baseline"):
            selector = f'gate="shop-canary",run="{run}",arm="{arm}"'
            counted = self.samples(f"assay_requests_total{{{selector}}}")
            self.assertEqual(counted[0], 0)
            self.assertEqual(counted[-1], self.judged(arm))
            self.assertEqual(counted, sorted(counted))
            slowest = max(support.read_histogram(s["times"]["response_time"]["hdr"])[-1][0] for s in self.only(arm)["series"]) / 1e9
            for quantile in ("0.5", "0.95", "0.99"):
                times = self.samples(f'assay_response_time_seconds{{{selector},quantile="{quantile}"}}')
                self.assertEqual(len(times), sum(a != b for a, b in zip(counted, counted[1:])), "one for each bin with requests")
                self.assertTrue(all(0 < t <= slowest * 1.01 for t in times), (times, slowest))

    def samples(self, selector):
        """Every sample of the one series, as it is stored."""
        found = self.database.get("/api/v1/query?query=" + urllib.parse.quote(f"{selector}[1h]"))["data"]["result"]
        self.assertEqual(len(found), 1, selector)
        return [float(v) for _, v in found[0]["values"]]

    def test_the_points_lie_within_the_run(self):
        found = self.database.get("/api/v1/query?query=" + urllib.parse.quote(
            f'assay_requests_total{{run="{self.run_made.result["id"]}"}}[1h]'))["data"]["result"]
        for series in found:
            times = [float(t) for t, _ in series["values"]]
            self.assertGreaterEqual(times[0], self.began - 1)
            self.assertLessEqual(times[-1], self.ended)

    def test_every_query_of_the_dashboard_finds_data(self):
        for panel, expression in queries():
            with self.subTest(panel=panel, expression=expression):
                asked = expression.replace("$gate", ".*").replace("$__rate_interval", "4s")
                self.assertTrue(any(points for points in self.range(asked).values()), f"no data: {asked}")

    def test_the_variable_of_the_dashboard_finds_the_gate(self):
        found = self.database.await_result('group by (gate) ({__name__=~"assay_run_verdict|assay_requests_total"})')
        self.assertIn("shop-canary", {json.loads(labels)["gate"] for labels in found})

    def test_otlp_is_what_its_documents_ask_for(self):
        method, path, headers, body = self.otlp.requests[-1]
        self.assertEqual((method, path, headers["Content-Type"]), ("POST", "/v1/metrics", "application/json"))
        self.assertRegex(headers["User-Agent"], r"^assay/\d")
        document = json.loads(body)
        jsonschema.validate(document, OTLP)
        metrics = {m["name"]: m for m in document["resourceMetrics"][0]["scopeMetrics"][0]["metrics"]}
        verdict = {a["value"]["stringValue"]: p["asDouble"] for p in metrics["assay_run_verdict"]["gauge"]["dataPoints"]
                   for a in p["attributes"] if a["key"] == "verdict"}
        self.assertEqual([grade for grade, is_it in verdict.items() if is_it == 1], [self.grade])
        moments = {p["timeUnixNano"] for p in metrics["assay_run_verdict"]["gauge"]["dataPoints"]}
        self.assertEqual(len(moments), 1)
        self.assertAlmostEqual(int(moments.pop()) / 1e9, self.ended, delta=DEADLINE_APART_S)
        times = metrics["assay_run_response_time_seconds"]
        self.assertEqual(times["unit"], "s")
        counts = {next(a["value"]["stringValue"] for a in p["attributes"] if a["key"] == "arm"): int(p["count"])
                  for p in times["summary"]["dataPoints"]}
        self.assertEqual(counts, {arm: self.judged(arm) for arm in counts})

    def test_afterwards_the_same_is_sent_again(self):
        stage = metric_stage.MetricStage(self.folder, self.addCleanup)
        receiver = metric_stage.Receiver(stage)
        done = subprocess.run([support.ASSAY, "report", str(self.run_made.directory), "--format", "json", "--otlp", receiver.url,
                               "--push", receiver.url, "--remote-write", receiver.url + "/write"],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["verdict"]["grade"], self.grade)
        sent = {path: (headers, body) for _, path, headers, body in receiver.requests}
        self.assertEqual(set(sent), {"/v1/metrics", "/metrics/job/assay/gate/shop-canary", "/write"})
        self.assertEqual(sent["/v1/metrics"][1], self.otlp.requests[-1][3])
        headers, body = sent["/metrics/job/assay/gate/shop-canary"]
        self.assertEqual(metric_stage.promtool(body.decode()), ("", 0))
        self.assertTrue(body.endswith(b"\n"))
        headers, _ = sent["/write"]
        self.assertEqual((headers["Content-Encoding"], headers["Content-Type"], headers["X-Prometheus-Remote-Write-Version"]),
                         ("snappy", "application/x-protobuf", "0.1.0"))

    def test_openmetrics_is_read_by_a_parser_of_others(self):
        done = subprocess.run([support.ASSAY, "report", str(self.run_made.directory), "--format", "openmetrics"],
                              capture_output=True, text=True, timeout=60)
        families = metric_stage.openmetrics(done.stdout)
        kind, unit, samples = families["assay_run_response_time_seconds"]
        self.assertEqual((kind, unit), ("summary", "seconds"))
        count = [v for name, labels, v in samples if name.endswith("_count") and labels["arm"] == "candidate"]
        self.assertEqual(count, [self.judged("candidate")])
        self.assertEqual(families["assay_probe_ticks"][0], "counter")
        self.assertEqual([labels["verdict"] for _, labels, v in families["assay_run_verdict"][2] if v == 1], [self.grade])


    def test_names_of_others_break_nothing(self):
        """Slashes, quotes, line breaks, escapes, markup, commands of CI servers, and what turns text around; of two probes the same."""
        name = 'shop/"canary" \\ </script><b>]]>\n::error::x\x1b[31m\u202egpj \u00e9'
        document = self.run_made.document
        document["result"]["name"] = name
        for step in document["result"]["steps"]:
            step["name"] = step["scenario"] = name
        for probe in document["result"]["probes"]:
            probe["name"] = name
        for finding in document["verdict"]["findings"]:
            finding["subject"] = name
        (self.folder / "run").mkdir()
        (self.folder / "run" / "result.json").write_text(json.dumps(document))
        done = subprocess.run([support.ASSAY, "report", str(self.folder / "run"), "--format", "openmetrics", "--push", self.gateway.url,
                               "--remote-write", self.database.url + "/api/v1/write"], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr.count("metrics sent to"), 2, done.stderr)
        for harmful in ("\x1b", "\u202e"):
            self.assertNotIn(harmful, done.stderr + done.stdout)
        shown = 'shop/"canary" \\ </script><b>]]> ::error::x?[31m\ufffdgpj \u00e9'
        gates = {group["labels"]["gate"]: group for group in self.gateway.groups()}
        self.assertEqual(set(gates), {"shop-canary", "one-step", shown})
        self.assertEqual(gates[shown]["last_push_successful"], True)
        families = metric_stage.openmetrics(done.stdout)
        probes = [labels["probe"] for _, labels, _ in families["probe_success"][2]]
        self.assertEqual(probes, [shown, shown + " (2)"])
        written = self.database.query('count by (gate) (assay_requests_total{run!=""})')
        self.assertIn(shown, {json.loads(labels)["gate"] for labels in written})
        urllib.request.urlopen(urllib.request.Request(
            f"{self.gateway.url}/metrics/job/assay/gate@base64/{base64.urlsafe_b64encode(shown.encode()).decode()}", method="DELETE"), timeout=10).close()


DEADLINE_APART_S = 60
STRING_OF_DIGITS = {"type": "string", "pattern": "^[0-9]+$"}
ATTRIBUTES = {"type": "array", "items": {
    "type": "object", "required": ["key", "value"], "additionalProperties": False,
    "properties": {"key": {"type": "string", "minLength": 1},
                   "value": {"type": "object", "required": ["stringValue"], "additionalProperties": False,
                             "properties": {"stringValue": {"type": "string"}}}}}}
POINT = {"attributes": ATTRIBUTES, "startTimeUnixNano": STRING_OF_DIGITS, "timeUnixNano": STRING_OF_DIGITS}
NUMBERS = {"type": "array", "minItems": 1, "items": {
    "type": "object", "required": ["asDouble", "timeUnixNano"], "additionalProperties": False,
    "properties": {**POINT, "asDouble": {"type": "number"}}}}
# opentelemetry-proto, metrics/v1/metrics.proto in its JSON mapping: names in lowerCamelCase, 64-bit integers as strings.
OTLP = {
    "type": "object", "required": ["resourceMetrics"], "additionalProperties": False,
    "properties": {"resourceMetrics": {"type": "array", "minItems": 1, "items": {
        "type": "object", "required": ["resource", "scopeMetrics"], "additionalProperties": False,
        "properties": {
            "resource": {"type": "object", "additionalProperties": False, "properties": {"attributes": ATTRIBUTES}},
            "scopeMetrics": {"type": "array", "minItems": 1, "items": {
                "type": "object", "required": ["scope", "metrics"], "additionalProperties": False,
                "properties": {
                    "scope": {"type": "object", "required": ["name"], "additionalProperties": False,
                              "properties": {"name": {"type": "string"}, "version": {"type": "string"}}},
                    "metrics": {"type": "array", "minItems": 1, "items": {
                        "type": "object", "required": ["name", "unit"], "additionalProperties": False,
                        "oneOf": [{"required": ["gauge"]}, {"required": ["sum"]}, {"required": ["summary"]}],
                        "properties": {
                            "name": {"type": "string", "pattern": "^[a-z0-9_]+$"}, "description": {"type": "string"},
                            "unit": {"enum": ["1", "s", "By"]},
                            "gauge": {"type": "object", "additionalProperties": False, "properties": {"dataPoints": NUMBERS}},
                            "sum": {"type": "object", "additionalProperties": False, "required": ["aggregationTemporality", "isMonotonic"],
                                    "properties": {"dataPoints": NUMBERS, "aggregationTemporality": {"const": 2}, "isMonotonic": {"const": True}}},
                            "summary": {"type": "object", "additionalProperties": False, "properties": {"dataPoints": {
                                "type": "array", "minItems": 1, "items": {
                                    "type": "object", "required": ["count", "sum", "quantileValues"], "additionalProperties": False,
                                    "properties": {**POINT, "count": STRING_OF_DIGITS, "sum": {"type": "number"},
                                                   "quantileValues": {"type": "array", "items": {
                                                       "type": "object", "required": ["quantile", "value"], "additionalProperties": False,
                                                       "properties": {"quantile": {"type": "number", "minimum": 0, "maximum": 1},
                                                                      "value": {"type": "number"}}}}}}}}},
                        }}}}}}}}}}}


@functools.cache
def dashboard():
    return json.loads(DASHBOARD.read_text())


def queries():
    """(panel, expression) of every target."""
    return [(panel["title"], target["expr"]) for panel in dashboard()["panels"] for target in panel.get("targets", [])]


class Dashboard(unittest.TestCase):
    """Debian has no Grafana; this is what is known of the model of its dashboards."""

    def test_it_is_a_dashboard(self):
        board = dashboard()
        self.assertGreaterEqual(board["schemaVersion"], 36)
        self.assertNotIn("id", board)  # of one installation
        for key in ("title", "uid", "panels", "templating", "time"):
            self.assertIn(key, board)
        ids = [panel["id"] for panel in board["panels"]]
        self.assertEqual(len(ids), len(set(ids)))

    def test_every_panel_asks_the_chosen_data_source(self):
        variables = {v["name"]: v for v in dashboard()["templating"]["list"]}
        self.assertEqual((variables["datasource"]["type"], variables["datasource"]["query"]), ("datasource", "prometheus"))
        source = {"type": "prometheus", "uid": "${datasource}"}
        self.assertEqual(variables["gate"]["datasource"], source)
        for panel in dashboard()["panels"]:
            if panel["type"] == "row":
                continue
            self.assertEqual(panel["datasource"], source, panel["title"])
            self.assertTrue(panel["targets"], panel["title"])
            self.assertEqual(len({t["refId"] for t in panel["targets"]}), len(panel["targets"]))
            for target in panel["targets"]:
                self.assertEqual(target["datasource"], source, panel["title"])
                self.assertIn('gate=~"$gate"', target["expr"], panel["title"])

    def test_no_panel_lies_on_another(self):
        taken = {}
        for panel in dashboard()["panels"]:
            at = panel["gridPos"]
            self.assertLessEqual(at["x"] + at["w"], 24, panel["title"])
            for x in range(at["x"], at["x"] + at["w"]):
                for y in range(at["y"], at["y"] + at["h"]):
                    self.assertNotIn((x, y), taken, f'{panel["title"]} and {taken.get((x, y))}')
                    taken[x, y] = panel["title"]

    def test_both_arms_and_all_that_is_published_are_shown(self):
        asked = " ".join(expression for _, expression in queries())
        for name in ("assay_requests_total", "assay_response_time_seconds", "assay_run_verdict", "assay_run_check_passed",
                     "assay_run_change_ratio", "assay_run_response_time_seconds", "probe_success", "assay_probe_state"):
            self.assertIn(name, asked)
        self.assertTrue(any("by (gate, arm" in expression for _, expression in queries()))


class Servers(support.IntegrationTest):
    """Servers that are not there, refuse, or say bad things. Offline, because it is the same code after a run."""

    @classmethod
    def setUpClass(cls):
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="assay-metrics-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        site = nginx_of(cls)
        gate = cls.shared / "gate.yaml"
        gate.write_text(support.one_step_gate(f"http://127.0.0.1:{site.address[1]}"))
        subprocess.run([support.ASSAY, "run", str(gate), "--out", str(cls.shared / "run"), "--quiet"], capture_output=True,
                       timeout=support.RUN_DEADLINE_S)

    def setUp(self):
        super().setUp()
        self.stage = metric_stage.MetricStage(self.folder, self.addCleanup)

    def report(self, *arguments, **environment):
        return subprocess.run([support.ASSAY, "report", str(self.shared / "run"), "--format", "json", *arguments],
                              capture_output=True, text=True, timeout=120, env={**os.environ, **environment})

    def test_one_that_is_not_there(self):
        done = self.report("--push", f"http://127.0.0.1:{support.free_port()}")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, r"^assay: warning: metrics not sent to Pushgateway http://127\.0\.0\.1:\d+/metrics/job/assay/gate/\S+: .+\n$")

    def test_one_that_refuses_is_asked_once(self):
        receiver = metric_stage.Receiver(self.stage, (400, b"pushed metrics are invalid"))
        done = self.report("--push", receiver.url)
        self.assertEqual(done.returncode, 0)
        self.assertIn("it answered 400: pushed metrics are invalid", done.stderr)
        self.assertEqual(len(receiver.requests), 1)

    def test_one_that_is_broken_is_asked_three_times(self):
        receiver = metric_stage.Receiver(self.stage, (503, b"later"))
        done = self.report("--otlp", receiver.url)
        self.assertEqual(done.returncode, 0)
        self.assertIn("it answered 503 (3 times): later", done.stderr)
        self.assertEqual(len(receiver.requests), 3)

    def test_one_that_is_busy_is_asked_again(self):
        receiver = metric_stage.Receiver(self.stage, (429, b"slow down"), (200, b""))
        done = self.report("--push", receiver.url)
        self.assertEqual(len(receiver.requests), 2)
        self.assertIn("metrics sent to Pushgateway", done.stderr)
        self.assertNotIn("warning", done.stderr)
        self.assertEqual(receiver.requests[0][3], receiver.requests[1][3])

    def test_a_redirect_is_not_followed(self):
        receiver = metric_stage.Receiver(self.stage, (302, b""))
        self.assertIn("it answered 302", self.report("--otlp", receiver.url).stderr)
        self.assertEqual(len(receiver.requests), 1)

    def test_credentials_come_from_the_environment_and_are_shown_to_nobody_else(self):
        secret = "Zq7x-K3y"
        receiver = metric_stage.Receiver(self.stage, (401, f"no such token: {secret}".encode()))
        other = metric_stage.Receiver(self.stage)
        (self.folder / "headers").write_text(f"Authorization: Bearer {secret}\nX-Scope-OrgID: 7\n")
        for given in (f"Authorization: Bearer {secret}\nX-Scope-OrgID: 7", f"@{self.folder}/headers"):
            with self.subTest(given):
                receiver.requests.clear(), other.requests.clear()
                done = self.report("--push", receiver.url, "--otlp", other.url, ASSAY_PUSH_HEADERS=given)
                headers = receiver.requests[0][2]
                self.assertEqual((headers["Authorization"], headers["X-Scope-OrgID"]), (f"Bearer {secret}", "7"))
                self.assertNotIn("Authorization", other.requests[0][2])
                self.assertIn("no such token: ***", done.stderr)
                self.assertNotIn(secret, done.stderr + done.stdout)

    def test_headers_that_are_none_are_refused_before_anything_is_done(self):
        receiver = metric_stage.Receiver(self.stage)
        for given in ("Zq7x-K3y", "@/nowhere"):
            with self.subTest(given):
                done = self.report("--push", receiver.url, ASSAY_PUSH_HEADERS=given)
                self.assertEqual((done.returncode, done.stdout, receiver.requests), (2, "", []))
                self.assertIn("$ASSAY_PUSH_HEADERS", done.stderr)
                self.assertNotIn("Zq7x", done.stderr)

    def test_a_password_in_a_url_is_shown_nowhere(self):
        receiver = metric_stage.Receiver(self.stage, (403, b"Zq7x"))
        done = self.report("--push", receiver.url.replace("//", "//ci:Zq7x@"))
        self.assertIn("//ci@127.0.0.1", done.stderr)
        self.assertNotIn("Zq7x", done.stderr)
        self.assertRegex(receiver.requests[0][2]["Authorization"], "^Basic ")

    def test_what_a_server_says_is_text_of_one_line(self):
        words = "\x1b[31m</script><b>]]>\n::error::forged\r\n\u202e".encode() + b"\xff" + b"x" * 5000
        done = self.report("--push", metric_stage.Receiver(self.stage, (400, words)).url)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertLess(len(done.stderr), 700)
        for harmful in ("\x1b", "\r", "\u202e"):
            self.assertNotIn(harmful, done.stderr)
        self.assertFalse(done.stderr.startswith("::"))

    def test_urls_that_are_none(self):
        for option, url in (("--push", "127.0.0.1:9091"), ("--remote-write", "ftp://x"), ("--otlp", "http:///v1"), ("--push", "http://a b"),
                            ("--push", "http://x?y")):
            with self.subTest(f"{option} {url}"):
                done = self.report(option, url)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(option, done.stderr)

    def test_a_certificate_is_verified(self):
        authority = support.Authority(self.folder / "ca")
        nginx = self.nginx("location = /v1/metrics { return 200; }", tls=authority.issue("IP:127.0.0.1"))
        done = self.report("--otlp", f"https://127.0.0.1:{nginx.port}")
        self.assertEqual(done.returncode, 0)
        self.assertIn("certificate", done.stderr)


class Scraped(support.IntegrationTest):
    def gate_of(self, nginx, load="{ shape: constant-arrival-rate, rate: 100/s, duration: 5s, warm_up: 1s }"):
        return self.gate(support.one_step_gate(f"http://127.0.0.1:{nginx.port}", load))

    def test_hostile_clients_do_not_disturb_the_load(self):
        """Idle ones, ones that ask by the letter, ones that ask and never read; more than there are threads."""
        gate = self.gate_of(self.nginx())

        def attempt():
            port = support.free_port()
            process = self.start(gate, "--metrics-listen", f"127.0.0.1:{port}")
            support.wait_until_listening(("127.0.0.1", port), process)
            crowd = []
            for number in range(60):
                client = socket.create_connection(("127.0.0.1", port), timeout=5)
                if number % 3 == 1:
                    client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n")
                if number % 3 == 2:
                    client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 50)
                crowd.append(client)
            run = self.finish(process)
            for client in crowd:
                client.close()
            return run

        run = self.undisturbed(attempt)
        self.assert_exit(run, 0)
        self.assertEqual(run.outcomes().keys(), {"ok"})
        self.assertEqual(run.result["health"]["shed"], 0)

    def test_somebody_who_waits_is_served_beside_a_crowd(self):
        gate = self.gate_of(self.nginx(), "{ shape: constant-vus, users: 1, duration: 20s }")
        port = support.free_port()
        process = self.start(gate, "--metrics-listen", f"127.0.0.1:{port}")
        self.addCleanup(process.communicate)
        self.addCleanup(process.terminate)
        support.wait_until_listening(("127.0.0.1", port), process)
        crowd = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(8)]
        self.assertIn("assay_requests_total", self.await_metrics(port, process))
        for client in crowd:
            client.close()

    def await_metrics(self, port, process):
        """Until a second of the run was served."""
        while process.poll() is None:
            text = metric_stage.scraped(port, timeout=30)
            if "assay_requests_total" in text:
                return text
        return self.fail("the run ended before it was served")

    def test_a_port_in_use_is_said_before_anything_is_offered(self):
        nginx = self.nginx()
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = "127.0.0.1:%d" % taken.getsockname()[1]
            run = self.run_gate(self.gate_of(nginx), "--metrics-listen", address)
        self.assertEqual(run.exit_code, 3, run.output)
        self.assertRegex(run.stderr, f"cannot listen on {re.escape(address)}: .*in use")
        self.assertFalse((run.directory / "result.json").exists())

    def test_an_address_that_is_none(self):
        run = self.run_gate(self.gate_of(self.nginx()), "--metrics-listen", "nowhere")
        self.assertEqual(run.exit_code, 2, run.output)
        self.assertIn("nowhere", run.stderr)

    def test_a_part_of_a_run_is_sent_to_nobody(self):
        stage = metric_stage.MetricStage(self.folder, self.addCleanup)
        receiver = metric_stage.Receiver(stage)
        gate = self.gate_of(self.nginx(), "{ shape: shared-iterations, users: 2, iterations: 40, max_duration: 20s }")
        runs = []
        for part in ("1/2", "2/2"):
            name = part.replace("/", "of")
            runs.append(self.run_gate(gate, "--segment", part, "--seed", "7", "--push", receiver.url, out=name))
            self.assertIn("not sent: a segment", runs[-1].stderr)
        self.assertEqual(receiver.requests, [])
        done = subprocess.run([support.ASSAY, "merge", *(str(run.directory) for run in runs), "--out", str(self.folder / "merged"),
                               "--push", receiver.url], capture_output=True, text=True, timeout=60)
        self.assertEqual(len(receiver.requests), 1, done.stderr)
        self.assertIn(b"assay_run_verdict", receiver.requests[0][3])

    def test_a_run_that_is_refused_by_everybody_keeps_its_exit_code(self):
        nobody = f"http://127.0.0.1:{support.free_port()}"
        gate = self.gate(support.one_step_gate(f"http://127.0.0.1:{self.nginx().port}", path="/broken"))
        run = self.run_gate(gate, "--push", nobody.replace("//", "//ci:Zq7x@"), "--remote-write", nobody, "--otlp", nobody)
        self.assertEqual(run.exit_code, 1, run.output)
        self.assertEqual(run.stderr.count("warning: metrics not sent"), 3, run.stderr)
        self.assertNotIn("Zq7x", run.stderr + run.stdout + json.dumps(run.document))


if __name__ == "__main__":
    unittest.main()
