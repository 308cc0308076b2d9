"""alert-lifecycle against a real Prometheus, Alertmanager and service: a fault is brought about, its alert arrives and clears;
and of each sabotaged set-up the broken hop is named."""
import json
import signal
import socket
import subprocess
import unittest
import urllib.request

import support
from lifecycle_stage import ROUTES, RULES, LifecycleTest


class Lifecycle(LifecycleTest):
    def test_an_alert_fires_arrives_and_clears(self):
        self.world()
        result, output = self.follow(alert="HighErrorRate", more="labels: { severity: critical }, unaffected: [Innocent], expect: { min_pending: 1s }")
        self.assertEqual(result["state"], "pass", output)
        facts = self.facts(result)
        self.assertEqual(list(facts), ["pending", "firing", "in Alertmanager", "notified", "time pending", "episodes", "receiver", "resolved",
                                       "end notified", "history", "other alerts"], output)
        self.assertIn("by receiver assay", facts["notified"][1])
        measures = result["measures"]
        self.assertLessEqual(measures["pending_seconds"], measures["firing_seconds"])
        self.assertLessEqual(measures["firing_seconds"], measures["notified_seconds"])
        self.assertLessEqual(measures["resolved_seconds"], measures["end notified_seconds"])
        self.assertFalse(self.service.fault, "the fault was left behind")
        labels = [exchange["label"] for exchange in result["exchanges"]]
        for label in ("rules", "inject", "clear", "messages", "history of the alert"):
            self.assertIn(label, labels)

    def test_every_format_of_receivers(self):
        cases = {
            "slack": "slack_configs: [{ api_url: 'http://127.0.0.1:%d/slack', channel: '#a', send_resolved: true }]",
            "pagerduty": "pagerduty_configs: [{ url: 'http://127.0.0.1:%d/v2/enqueue', routing_key: abc }]",
            "opsgenie": "opsgenie_configs: [{ api_url: 'http://127.0.0.1:%d/', api_key: abc }]",
            "email": "email_configs: [{ to: a@example.test, from: b@example.test, smarthost: '127.0.0.1:%d', require_tls: false, send_resolved: true }]",
        }
        for format, ways in cases.items():
            with self.subTest(format):
                self.world(ways)
                result, output = self.follow(format=format)
                self.assertEqual(result["state"], "pass", output)
                self.assertIn("notified", self.facts(result))
                self.assertIn("end notified", self.facts(result))

    def test_other_ways_to_bring_a_fault_about(self):
        self.world()
        url = f"http://127.0.0.1:{self.service.port}/fault"
        curl = "[python3, -c, 'import sys, urllib.request as u; u.urlopen(u.Request(sys.argv[2], method=sys.argv[1]))', %s, '" + url + "']"
        for name, keys in {
                "a command": {"inject": "{ command: " + curl % "POST" + " }", "clear": "{ command: " + curl % "DELETE" + " }"},
                "another URL": {"inject": f"{{ http: {{ url: '{url}', method: POST }} }}", "clear": f"{{ http: {{ url: '{url}', method: DELETE }} }}"},
                "requests that fail": {"alert": "HighErrorRate", "inject": "{ requests: { path: /fail, rate: 40/s, error_ratio: 30% } }", "clear": None},
                "an alert that is posted": {"alert": "NoSuchRule", "inject": "alert", "clear": None},
                "without a receiver": {"receiver": False}}.items():
            with self.subTest(name):
                self.server.await_result("ALERTS", lambda found: not found)  # nothing is left of the one before
                result, output = self.follow(**keys)
                self.assertEqual(result["state"], "pass", output)

    def test_what_is_in_the_way_is_found_before_the_fault(self):
        self.world()
        def post(path, body):
            request = urllib.request.Request(self.manager.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=5) as response:
                return json.loads(response.read() or b"null")
        silence = {"matchers": [{"name": "alertname", "value": "Queue.*", "isRegex": True}], "startsAt": "2020-01-01T00:00:00Z",
                   "endsAt": "2099-01-01T00:00:00Z", "createdBy": "test", "comment": "quiet please"}
        cases = {
            "no such rule": ({"alert": "QueueDeap"}, "fail", "did you mean .*QueueDeep"),
            "no such receiver": ({"name": "name: asay"}, "fail", "receiver asay.*it has assay, other"),
            "a time that cannot suffice": ({"alert": "HighErrorRate", "more": "expect: { firing_within: 500ms }"}, "error", "cannot fire within 500ms: it is pending for 1s"),
            "a `for` that is too short": ({"alert": "HighErrorRate", "more": "expect: { min_pending: 5m }"}, "fail", "pending for at least 5m, got it is pending for 1s by its rule"),
            "a share that is too small": ({"alert": "HighErrorRate", "inject": "{ requests: { path: /fail, rate: 1/s, error_ratio: 3% } }", "clear": None},
                                          "error", "a share of 3% never exceeds the threshold of 5%"),
        }
        for name, (keys, state, words) in cases.items():
            with self.subTest(name):
                result, output = self.follow(**keys)
                self.assertEqual(result["state"], state, output)
                self.assertRegex(result["reason"], words, output)
                self.assertNotIn("inject", [exchange["label"] for exchange in result["exchanges"]], output)
        with self.subTest("a silence"):
            post("/api/v2/silences", silence)
            result, output = self.follow()
            self.assertEqual(result["state"], "error", output)
            self.assertRegex(result["reason"], "silenced by .*quiet please", output)
        with self.subTest("it fires already"):
            self.service.fault = True
            self.server.await_result('ALERTS{alertname="HighErrorRate",alertstate="firing"}')
            result, output = self.follow(alert="HighErrorRate")
            self.assertEqual(result["state"], "error", output)
            self.assertRegex(result["reason"], "it is (firing|pending) before the fault", output)

    def test_a_killed_assay_takes_the_fault_back(self):
        self.world(rules=RULES.replace("for: 1s", "for: 10m"))
        gate = self.gate(f"version: 1\ntargets:\n  candidate: http://127.0.0.1:{self.service.port}\nprobes:\n{self.lines(alert='HighErrorRate')}\n")
        process = subprocess.Popen([support.ASSAY, "probe", str(gate)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=self.folder)
        self.addCleanup(self.end, process)
        self.server.await_result('ALERTS{alertname="HighErrorRate"}')
        self.assertTrue(self.service.fault)
        process.kill()
        _, said = process.communicate(timeout=20)  # until the guardian has gone as well
        self.assertFalse(self.service.fault, said)
        self.assertIn("its fault is taken back: clear: done", said)

    def test_an_interrupt_takes_the_fault_back(self):
        self.world(rules=RULES.replace("for: 1s", "for: 10m"))
        gate = self.gate(f"version: 1\ntargets:\n  candidate: http://127.0.0.1:{self.service.port}\nprobes:\n{self.lines(alert='HighErrorRate')}\n")
        process = subprocess.Popen([support.ASSAY, "probe", str(gate), "--format", "json"], stdout=subprocess.PIPE, text=True, cwd=self.folder)
        self.addCleanup(self.end, process)
        self.server.await_result('ALERTS{alertname="HighErrorRate"}')
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
        self.assertFalse(self.service.fault, out)
        result = json.loads(out)[0]
        self.assertEqual(result["state"], "error", out)
        self.assertIn("broken off, and the fault was taken back", result["reason"])


class BrokenHops(LifecycleTest):
    def sabotaged(self, keys, **world):
        self.world(**world)
        return self.follow(**keys)

    def check(self, state, words, keys, **world):
        result, output = self.sabotaged(keys, **world)
        self.assertEqual(result["state"], state, output)
        self.assertRegex(result["reason"], words, output)
        self.assertFalse(self.service.fault, "the fault was left behind")

    def test_a_metric_that_is_not_there(self):
        self.check("fail", "pending: .*the condition was never true: .*no series is called queue_length: it can never fire",
                   {"more": "expect: { pending_within: 3s }"}, rules=RULES.replace("queue_depth > 1000", "queue_length > 1000"))

    def test_a_threshold_that_is_too_high(self):
        self.check("fail", "pending: .*its value is 5000 now, and must be > 9999",
                   {"more": "expect: { pending_within: 3s }"}, rules=RULES.replace("queue_depth > 1000", "queue_depth > 9999"))

    def test_a_for_that_is_too_long(self):
        self.check("fail", "firing: expected within 3s, got (not at all: it is pending, and `for` is 3s|after [34])",
                   {"alert": "HighErrorRate", "more": "expect: { firing_within: 3s }"}, rules=RULES.replace("for: 1s", "for: 3s"))

    def test_a_rule_that_cannot_be_evaluated(self):
        self.check("fail", "it cannot be evaluated: .*(multiple matches|many-to-many|duplicate)", {},
                   rules=RULES.replace("queue_depth > 1000", "queue_depth * on() group_left() http_requests_total > 1000"))

    def test_a_prometheus_without_an_alertmanager(self):
        self.check("fail", "in Alertmanager: .*Prometheus knows no Alertmanager", {"more": "expect: { firing_within: 4s, notified_within: 6s }"}, alertmanager=False)

    def test_a_receiver_that_is_another(self):
        self.check("fail", "notified: .*Alertmanager sends it to other, not to assay", {"more": "expect: { firing_within: 4s, notified_within: 6s }"},
                   routes=ROUTES.replace("receiver: assay,", "receiver: other,", 1))

    def test_a_receiver_that_cannot_be_reached(self):
        self.check("fail", "notified: .*Alertmanager could not send it to assay: [0-9]+ attempts failed", {"more": "expect: { firing_within: 4s, notified_within: 8s }"},
                   ways="webhook_configs: [{ url: 'http://127.0.0.1:9/hook' }]")

    def test_a_receiver_of_another_format(self):
        self.check("fail", "notified: .*none has the expected format", {"format": "slack", "more": "expect: { firing_within: 4s, notified_within: 6s }"})

    def test_an_alert_that_is_inhibited(self):
        self.check("fail", "(in Alertmanager|notified): .*suppresses it: inhibited by", {"more": "expect: { firing_within: 4s, notified_within: 6s }"},
                   rules=RULES + "      - { alert: Always, expr: vector(1), labels: { severity: page } }\n",
                   arguments=["--rules.alert.resend-delay=1s"], first=["Always"],
                   routes=ROUTES + "inhibit_rules: [{ source_matchers: ['severity=\"page\"'], target_matchers: ['severity=\"critical\"'] }]\n")

    def test_an_end_that_is_not_told(self):
        self.check("fail", "end notified: .*send_resolved is false for webhook of assay", {"more": "expect: { resolved_within: 6s, resolved_notified_within: 8s }"},
                   ways="webhook_configs: [{ url: 'http://127.0.0.1:%d/hook', send_resolved: false }]")

    def test_a_fault_that_stays(self):
        self.world()
        result, output = self.follow(clear="{ http: { path: /healthy, method: GET } }", more="expect: { resolved_within: 3s, resolved_notified_within: 4s }")
        self.service.fault = False
        self.assertEqual(result["state"], "fail", output)
        self.assertRegex(result["reason"], "resolved: expected within 3s, got not at all: it is still firing", output)

    def test_another_alert_that_is_disturbed(self):
        self.check("fail", "other alerts: .*became active: Innocent", {"more": "unaffected: [Innocent]"}, rules=RULES.replace("queue_depth > 1e6", "queue_depth > 2000"))

    def test_a_condition_that_does_not_hold(self):
        # True for a second out of two: it becomes pending again and again, and never lasts.
        self.check("fail", "firing: .*it was pending and then was not, [0-9]+ times?: the condition did not hold for 2s",
                   {"more": "expect: { firing_within: 6s }"}, rules=RULES.replace("expr: queue_depth > 1000", "expr: queue_depth > 1000 and on() (vector(time()) % 2 < 1)\n        for: 2s"))

    def test_a_fault_that_cannot_be_brought_about(self):
        self.check("error", "inject: status 501", {"inject": "{ http: { path: /fault, method: PUT } }"})

    def test_a_fault_that_cannot_be_taken_back(self):
        self.world()
        result, output = self.follow(clear="{ http: { path: /fault, method: PUT } }")
        self.assertEqual(result["state"], "fail", output)
        self.assertRegex(result["reason"], "clear: .*status 501; it may still be there", output)

    def test_a_port_in_use(self):
        self.world()
        with socket.create_server(("127.0.0.1", self.port)):
            result, output = self.follow()
        self.assertEqual(result["state"], "error", output)
        self.assertRegex(result["reason"], "cannot listen on 127.0.0.1:[0-9]+: Address already in use", output)
        self.assertFalse(self.service.fault)


if __name__ == "__main__":
    unittest.main()
