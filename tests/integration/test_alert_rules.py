"""promql, prometheus-targets and alert-rule against a real Prometheus and Alertmanager: what is sound passes, and each planted
fault is found by its own probe, in words that name it."""
import itertools
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import alert_stage
import probe_stage
import support

METRICS = """# TYPE http_requests_total counter
http_requests_total{service="shop",status="200"} %d
http_requests_total{service="shop",status="500"} 3
# TYPE queue_depth gauge
queue_depth 12
# TYPE idle_errors_total counter
idle_errors_total 0
# TYPE idle_requests_total counter
idle_requests_total 0
"""

RATIO = 'sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m])) > 0.05'

# One rule for each fault: they disturb nobody.
RULES = f"""groups:
  - name: shop
    rules:
      - alert: HighErrorRate
        expr: {RATIO}
        for: 5m
        labels: {{ severity: critical }}
        annotations: {{ summary: 'errors: {{{{ $value }}}}' }}
      - alert: QueueDeep
        expr: queue_depth > 1000
        labels: {{ severity: warning, team: billing }}
  - name: faults
    rules:
      - alert: NoSuchMetric
        expr: http_request_total > 1
      - alert: NoSuchLabel
        expr: sum(rate(http_requests_total{{code=~"5.."}}[5m])) > 1
      - alert: NoSuchValue
        expr: queue_depth{{job="shpo"}} > 1
      - alert: NotYet
        expr: sum(rate(http_requests_total{{status=~"4.."}}[5m])) > 1
      - alert: Idle
        expr: sum(rate(idle_errors_total[5m])) / sum(rate(idle_requests_total[5m])) > 0.05
      - alert: Absent
        expr: absent(nothing_at_all)
        for: 1h
      - alert: Broken
        expr: queue_depth * on(job) group_left http_requests_total > 1e9
      - alert: FiresNow
        expr: queue_depth > 1
        labels: {{ severity: none }}
"""

ROUTES = """route:
  receiver: nobody
  group_by: [alertname]
  routes:
    - { receiver: pager, matchers: ['severity="critical"', 'env="staging"'], continue: true }
    - receiver: chat
      match_re: { team: 'shop|billing' }
      routes:
        - { receiver: chat-night, matchers: ['severity!="critical"', 'night=~".+"'] }
    - { receiver: mail, match: { severity: warning } }
receivers:
  - name: nobody
  - { name: pager, webhook_configs: [{ url: 'http://127.0.0.1:9/' }] }
  - { name: chat, slack_configs: [{ api_url: 'http://127.0.0.1:9/', channel: '#a' }] }
  - { name: chat-night, slack_configs: [{ api_url: 'http://127.0.0.1:9/', channel: '#a', send_resolved: true }] }
  - { name: mail, email_configs: [{ to: a@example.test, from: b@example.test, smarthost: '127.0.0.1:9', send_resolved: true }] }
"""


