"""The judge judged: a lie must be called one, the truth must not. No server, no tool, no time."""
import math
import random
import unittest

import stage  # first: it puts the neighbours on the path
import peers
import traps_numbers
import traps_schedule
import traps_time
from trap import QUIET, RIGHT, SILENT, WRONG, Done, Wrong, judge_quantiles, judge_refusal


def done(requests=100, errors=0, quantiles=None, exit_code=0):
    return Done(peers.Report(requests, errors, quantiles or {}), exit_code)


class Refusals(unittest.TestCase):
    def test_a_failing_exit_code_is_right(self):
        self.assertEqual(judge_refusal(done(None, None, exit_code=1)).state, RIGHT)

    def test_errors_that_are_only_printed_are_no_verdict(self):
        self.assertEqual(judge_refusal(done(100, 100)).state, QUIET)

    def test_success_is_a_lie(self):
        self.assertEqual(judge_refusal(done(100, 0)).state, WRONG)
        self.assertEqual(judge_refusal(done(0, 0)).state, WRONG)

    def test_too_few_errors_are_a_lie(self):
        self.assertEqual(judge_refusal(done(100, 50), 0.5).state, QUIET)
        self.assertEqual(judge_refusal(done(100, 5), 0.5).state, WRONG)


class Quantiles(unittest.TestCase):
    truth = {0.9: 1.0, 0.99: 2.0}

    def test_within_a_tenth_is_right(self):
        self.assertEqual(judge_quantiles(done(quantiles={0.9: 1.09, 0.99: 1.83}), self.truth).state, RIGHT)
        self.assertEqual(judge_quantiles(done(quantiles={0.9: 1.12, 0.99: 2.0}), self.truth).state, WRONG)

    def test_one_of_two_is_not_enough(self):
        cell = judge_quantiles(done(quantiles={0.9: 0.004, 0.99: 2.0}), self.truth)
        self.assertEqual((cell.state, cell.words), (WRONG, "p90 4 ms (truth 1 s)"))

    def test_what_is_not_printed_cannot_be_judged(self):
        self.assertEqual(judge_quantiles(done(quantiles={1.0: 2.0}), self.truth).state, SILENT)

    def test_no_requests_and_success_is_a_lie(self):
        self.assertEqual(judge_quantiles(done(0), self.truth).state, WRONG)


class FakeRun:
    """What a freeze trap reads of a run."""

    def __init__(self, exit_code, outcomes, **quantiles_s):
        self.exit_code, self._outcomes, self.output = exit_code, outcomes, ""
        self.document = {"verdict": {"findings": [{"subject": f"{name}(response_time) < 100ms", "value": seconds * 1e9}
                                                  for name, seconds in quantiles_s.items()]}}

    def outcomes(self):
        return self._outcomes

    def requests(self):
        return sum(self._outcomes.values())


class AssaysOwnFreeze(unittest.TestCase):
    """1,600 requests in 8 s, the server stopped from second 1 to 2.5."""

    def setUp(self):
        self.trap = traps_time.Freeze(1.5, 8)
        self.where = stage.Stage("/nowhere", "http://127.0.0.1:1/")
        self.where.frozen_s = 1.5
        intended = [round(number / 200 * 1e9) for number in range(1600)]
        rows = [[at, max(at, round(2.5e9)) if 1e9 <= at < 2.5e9 else at, 200] for at in intended]
        self.where.facts = stage.Facts({"requests": rows, "connections": 1, "resets": 0})

    def judged(self, exit_code=1, outcomes=None, p90=0.7, p99=1.42):
        return self.trap.judge_assay(FakeRun(exit_code, outcomes or {"ok": 1600}, p90=p90, p99=p99), self.where)

    def test_the_truth_is_right(self):
        self.assertEqual(self.judged(), "p99 1.42 s")

    def test_every_lie_is_seen(self):
        for lie in ({"p99": 0.004}, {"p90": 0.004}, {"p90": 0.64}, {"p99": 1.55}, {"exit_code": 0},
                    {"outcomes": {"ok": 1599}}, {"outcomes": {"ok": 1500, "aborted": 100}}):
            with self.assertRaises(Wrong, msg=lie):
                self.judged(**lie)


class Truths(unittest.TestCase):
    def test_nearest_rank(self):
        self.assertEqual([traps_time.nearest_rank(range(1, 101), q) for q in (0.5, 0.9, 0.99, 1.0)], [50, 90, 99, 100])
        self.assertEqual(traps_time.nearest_rank([7], 0.99), 7)

    def test_the_waits_of_a_freeze(self):
        waits = traps_time.waits_of_a_freeze(rate_per_s=100, seconds=10, frozen_s=2.0)
        self.assertEqual(len(waits), 1000)
        self.assertEqual(waits[799], 0.0)
        self.assertAlmostEqual(traps_time.nearest_rank(waits, 0.9), 1.0, delta=0.01)
        self.assertAlmostEqual(waits[-1], 1.995)

    def test_samples_of_the_percentile_traps_differ_at_one_rank_only(self):
        at, past = (trap.sample_ms for trap in traps_numbers.TRAPS)
        self.assertEqual([len(at), len(past)], [100, 100])
        for q, rank in ((0.5, 50), (0.9, 90), (0.99, 99)):
            self.assertEqual([at[rank - 1] * 4, at[rank]], [past[rank - 1], past[rank]], q)


class Distances(unittest.TestCase):
    def setUp(self):
        self.random = random.Random(5)

    def limit(self, n):
        return traps_schedule.KS_ONE_PERCENT / math.sqrt(n)

    def test_exponential_gaps_pass_and_equal_ones_do_not(self):
        gaps = [self.random.expovariate(50) for _ in range(400)]
        exponential = lambda gap: 1 - math.exp(-50 * gap)  # noqa: E731
        self.assertLess(traps_schedule.ks_distance(gaps, exponential), self.limit(400))
        self.assertGreater(traps_schedule.ks_distance([0.02] * 400, exponential), self.limit(400))

    def test_a_pause_is_seen_in_the_positions(self):
        even = sorted(self.random.random() for _ in range(400))
        paused = [at if at < 0.5 else at / 2 + 0.5 for at in even]
        spread = lambda times: traps_schedule.ks_distance(traps_schedule.positions_of(times), lambda x: x)  # noqa: E731
        self.assertLess(spread(even), self.limit(398))
        self.assertGreater(spread(paused), self.limit(398))


if __name__ == "__main__":
    unittest.main()
