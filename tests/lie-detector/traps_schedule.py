"""Traps about when requests leave: the arrivals that were asked for, and a generator that cannot keep up."""
import contextlib
import json
import math
import os
import pathlib
import time

import runner
import stage
from trap import (QUIET, RIGHT, WRONG, Cell, Trap, demand, demand_equal, demand_exit, one_step_gate, path_of, target_of,
                  time_text)

RATE_PER_S, SECONDS = 50, 8
KS_ONE_PERCENT = 1.63  # over the root of the sample size: one honest sample in a hundred is further away
GAP_TOLERANCE_S = 0.010  # what assay itself allows before it calls its run late
SEED = "2"  # its gaps lie 0.79 from an exponential (of the 1.63 allowed): room for what the machine adds, about 0.15


def ks_distance(sample, distribution):
    """The largest distance between a sample's distribution and the given one (Kolmogorov and Smirnov)."""
    ordered, n = sorted(sample), len(sample)
    return max(max((i + 1) / n - distribution(x), distribution(x) - i / n) for i, x in enumerate(ordered))


def gaps_of(times):
    return [later - earlier for earlier, later in zip(times, times[1:])]


def positions_of(times):
    """Where arrivals lie between the first and the last, from 0 to 1."""
    return [(at - times[0]) / (times[-1] - times[0]) for at in times[1:-1]]


class Arrivals(Trap):
    truth = ""
    twice = True
    assay_options = ("--seed", SEED)
    shape = "uniform"

    def stage(self, folder):
        return stage.odd(folder, answers=[{"ms": 2}])

    def gate(self, where):
        load = (f"{{ shape: constant-arrival-rate, arrivals: {self.shape}, rate: {RATE_PER_S}/s, "
                f"duration: {SECONDS}s }}")
        return one_step_gate(where, load, ["error_rate < 1%"])

    def even_positions(self, times):
        """The share of the time in which arrivals are too many or too few; also right for a Poisson process."""
        distance = ks_distance(positions_of(times), lambda x: x)
        limit = KS_ONE_PERCENT / math.sqrt(len(times) - 2)
        demand(distance < limit, f"arrivals are not spread evenly: D {distance:.3f} (at most {limit:.3f})")


