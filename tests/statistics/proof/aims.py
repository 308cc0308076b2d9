"""What the verdict has to hold, cell by cell: every aim yields marks, and none is left out because it is missed."""
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from . import chance, grid

PUBLISHED = json.loads(Path(__file__).with_name("published.json").read_text())
TESTED = ("p50@10", "p95@10", "tail5@10", "p99@10")
JUDGED = (*TESTED, "p99@20")
GATES = ("full", "smoke", "tail")
FEWEST_RUNS = 30  # a cell with fewer says nothing yet


@dataclass
class Aim:
    name: str
    marks: Counter = field(default_factory=Counter)
    missed: list = field(default_factory=list)  # sentences
    worst: tuple = (-1.0, "")  # how far on the wrong side, and the sentence

    def note(self, mark, distance, sentence):
        self.marks[mark] += 1
        if mark == chance.MISSED:
            self.missed.append(sentence)
        if distance > self.worst[0]:
            self.worst = (distance, sentence)

    def line(self):
        if not self.marks:
            return f"  {self.name}: no cell has enough runs"
        mark = next(mark for mark in (chance.MISSED, chance.CHANCE, chance.MET) if self.marks[mark])
        counts = ", ".join(f"{self.marks[each]} {each}" for each in (chance.MET, chance.CHANCE, chance.MISSED)
                           if self.marks[each])
        return f"  {mark.upper()}: {self.name} ({counts}); closest or worst: {self.worst[1]}"


def place(cell):
    return f"{cell.family} {cell.seconds} s x {cell.rate}/s"


class Judge:
    """Marks cells of one aim by counts; `limit` is a ratio."""

    def __init__(self, results, name):
        self.results, self.aim = results, Aim(name)

    def at_most(self, cell, what, limit, trials=None):
        hits, trials = self._numbers(cell, what, trials)
        if trials >= FEWEST_RUNS:
            share = hits / trials
            self.aim.note(chance.not_above(hits, trials, limit), share - limit,
                          f"{what} {100 * share:.1f} % in {place(cell)}")

    def at_least(self, cell, what, limit):
        hits, trials = self._numbers(cell, what, None)
        if trials >= FEWEST_RUNS:
            share = hits / trials
            self.aim.note(chance.not_below(hits, trials, limit), limit - share,
                          f"{what} {100 * share:.1f} % in {place(cell)}")

    def as_published(self, cell, what, percent):
        hits, trials = self._numbers(cell, what, None)
        if trials >= FEWEST_RUNS and percent is not None:
            share = hits / trials
            mark = chance.not_below_measured(hits, trials, percent / 100, grid.usual_runs(cell))
            self.aim.note(mark, percent / 100 - share,
                          f"{what} {100 * share:.0f} % in {place(cell)}, published {percent} %")

    def _numbers(self, cell, what, trials):
        runs = self.results.runs[cell]
        return self.results.count(cell, what), self.results.count(cell, trials) if trials else runs


def no_false_alarm(results):
    judge = Judge(results, "FAIL on identical code in at most 1.5 % of the gates")
    for cell in results.cells(part="latency", effect="none", own=5, declared=5):
        for gate in GATES:
            judge.at_most(cell, f"{gate}:fail", 0.015)
    for cell in results.cells(part="errors", excess=0):
        judge.at_most(cell, "assay:fail", 0.015)
    return judge.aim


def no_promotion_at_margin(results):
    judge = Judge(results, "whole gates promoted exactly at the margin: at most 5 %")
    for cell in results.cells(part="latency", effect="+10%"):
        for gate in GATES:
            judge.at_most(cell, f"{gate}:pass", 0.05)
    return judge.aim


def no_promotion_beyond(results):
    judge = Judge(results, "promoted at +20 %: never")
    for cell in results.cells(part="latency", effect="+20%"):
        for gate in GATES:
            judge.at_most(cell, f"{gate}:pass", 0.0)
    return judge.aim


def finds(results):
    judge = Judge(results, "+20 % found in at least 95 %, from 60 s x 200/s without own noise and from "
                           "120 s x 1,000/s with it")
    for cell in results.cells(part="latency", effect="+20%"):
        seconds, rate = (120, 1000) if cell.family in grid.OWN_NOISE else (60, 200)
        if cell.seconds >= seconds and cell.rate >= rate:
            judge.at_least(cell, "full:fail", 0.95)
    return judge.aim


def passes_as_published(results):
    judge = Judge(results, "identical code passes as often as published")
    for cell in results.cells(part="latency", effect="none", own=5, declared=5):
        key = f"{cell.family} {cell.seconds} {cell.rate}"
        for metric, percent in PUBLISHED["metrics"].get(key, {}).items():
            judge.as_published(cell, f"{metric}:pass", percent)
        judge.as_published(cell, "full:pass", PUBLISHED["full"].get(key))
    return judge.aim


def coverage(results, cell):
    """Share of 90 % intervals that hold the truth, over all metrics that could be tested."""
    tested = sum(results.count(cell, f"{metric}:tested") for metric in TESTED)
    wrong = sum(results.count(cell, f"{metric}:false-{side}") for metric in TESTED for side in ("pass", "fail"))
    return tested - wrong, tested


def covers(results):
    aim = Aim("90 % intervals cover 90 to 97 % (more is caution that costs decisions)")
    for cell in results.cells(part="latency", effect="none", own=5, declared=5):
        held, tested = coverage(results, cell)
        if tested < FEWEST_RUNS:
            continue
        share = held / tested
        # Metrics of one run are not independent of each other: chance is reckoned with runs, not with tests.
        runs = results.runs[cell]
        marks = [chance.not_below(round(share * runs), runs, 0.90), chance.not_above(round(share * runs), runs, 0.97)]
        mark = next(each for each in (chance.MISSED, chance.CHANCE, chance.MET) if each in marks)
        aim.note(mark, max(0.90 - share, share - 0.97), f"{100 * share:.1f} % in {place(cell)}")
    return aim


def errors_at_margin(results, families, name):
    judge = Judge(results, name)
    for cell in results.cells(part="errors"):
        if cell.family in families and cell.excess == cell.margin:
            judge.at_most(cell, "assay:pass", 0.05)
    return judge.aim


def all_aims(results):
    return [no_false_alarm(results), no_promotion_at_margin(results), no_promotion_beyond(results), finds(results),
            passes_as_published(results), covers(results),
            errors_at_margin(results, ("independent", "shared"), "error rates promoted exactly at the margin: at most "
                             "5 %, independent and shared errors")]


def known_limits(results):
    """Where the method is known not to hold: printed beside the aims, so that nobody has to find out."""
    return [errors_at_margin(results, ("own-1s", "own-5s"), "known limit, own outages: promoted exactly at the margin"),
            errors_at_margin(results, ("own-drift",), "known limit, own drift of the error rate: the same")]
