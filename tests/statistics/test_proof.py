#!/usr/bin/env python3
"""The reckoning of the verdict bench: chance, pieces, resuming, aims. No simulation, no gate."""
import collections
import tempfile
import types
import unittest
from pathlib import Path

from proof import aims, chance, end_to_end, gates, grid, simulation, tables
from proof.journal import Journal


def results_of(*cells):
    """Results of (cell, runs, counts)."""
    results = simulation.Results(types.SimpleNamespace(entries=[]), [])
    for cell, runs, counts in cells:
        results.runs[cell] += runs
        results.counts[cell].update(counts)
    return results


def latency(family="LN", seconds=60, rate=200, effect="none"):
    return grid.Cell("latency", family, seconds, rate, effect)


class Chance(unittest.TestCase):
    def test_tails_are_those_of_a_coin(self):
        self.assertAlmostEqual(chance.at_least(9, 10, 0.5), 11 / 1024)
        self.assertAlmostEqual(chance.at_most(1, 10, 0.5), 11 / 1024)
        self.assertEqual(chance.at_least(0, 10, 0.0), 1)
        self.assertEqual(chance.at_least(1, 10, 0.0), 0)

    def test_an_aim_is_met_or_missed_by_more_than_chance(self):
        self.assertEqual(chance.not_above(15, 1000, 0.015), chance.MET)
        self.assertEqual(chance.not_above(20, 1000, 0.015), chance.CHANCE)  # P = 12 %
        self.assertEqual(chance.not_above(35, 1000, 0.015), chance.MISSED)
        self.assertEqual(chance.not_above(1, 1000, 0.0), chance.MISSED)  # "never" knows no chance
        self.assertEqual(chance.not_below(94, 100, 0.95), chance.CHANCE)
        self.assertEqual(chance.not_below(80, 100, 0.95), chance.MISSED)

    def test_two_measured_rates_may_differ_by_the_error_of_both(self):
        self.assertEqual(chance.not_below_measured(70, 100, 0.70, 600), chance.MET)
        self.assertEqual(chance.not_below_measured(62, 100, 0.70, 600), chance.CHANCE)
        self.assertEqual(chance.not_below_measured(50, 100, 0.70, 600), chance.MISSED)