class SteadyArrivals(Arrivals):
    name, title = "arrivals-steady", f"steady arrivals, {RATE_PER_S}/s, as the server saw them"
    truth = f"gaps of {1000 / RATE_PER_S:g} ms"

    def outliers(self, times):
        gaps = gaps_of(times)
        return sum(abs(gap - 1 / RATE_PER_S) > GAP_TOLERANCE_S for gap in gaps) / len(gaps)

    def judge_assay(self, run, where):
        times = where.facts.arrivals_s()
        demand_exit(run, 0)
        demand_equal("arrivals", len(times), RATE_PER_S * SECONDS)
        self.even_positions(times)
        demand(self.outliers(times) < 0.05, self.words(times))
        return self.words(times)

    def words(self, times):
        gaps = sorted(gaps_of(times))
        low, high = gaps[len(gaps) // 20], gaps[-1 - len(gaps) // 20]
        return f"gaps {time_text(max(low, 0))} to {time_text(high)}"

    def call(self, peer, where):
        return peer.open(where.url, RATE_PER_S, SECONDS, 20)

    def judge_peer(self, peer, done, where):
        times = where.facts.arrivals_s()
        if len(times) < 10:
            return Cell(WRONG, f"{len(times)} arrivals")
        # Twice what assay is allowed: one request on each connection before the schedule begins is no lie.
        return Cell(RIGHT if self.outliers(times) < 0.1 else WRONG, self.words(times))


class PoissonArrivals(Arrivals):
    """Gaps of a Poisson process are exponential, and given their number its points lie evenly."""
    name, title = "arrivals-poisson", f"Poisson arrivals, {RATE_PER_S}/s, as the server saw them"
    truth = "exponential gaps"
    shape = "poisson"

    def judge_assay(self, run, where):
        times = where.facts.arrivals_s()
        demand_exit(run, 0)
        demand_equal("arrivals", len(times), run.requests())
        self.even_positions(times)
        gaps = gaps_of(times)
        distance = ks_distance(gaps, lambda gap: 1 - math.exp(-gap * RATE_PER_S))
        limit = KS_ONE_PERCENT / math.sqrt(len(gaps))
        words = f"D {distance:.3f} (at most {limit:.3f})"
        demand(distance < limit, f"gaps are not exponential: {words}")
        return words

    def call(self, peer, where):
        return None  # none of them has Poisson arrivals


class Overload(Trap):
    """Three times the rate that one core of the tool can do: what it then says about times is not about the target."""
    name, title = "overload", "asked for 3 x what the tool can do on its core"
    truth = "not a result about the target"
    alone = True
    users, seconds = 32, 3
    items = 2000

    @contextlib.contextmanager
    def stage(self, folder):
        """Answers that cost the reader more than the sender, on a core of the server's own."""
        with stage.nginx(folder, "/big.json") as where:
            body = {"items": [{"id": number, "name": f"item {number}"} for number in range(self.items)]}
            (folder / "nginx" / "root" / "big.json").write_text(json.dumps(body))
            cores = sorted(os.sched_getaffinity(0))
            os.sched_setaffinity(where.process.pid, {cores[0]})
            where.cores = {cores[-1]}
            yield where

    def gate(self, where):
        return None

    def _busy_share(self, where, act):
        """What `act` returns, and how busy the server was meanwhile, as a share of its core."""
        def used_s():
            fields = pathlib.Path(f"/proc/{where.process.pid}/stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

        used, begun = used_s(), time.monotonic()
        result = act()
        return result, (used_s() - used) / (time.monotonic() - begun)

    def _gate(self, where, load):
        return f"""version: 1
name: overload
targets:
  candidate: {target_of(where.url)}
scenarios:
  one:
    steps:
      - {{ get: {path_of(where.url)}, expect: {{ status: 200, json: {{ /items: {{ min_items: {self.items} }} }} }} }}
load:
  - {load}
thresholds:
  - p99(response_time) < 10s
"""

    def judge_assay(self, run, where):
        one_worker = ("--workers", "1")
        closed = self._gate(where, f"{{ shape: constant-vus, users: {self.users}, duration: 2s }}")
        can_do = runner.run_assay(self, where, closed, one_worker, "closed").requests() / 2
        demand(can_do > 0, "no request in the closed run")
        open_load = (f"{{ shape: constant-arrival-rate, rate: {round(3 * can_do)}/s, duration: {self.seconds}s, "
                     "max_in_flight: 256, graceful_stop: 1s }")
        gate = self._gate(where, open_load)
        run, busy = self._busy_share(where, lambda: runner.run_assay(self, where, gate, one_worker))
        demand(busy < 0.7, f"the server itself was {busy:.0%} busy: the trap is not sound")
        demand_exit(run, 3)
        demand("could not keep up" in run.stdout, "the generator is not named")
        return f"exit 3 ({3 * can_do:.0f}/s asked, server {busy:.0%} busy)"

    def call(self, peer, where):
        if not peer.has_rate:
            return None
        closed = runner.run_peer(peer, peer.closed(where.url, self.users, 2), where)
        where.asked_per_s = round(3 * closed.report.requests / 2)
        return peer.open(where.url, where.asked_per_s, self.seconds, 256)

    def judge_peer(self, peer, done, where):
        requests = done.report.requests or 0
        share = f"{100 * requests / (where.asked_per_s * self.seconds):.0f} % offered"
        if done.exit_code:
            return Cell(RIGHT, f"exit {done.exit_code}")
        tail = done.report.quantiles.get(0.99)
        said = f"{share}, p99 {time_text(tail)}, exit 0" if tail is not None else f"{share}, exit 0"
        if done.report.behind:
            return Cell(QUIET, f'says "{done.report.behind}", {said}')
        return Cell(WRONG, said)


TRAPS = [Overload(), SteadyArrivals(), PoissonArrivals()]
