"""alert-lifecycle where the way of an alert is rough: receivers that refuse for a while or for good, servers that go away on the
way, faults that are too short, alerts that are kept or suppressed. It passes what arrives in time, and names the hop of the rest."""
import concurrent.futures
import unittest

import alert_stage
import support
from lifecycle_stage import ROUTES, RULES, LifecycleTest


def queue_deep(keys):
    return RULES.replace("expr: queue_depth > 1000", "expr: queue_depth > 1000\n        " + keys)


PATIENT = queue_deep("for: 3s")
INHIBITED = ROUTES + "inhibit_rules: [{ source_matchers: ['severity=\"page\"'], target_matchers: ['severity=\"critical\"'] }]\n"


class DeliveryTest(LifecycleTest):
    def check(self, state, words="", **keys):
        result, output = self.follow(**keys)
        self.judge(result, output, state, words)

    def judge(self, result, output, state, words=""):
        self.assertEqual(result["state"], state, output)
        if words:
            self.assertRegex(result["reason"], words, output)
        self.assertFalse(self.service.fault, "the fault was left behind")

    def while_followed(self, act, state, words, **keys):
        """`act` happens while the alert is on its way."""
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            followed = pool.submit(self.follow, once=True, **keys)
            act()
            result, output = followed.result()
        self.judge(result, output, state, words)

    def await_pending(self):
        self.server.await_result('ALERTS{alertname="QueueDeep",alertstate="pending"}')


class Receivers(DeliveryTest):
    def test_one_that_is_overloaded_for_a_while(self):
        self.world(refuse=lambda count: 503 if count < 3 else None)
        result, output = self.follow()
        self.judge(result, output, "pass")
        self.assertEqual(self.door.answered[:4], [503, 503, 503, 200])
        measures = result["measures"]
        self.assertGreater(measures["notified_seconds"] - measures["firing_seconds"], 1, "Alertmanager does not wait between its attempts")

    def test_one_that_is_overloaded_for_too_long(self):
        self.world(refuse=lambda _: 503)
        self.check("fail", "notified: expected within 10s, got not at all: Alertmanager could not send it to assay: [1-9][0-9]* attempts failed",
                   more="expect: { firing_within: 10s, notified_within: 10s }")
        self.assertEqual(set(self.door.answered), {503})

    def test_one_that_rejects_everything(self):
        self.world(refuse=lambda _: 400)
        self.check("fail", "notified: expected within 10s, got not at all: Alertmanager could not send it to assay: [1-9][0-9]* attempts failed",
                   more="expect: { firing_within: 10s, notified_within: 10s }")
        self.assertEqual(set(self.door.answered), {400})

    def test_one_that_rejects_the_first_message(self):
        # Alertmanager drops it, and sends the group again with its next interval.
        self.world(refuse=lambda count: 400 if count == 0 else None)
        self.check("pass")
        self.assertEqual(self.door.answered[:2], [400, 200])

    def test_one_that_is_told_after_a_wait(self):
        self.world(routes=ROUTES.replace("group_wait: 200ms", "group_wait: 20s"))
        # Once: for as long as the group of a first attempt waits, the next one does not open a new one.
        self.check("fail", "nothing came to 127.0.0.1:[0-9]+; a new group waits for 20s \\(group_wait\\)", once=True,
                   more="expect: { firing_within: 10s, notified_within: 10s }")