class Work(unittest.TestCase):
    def test_cells_that_tables_share_are_there_once(self):
        cells = grid.cells(grid.TABLES, quick=False)
        self.assertEqual(len(cells), len(set(cells)))
        self.assertEqual(len(grid.cells(("T1", "T2"), False)), len(grid.SIZES) * len(grid.FAMILIES))

    def test_pieces_cover_the_runs_once_and_more_runs_keep_them(self):
        cell = latency(seconds=600, rate=1000)
        few, many = grid.pieces(cell, 6), grid.pieces(cell, 30)
        self.assertEqual(few[:2], many[:2])
        self.assertEqual([seed for piece in many for seed in range(piece.seed, piece.seed + piece.runs)],
                         list(range(1, 31)))

    def test_an_interrupted_bench_goes_on(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "journal.jsonl"
            pieces = grid.pieces(latency(), 250)
            journal = Journal(path, "a program")
            journal.add(piece=pieces[0].key(), counts={"full:pass": 90})
            journal.add(piece=pieces[2].key(), counts={"full:pass": 45})
            path.write_text(path.read_text() + '{"piece": {"par')  # the line that was being written
            results = simulation.Results(Journal(path, "a program"), pieces)
            self.assertEqual(results.runs[latency()], 150)
            self.assertEqual(results.count(latency(), "full:pass"), 135)
            self.assertEqual(Journal(path, "another program").entries, [])

    def test_work_goes_round_the_cells(self):
        self.assertEqual(simulation.in_turns([[1, 2, 3], [4], [5, 6]]), [1, 4, 5, 2, 6, 3])


class Aims(unittest.TestCase):
    def test_a_false_alarm_rate_above_the_aim_is_missed_and_named(self):
        aim = aims.no_false_alarm(results_of((latency(), 1000, {"full:fail": 40}), (latency("BI"), 1000, {})))
        self.assertEqual(aim.marks[chance.MISSED], 1)
        self.assertEqual(aim.missed, ["full:fail 4.0 % in LN 60 s x 200/s"])
        self.assertTrue(aim.line().startswith("  MISSED"))

    def test_one_promotion_at_twenty_percent_is_missed(self):
        cell = latency(effect="+20%")
        self.assertEqual(aims.no_promotion_beyond(results_of((cell, 100, {"full:pass": 1}))).marks[chance.MISSED], 1)
        self.assertEqual(aims.no_promotion_beyond(results_of((cell, 100, {}))).marks[chance.MISSED], 0)

    def test_finding_is_asked_only_of_runs_that_are_long_enough(self):
        short, enough = latency("ACO", effect="+20%"), latency("ACO", 120, 1000, "+20%")
        aim = aims.finds(results_of((short, 100, {}), (enough, 100, {"full:fail": 97})))
        self.assertEqual(dict(aim.marks), {chance.MET: 1})

    def test_coverage_is_what_neither_side_rejects(self):
        counts = {f"{metric}:tested": 100 for metric in aims.TESTED}
        counts.update({"p50@10:false-pass": 8, "p99@10:false-fail": 12})
        self.assertEqual(aims.coverage(results_of((latency(), 100, counts)), latency()), (380, 400))

    def test_every_table_can_be_made_from_little(self):
        results = results_of((latency(), 100, {"full:pass": 98, "p50@10:pass": 100, "p50@10:tested": 100}),
                             (grid.Cell("errors", "shared", 60, 200, margin=0.01), 100, {"assay:pass": 97}))
        for make in tables.MAKERS.values():
            title, text = make(results)
            self.assertIn("| --- |", text or "| --- |")
            self.assertTrue(title.startswith("T"))


class Summary(unittest.TestCase):
    def test_errors_show_their_largest_and_finding_its_smallest(self):
        results = results_of((latency(effect="+20%"), 100, {"full:fail": 100, "Mann-Whitney:fail": 60}),
                             (latency("BI", effect="+20%"), 100, {"full:fail": 96, "Mann-Whitney:fail": 100}),
                             (latency(seconds=30, effect="stall"), 100, {"full:pass": 50}))
        lines = tables.summary(results).splitlines()
        self.assertEqual(lines[2], "| **assay** | · | · | 0.0 (0) | 98.0 (96) | · |")
        self.assertTrue(lines[8].startswith("| Mann-Whitney | · | · | 0.0 (0) | 80.0 (60)"))


class EndToEnd(unittest.TestCase):
    def journal(self, *grades, case="same", seconds=30):
        entries = [{"gate": {"case": case, "seconds": seconds, "rate": 400}, "grade": grade} for grade in grades]
        return types.SimpleNamespace(entries=entries)

    def test_disturbed_gates_are_made_again_and_not_for_ever(self):
        row = end_to_end.Row("slower", 30, 400, self.journal(*["fail"] * 18, *["invalid"] * 2, case="slower"))
        self.assertEqual(list(row.missing()), [21, 22])
        hopeless = end_to_end.Row("slower", 30, 400, self.journal(*["invalid"] * 30, case="slower"))
        self.assertEqual(list(hopeless.missing()), [])
        self.assertFalse(dict(end_to_end.aims([hopeless])).popitem()[1])

    def test_two_false_alarms_of_a_hundred_are_allowed(self):
        for alarms, held in ((2, True), (3, False)):
            row = end_to_end.Row("same", 30, 400, self.journal(*["fail"] * alarms, *["pass"] * (100 - alarms)))
            self.assertEqual(dict(end_to_end.aims([row])).popitem()[1], held)

    def test_one_stop_falls_into_every_gate(self):
        for seconds, period in ((30, 25), (60, 50), (120, 60), (300, 60)):
            self.assertEqual(gates.CASES["stall"].arguments(seconds)[-1], f"2s/{period}s")

    def test_a_grade_is_read_from_exit_code_and_report(self):
        done = collections.namedtuple("Done", "returncode stdout stderr")(
            1, '{"verdict": {"reason": "slow", "findings": [{"subject": "p50", "p_pass": 0.9}, {"subject": "x"}]}}', "")
        self.assertEqual(gates.judged(done), {"grade": "fail", "reason": "slow", "p_pass": {"p50": 0.9}})


if __name__ == "__main__":
    unittest.main()
