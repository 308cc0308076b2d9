"""Runs that end before their time, because the candidate fails or because a look has decided, and lose nothing."""
import unittest

import support

GATE = """version: 1
name: early-end
targets:
  candidate: {{ url: "http://127.0.0.1:{one}" }}
  baseline: {{ url: "http://127.0.0.1:{two}" }}
scenarios: {{ s: {{ steps: [ {{ get: {path} }} ] }} }}
load: {{ shape: constant-arrival-rate, rate: 200/s, duration: {duration}, warm_up: 1s }}
compare: [ {{ metric: p50(response_time), margin: 10%, floor: 5ms }} ]
verdict: {verdict}
"""


def flaky(status):
    return f"location = /flaky {{ return {status} 'x'; }}"


class EarlyEnd(support.IntegrationTest):
    def run_early(self, one, two, path, duration, verdict):
        gate = self.gate(GATE.format(one=one.port, two=two.port, path=path, duration=duration, verdict=verdict))
        return self.run_gate(gate, "--seed", "3")

    def nothing_lost(self, run):
        """Whatever was started has ended by itself and was counted."""
        result = run.result
        self.assertEqual(result["health"]["started"], run.requests() + result["warm_up_requests"])
        self.assertFalse([f for f in result["failures"] if f["outcome"] == "aborted"])

    def test_the_circuit_breaker_ends_a_run_whose_candidate_fails(self):
        run = self.run_early(self.nginx(flaky(500)), self.nginx(flaky(200)), "/flaky", "60s",
                             "{ abort: { error_rate: 5%, ratio: 2 } }")
        self.assertEqual(run.exit_code, 1, run.output)
        self.assertEqual(run.result["early_stop"]["cause"], "errors")
        self.assertLess(run.result["load"][0]["end_ns"], 30e9)
        self.assertIn("aborting: the candidate's error rate is above 5 %", run.stderr)
        self.assertIn("aborted after ", run.stdout)
        self.nothing_lost(run)

    def test_the_breaker_leaves_alone_what_both_arms_share(self):
        run = self.run_early(self.nginx(flaky(200)), self.nginx(flaky(200)), "/flaky", "4s",
                             "{ abort: { error_rate: 5%, ratio: 2 } }")
        self.assertNotIn("early_stop", run.result)
        self.assertEqual(run.result["health"]["intended"], 800)

    def test_a_run_that_may_be_extended_ends_at_the_look_that_decides(self):
        run = self.run_early(self.nginx(), self.nginx(), "/items", "22s",
                             "{ on_inconclusive: extend, max_duration: 90s }")
        self.assertEqual(run.exit_code, 0, run.output)
        self.assertEqual(run.result["early_stop"]["cause"], "passed")
        self.assertIn("look 1 of ", run.stderr)
        self.assertIn("all comparisons pass", run.stdout)
        self.assertGreaterEqual(run.result["load"][0]["end_ns"], 22e9)
        self.assertLess(run.result["load"][0]["end_ns"], 90e9)
        self.assertEqual(run.result["looks"][0]["until_ns"], 22_000_000_000)
        self.nothing_lost(run)


if __name__ == "__main__":
    unittest.main()