class Servers(DeliveryTest):
    def test_an_alertmanager_that_is_down(self):
        self.world()
        self.end(self.manager.process)
        result, output = self.follow()
        self.judge(result, output, "error", "status of Alertmanager: .*refused")
        self.assertNotIn("inject", [exchange["label"] for exchange in result["exchanges"]], output)

    def test_an_alertmanager_that_goes_down_before_the_alert_fires(self):
        self.world(rules=PATIENT)

        def act():
            self.await_pending()
            self.manager.process.kill()
        self.while_followed(act, "fail", "in Alertmanager: .*it fires, and Prometheus could not send it: [1-9][0-9]* errors.*; Alertmanager does not answer any more",
                            more="expect: { firing_within: 10s, notified_within: 10s }")

    def test_an_alertmanager_that_goes_down_before_it_tells(self):
        self.world(routes=ROUTES.replace("group_wait: 200ms", "group_wait: 20s"))

        def act():
            self.manager.await_alert("QueueDeep")
            self.server.await_result('count_over_time(ALERTS{alertstate="firing"}[3s]) >= 4')  # assay has seen it as well by then
            self.manager.process.kill()
        self.while_followed(act, "fail", "(notified|in Alertmanager): .*Alertmanager does not answer any more", more="expect: { firing_within: 10s, notified_within: 10s }")

    def test_an_alertmanager_that_goes_down_before_it_tells_of_the_end(self):
        self.world(routes=ROUTES.replace("group_wait: 200ms, group_interval: 400ms", "group_wait: 1s, group_interval: 3s"), refuse=lambda _: None)

        def act():
            self.assertTrue(self.door.passed.wait(20))
            self.manager.process.kill()
        self.while_followed(act, "fail", "end notified: .*Alertmanager does not answer any more", more="expect: { resolved_within: 4s, resolved_notified_within: 6s }")

    def test_an_alertmanager_that_prometheus_does_not_reach(self):
        self.world(alertmanager=alert_stage.Alertmanager(support.free_port()))
        self.check("fail", "in Alertmanager: .*it fires, and Prometheus could not send it: [1-9][0-9]* errors, [0-9]+ dropped$",
                   more="expect: { firing_within: 10s, notified_within: 10s }")

    def test_a_prometheus_that_goes_down(self):
        self.world(rules=PATIENT)

        def act():
            self.await_pending()
            self.server.process.kill()
        self.while_followed(act, "fail", "(pending|firing): .*Prometheus does not answer any more", more="expect: { firing_within: 10s, notified_within: 10s }")


class Rules(DeliveryTest):
    BLIP = {"inject": "{ http: { path: /blip, method: POST } }"}

    def test_an_alert_that_is_kept_firing(self):
        self.world(rules=queue_deep("keep_firing_for: 3s"))
        result, output = self.follow()
        self.judge(result, output, "pass")
        self.assertGreater(result["measures"]["resolved_seconds"], 2.5, output)
        self.assertGreaterEqual(result["measures"]["end notified_seconds"], result["measures"]["resolved_seconds"])
        result, output = self.follow(more="expect: { resolved_within: 2s }")
        self.judge(result, output, "error", "it cannot end within 2s: it keeps firing for 3s after its condition held last")
        self.assertNotIn("inject", [exchange["label"] for exchange in result["exchanges"]], output)

    def test_a_fault_that_is_too_short(self):
        self.world(rules=PATIENT)
        for poll in ("100ms", "2s"):  # the second may see nothing of it, and the history tells
            with self.subTest(poll):
                self.server.await_result("ALERTS", lambda found: not found)
                self.check("fail", "firing: .*got not at all: it was pending and then was not, 1 time: the condition did not hold for 3s", poll=poll, **self.BLIP)
                self.assertIsNone(self.service.scrapes_left)

    def test_a_short_fault_is_enough_without_for(self):
        self.world(rules=queue_deep("keep_firing_for: 2s"))
        self.check("pass", **self.BLIP)

    def test_a_cause_that_fires_first_inhibits_it(self):
        self.world(rules=queue_deep("for: 1s") + "      - { alert: Cause, expr: queue_depth > 2000, labels: { severity: page } }\n", routes=INHIBITED)
        self.check("fail", "notified: .*Alertmanager suppresses it: inhibited by [0-9a-f]+", more="expect: { firing_within: 6s, notified_within: 6s }")

    def test_a_cause_that_fires_later_inhibits_it(self):
        self.world(rules=RULES + "      - { alert: Cause, expr: queue_depth > 2000, for: 1s, labels: { severity: page } }\n",
                   routes=INHIBITED.replace("group_wait: 200ms", "group_wait: 5s"))
        self.check("fail", "notified: .*Alertmanager suppresses it: inhibited by [0-9a-f]+", more="expect: { firing_within: 10s, notified_within: 10s }")

    def test_a_cause_that_fires_before_the_end_keeps_it_from_being_told(self):
        self.world(rules=queue_deep("keep_firing_for: 4s") + "      - { alert: Cause, expr: disk_full == 1, labels: { severity: page } }\n", routes=INHIBITED,
                   refuse=lambda _: None)

        def act():
            self.assertTrue(self.door.passed.wait(20))
            self.service.disk_full = 1
        self.while_followed(act, "fail", "end notified: .*Alertmanager suppresses it: inhibited by [0-9a-f]+", more="expect: { resolved_within: 7s, resolved_notified_within: 9s }")


if __name__ == "__main__":
    unittest.main()
