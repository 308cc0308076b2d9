"""Traps about percentiles: exact samples, nearest rank, one rank too many or too few is seen."""
import math
import random

import stage
import support
from trap import (RIGHT, SILENT, WRONG, Cell, Trap, demand, demand_equal, demand_exit, finding_s, one_step_gate,
                  quantile_name, time_text)

CLASSES_MS = (40, 160, 640, 2560)  # so far apart that a busy machine does not turn one into the next
SHARES = (0.5, 0.9, 0.99)
REQUESTS, CONNECTIONS = 100, 10  # ten times ten: some tools do the same number on each connection


def class_of(seconds):
    """The class that a time belongs to: borders half-way, as a factor."""
    return min(CLASSES_MS, key=lambda ms: abs(math.log(max(seconds, 1e-6) * 1000 / ms)))


class Percentiles(Trap):
    """100 requests of which exactly so many take 40, 160, 640 and 2,560 ms, in a shuffled order."""
    twice = True

    def __init__(self, name, title, counts):
        self.name, self.title, self.counts = name, title, counts
        self.sample_ms = [ms for ms, count in zip(CLASSES_MS, counts) for _ in range(count)]
        self.truth = ", ".join(f"{quantile_name(q)} {time_text(self.nearest(q) / 1000)}" for q in SHARES)

    def nearest(self, q):
        return self.sample_ms[math.ceil(q * REQUESTS) - 1]

    def interpolated(self, q):
        """The other common definition: linear between the two closest ranks."""
        below = math.floor(q * (REQUESTS - 1))
        above = min(below + 1, REQUESTS - 1)
        return self.sample_ms[below] + (q * (REQUESTS - 1) - below) * (self.sample_ms[above] - self.sample_ms[below])

    def stage(self, folder):
        order = list(self.sample_ms)
        random.Random(1).shuffle(order)
        return stage.odd(folder, answers=[{"ms": ms} for ms in order])

    def gate(self, where):
        load = (f"{{ shape: shared-iterations, users: {CONNECTIONS}, iterations: {REQUESTS}, max_duration: 60s }}")
        return one_step_gate(where, load, [f"p{q * 100:g}(response_time) < 1m" for q in SHARES])

    def is_contaminated(self, run, where):
        """Something delayed a request so much that the sample is not what it should be."""
        found = dict.fromkeys(CLASSES_MS, 0)
        for series in run.result["series"]:
            for lower, width, count in support.read_histogram(series["times"]["response_time"]["hdr"]):
                found[class_of((lower + width / 2) * 1e-9)] += count
        return tuple(found.values()) != self.counts

    def judge_assay(self, run, where):
        demand_exit(run, 0)
        demand_equal("requests", run.requests(), REQUESTS)
        told = {q: finding_s(run, f"p{q * 100:g}(response_time)") for q in SHARES}
        for q, seconds in told.items():
            demand(class_of(seconds) == self.nearest(q),
                   f"{quantile_name(q)} {time_text(seconds)} (truth {time_text(self.nearest(q) / 1000)})")
        return ", ".join(f"{quantile_name(q)} {time_text(seconds)}" for q, seconds in told.items())

    def call(self, peer, where):
        return peer.exactly(where.url, REQUESTS, CONNECTIONS)

    def judge_peer(self, peer, done, where):
        told = {q: done.report.quantiles[q] for q in SHARES if q in done.report.quantiles}
        if not told:
            return Cell(SILENT, "prints no percentiles")
        for q, seconds in told.items():
            if class_of(seconds) != self.nearest(q) and abs(seconds * 1000 / self.interpolated(q) - 1) > 0.15:
                return Cell(WRONG, f"{quantile_name(q)} {time_text(seconds)} "
                                   f"(truth {time_text(self.nearest(q) / 1000)})")
        between = any(class_of(seconds) != self.nearest(q) for q, seconds in told.items())
        return Cell(RIGHT, "interpolates" if between else ", ".join(map(quantile_name, told)))


TRAPS = [
    Percentiles("percentiles-at", "exactly 50, 90, 99 of 100 at or below", (50, 40, 9, 1)),
    Percentiles("percentiles-past", "only 49, 89, 98 of 100 at or below", (49, 40, 9, 2)),
]