class AlertRules(probe_stage.ProbeTest):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="assay-alerts-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        stage = alert_stage.Stage(folder, cls.addClassCleanup)
        served = itertools.count(900, 7)
        exporter = alert_stage.Exporter(stage, lambda: METRICS % next(served))
        cls.manager = stage.alertmanager(ROUTES)
        down = support.free_port()
        cls.server = stage.prometheus(RULES, {"shop": [exporter.port], "lame": [exporter.port, down]},
                                      cls.manager, "{ env: staging }", arguments=["--storage.tsdb.retention.time=30d"])
        cls.server.await_result('up{job="lame"}', lambda found: len(found) == 2)
        cls.server.await_result("sum(rate(http_requests_total[5m])) > 0")
        cls.server.await_result("rate(idle_requests_total[5m])")
        cls.server.await_result('count_over_time(queue_depth{job="shop"}[10s]) >= 8')
        cls.server.await_evaluated()

    def ask(self, *probes):
        lines = "\n".join(f"  - {{ prometheus: '{self.server.url}', {probe} }}" for probe in probes)
        return self.probe(self.gate(f"version: 1\nprobes:\n{lines}\n"))

    def said(self, probe):
        """State, and everything that was said."""
        probed = self.ask(probe)
        result = probed.results[0]
        return result["state"], json.dumps([result["reason"], result["facts"]], ensure_ascii=False), probed.output

    def check(self, cases):
        for name, (probe, state, words) in cases.items():
            with self.subTest(name):
                for left in reversed(range(support.ATTEMPTS)):
                    found, text, output = self.said(probe)
                    holds = found == state and re.search(words, text)
                    if holds or not left or not self.server.missed_a_scrape(20):
                        break
                    self.server.await_calm()
                self.assertEqual(found, state, output[-3000:])
                self.assertRegex(text, words, output[-3000:])

    def test_rules(self):
        rule = "kind: alert-rule, alert: "
        expr = json.dumps(RATIO.replace('"5.."', "'5..'").replace("[5m]", "[300s]").replace("sum(rate(http_requests_total[300s]))",
                                                                                          "sum( rate(http_requests_total[5m]) )"))
        self.check({
            "sound": (rule + "HighErrorRate, for: 5m, labels: { severity: critical }", "pass", "at least, with an evaluation each 250ms"),
            "sound, in another writing": (rule + f"HighErrorRate, expr: {expr}", "pass", "the same"),
            "another threshold": (rule + f"HighErrorRate, expr: {json.dumps(RATIO.replace('0.05', '0.5'))}", "fail", "expr"),
            "another for": (rule + "HighErrorRate, for: 1m", "fail", "for: expected 1m, got 5m"),
            "another label": (rule + "HighErrorRate, labels: { severity: page }", "fail", "labels.*critical"),
            "not loaded": (rule + "HighErorRate", "fail", "did you mean \\\\\"HighErrorRate"),
            "a metric that is not there": (rule + "NoSuchMetric", "fail", "no series is called http_request_total: it can never fire"),
            "a label that is not there": (rule + "NoSuchLabel", "fail", "no series of http_requests_total has the label code: it can never fire"),
            "a value that is not there": (rule + "NoSuchValue", "warn", "no series of queue_depth has .*shpo"),
            "an error that did not happen yet": (rule + "NotYet", "pass", "none now: no series of http_requests_total has"),
            "idle": (rule + "Idle", "warn", "NaN in 1 of 1 series, as 0/0 is while nothing happens"),
            "absent": (rule + "Absent, for: 1h", "pass", "1h"),
            "broken": (rule + "Broken", "fail", "health: expected ok, got err: .*many-to-many|health: expected ok, got err"),
            "firing": (rule + "FiresNow", "warn", "state: expected not firing now, got firing"),
        })

    def test_receivers(self):
        rule = f"kind: alert-rule, alertmanager: '{self.manager.url}', alert: "
        self.check({
            "the pager": (rule + "HighErrorRate, receiver: pager", "pass", "send_resolved"),
            "not the chat": (rule + "HighErrorRate, receiver: chat", "fail", "receiver: expected chat, got pager"),
            "a chat that hears no end": (rule + "QueueDeep, receiver: chat", "warn", "not by slack, which is the default there"),
            "one that hears it": (rule + "QueueDeep, receiver: chat-night, alert_labels: { night: 'yes' }", "pass", "every one of its ways"),
            "nobody": (rule + "FiresNow", "fail", "got nobody, which tells nobody"),
        })

    def test_routes_are_those_of_amtool(self):
        sets = [{"team": team, "night": night} for team in ("shop", "billing", "other", "shopping") for night in ("", "1")]
        probed = self.ask(*(f"kind: alert-rule, name: '{i}', alertmanager: '{self.manager.url}', alert: {alert}, receiver: no-such, require_series: false, "
                            f"alert_labels: {json.dumps({k: v for k, v in labels.items() if v})}"
                            for i, (alert, labels) in enumerate(itertools.product(("FiresNow", "HighErrorRate"), sets))))
        asked = [{**labels, "alertname": alert, "severity": severity}
                 for (alert, severity), labels in itertools.product((("FiresNow", "none"), ("HighErrorRate", "critical")), sets)]
        self.assertEqual(len(probed.results), len(asked))
        for labels, result in zip(asked, probed.results):
            with self.subTest(labels):
                arguments = [f"{k}={v}" for k, v in {**labels, "env": "staging"}.items() if v]
                oracle = subprocess.run(["amtool", "config", "routes", "test", f"--config.file={self.manager.config_file}", *arguments],
                                        capture_output=True, text=True, timeout=20).stdout.strip()
                found = next(fact["observed"] for fact in result["facts"] if fact["what"].endswith(": receiver"))
                self.assertEqual(found.replace(", ", ","), oracle)

    def test_a_rules_file(self):
        shop = RULES.split("  - name: faults")[0]
        def with_file(text):
            path = self.folder / "reviewed.yml"
            path.write_text(text)
            return f"kind: alert-rule, rules_file: '{path}'"
        operator = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n" + "".join("  " + line + "\n" for line in shop.splitlines())
        for name, (text, state, words) in {
                "the same": (shop, "pass", "the same"), "for an operator": (operator, "pass", "the same"),
                "another for": (shop.replace("for: 5m", "for: 10m"), "fail", "HighErrorRate: for: expected 10m, got 5m"),
                "another summary": (shop.replace("errors:", "error:"), "fail", "annotations"),
                "one more in Prometheus": (shop.split("      - alert: QueueDeep")[0], "fail", "alert QueueDeep: expected only rules of the file"),
                "one more in the file": (shop + "      - alert: New\n        expr: up == 0\n", "fail", "alert New: expected loaded")}.items():
            with self.subTest(name):
                found, said, output = self.said(with_file(text))
                self.assertEqual(found, state, output[-3000:])
                self.assertRegex(said, words, output[-3000:])

    def test_targets(self):
        targets = "kind: prometheus-targets, jobs: "
        self.check({
            "up": (targets + "{ shop: 1 }", "pass", "1 up"),
            "up, with interval and retention": (targets + "{ shop: 1 }, interval: 250ms, retention: 30d", "pass", "30d"),
            "one is down": (targets + "{ lame: 2 }", "fail", "expected 2 up, got 1 up, http://127.0.0.1:.* is down: .*refused"),
            "no such job": (targets + "{ shopp: 1 }", "fail", "no such job; did you mean"),
            "another interval": (targets + "{ shop: 1 }, interval: 15s", "fail", "scrape interval of job shop: expected 15s, got 250ms"),
            "another retention": (targets + "{ shop: 1 }, retention: 15d", "fail", "retention: expected 15d, got 30d"),
        })

    def test_queries(self):
        def query(text):
            return f"kind: promql, query: {json.dumps(text)}"
        self.check({
            "a value": (query("queue_depth{job='shop'}") + ", expect: 12", "pass", "12"),
            "too large": (query("queue_depth{job='shop'}") + ", expect: '< 10'", "fail", "expected < 10, got 12"),
            "over a time": (query("queue_depth{job='shop'}") + ", expect: '<= 12', over: 1s, step: 250ms", "pass", "12"),
            "over a longer time than there is": (query("queue_depth{job='shop'}") + ", expect: '<= 12', over: 1h, step: 1s", "error", "1h with data.*data of [0-9.]+m?s only"),
            "one of two": (query("up{job='lame'}") + ", expect: 1", "fail", "got 0 of up{instance="),
            "nothing": (query("no_such_metric") + ", expect: 1", "error", "no series"),
            "nothing, which is fine": (query("no_such_metric") + ", expect: 0, on_empty: pass", "pass", "no series"),
            "0/0": (query("sum(rate(idle_errors_total[5m])) / sum(rate(idle_requests_total[5m]))") + ", expect: '< 1'", "error", "NaN"),
            "no PromQL": (query("sum(") + ", expect: 1", "error", "bad_data"),
            "rate": (query("rate(http_requests_total[1m])") + ", expect: '>= 0'", "pass", "series"),
        })

    def test_a_prometheus_that_is_not_there(self):
        nowhere = f"http://127.0.0.1:{support.free_port()}"
        lines = "\n".join(f"  - {{ prometheus: '{nowhere}', {probe} }}" for probe in (
            "kind: promql, query: up, expect: 1", "kind: prometheus-targets, jobs: { shop: 1 }", "kind: alert-rule, alert: A"))
        probed = self.probe(self.gate(f"version: 1\nprobes:\n{lines}\n"))
        self.assertEqual(set(probed.states().values()), {"error"}, probed.output)
        self.assertEqual(probed.exit_code, 4)


if __name__ == "__main__":
    unittest.main()
