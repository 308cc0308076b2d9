"""Traps about how long things take: freezes, timeouts, answers that come late, a slow start."""
import math
import signal
import time

import stage
from trap import (QUIET, RIGHT, SILENT, TOLERANCE, WRONG, Cell, Trap, demand, demand_close, demand_equal, demand_exit,
                  finding_s, is_close, judge_quantiles, one_step_gate, share_text, time_text)

LOAD_DEADLINE_S = 20
BEFORE_FREEZE_S = 1.0


def nearest_rank(ordered, q):
    return ordered[max(1, math.ceil(q * len(ordered) - 1e-9)) - 1]


def waits_of_a_freeze(rate_per_s, seconds, frozen_s):
    """What users who come at a steady rate wait: until the end of the freeze, or not worth counting."""
    intended = int(frozen_s * rate_per_s)
    return sorted([0.0] * (rate_per_s * seconds - intended)
                  + [frozen_s - (i + 0.5) / rate_per_s for i in range(intended)])


def waits_by_log(facts, rate_per_s):
    """What users at a steady rate waited by the server's log: from their intended start to an answer, in order.

    The same as above on an idle machine; on a busy one the server needs its time for what has piled up."""
    answered = sorted(at for _, at, _ in facts.requests if at)
    first = facts.requests[0][0]
    return sorted((at - first) * 1e-9 - number / rate_per_s for number, at in enumerate(answered))


class Freeze(Trap):
    """The server is stopped by a signal and continued: what is intended meanwhile waits for the end of the freeze."""
    rate_per_s = 200
    twice = True

    def __init__(self, freeze_s, seconds):
        self.freeze_s, self.seconds = freeze_s, seconds
        self.name = f"freeze-{freeze_s:g}s"
        self.title = f"freeze of {freeze_s:g} s, steady arrivals"
        expected = self.expected(freeze_s)
        self.truth = "p90 " + time_text(expected[0.9]) + ", p99 " + time_text(expected[0.99])

    def expected(self, frozen_s):
        waits = waits_of_a_freeze(self.rate_per_s, self.seconds, frozen_s)
        return {q: nearest_rank(waits, q) for q in (0.9, 0.99)}

    @property
    def in_flight(self):
        """A third more than the freeze holds, and a divisor of all requests: fortio deals them out to connections."""
        return round(self.rate_per_s * self.freeze_s * 4 / 3)

    def stage(self, folder):
        return stage.odd(folder)

    def gate(self, where):
        load = (f"{{ shape: constant-arrival-rate, rate: {self.rate_per_s}/s, duration: {self.seconds}s, "
                f"max_in_flight: {self.in_flight} }}")
        return one_step_gate(where, load, ["p90(response_time) < 100ms", "p99(response_time) < 100ms"])

    def during(self, where, process):
        stage.wait_for_load(where, LOAD_DEADLINE_S)
        time.sleep(BEFORE_FREEZE_S)
        where.process.send_signal(signal.SIGSTOP)
        begun = time.monotonic()
        time.sleep(self.freeze_s)  # the length of the freeze is what is being measured
        where.process.send_signal(signal.SIGCONT)
        where.frozen_s = time.monotonic() - begun

    def judge_assay(self, run, where):
        demand_exit(run, 1)
        demand_equal("requests", run.requests(), self.rate_per_s * self.seconds)
        demand_equal("outcomes", run.outcomes(), {"ok": where.facts.received})
        waits = waits_by_log(where.facts, self.rate_per_s)
        for q, least_s in self.expected(where.frozen_s).items():
            measured_s = finding_s(run, f"p{q * 100:g}(response_time)")
            demand(measured_s > (1 - TOLERANCE) * least_s, f"p{q * 100:g} {time_text(measured_s)} hides the freeze")
            demand_close(f"p{q * 100:g}", measured_s, nearest_rank(waits, q))
        return f"p99 {time_text(finding_s(run, 'p99(response_time)'))}"

    def call(self, peer, where):
        return (peer.open(where.url, self.rate_per_s, self.seconds, self.in_flight)
                or peer.closed(where.url, 10, self.seconds))

    def judge_peer(self, peer, done, where):
        expected = self.expected(where.frozen_s)
        cell = judge_quantiles(done, expected)
        if cell.state != WRONG or where.facts.received < 0.95 * self.rate_per_s * self.seconds:
            return cell
        waits = waits_by_log(where.facts, self.rate_per_s)  # on a busy machine the longer of the two truths
        by_log = judge_quantiles(done, {q: max(least, nearest_rank(waits, q)) for q, least in expected.items()})
        return by_log if by_log.state == RIGHT else cell


class PoissonFreeze(Trap):
    """A server that holds every answer for a while and writes down when each request arrived."""
    rate_per_s = 200

    def __init__(self, freeze_s, seconds):
        self.freeze_s, self.seconds = freeze_s, seconds
        self.name = f"freeze-{freeze_s:g}s-poisson"
        self.title = f"freeze of {freeze_s:g} s, Poisson arrivals"
        self.truth = "p90 and p99 from the server's log"

    def stage(self, folder):
        return stage.odd(folder, hold_s=[BEFORE_FREEZE_S, BEFORE_FREEZE_S + self.freeze_s])

    def gate(self, where):
        load = (f"{{ shape: constant-arrival-rate, arrivals: poisson, rate: {self.rate_per_s}/s, "
                f"duration: {self.seconds}s, max_in_flight: {round(self.rate_per_s * self.freeze_s * 1.3)} }}")
        return one_step_gate(where, load, ["p90(response_time) < 100ms", "p99(response_time) < 100ms"])

    def judge_assay(self, run, where):
        demand_exit(run, 1)
        demand_equal("outcomes", run.outcomes(), {"ok": where.facts.received})
        # Fewer arrivals than the rate says would be users that were left out: five standard deviations are allowed.
        intended = self.rate_per_s * self.seconds
        demand(abs(where.facts.received - intended) < 5 * math.sqrt(intended),
               f"{where.facts.received} arrivals (truth about {intended})")
        waits = sorted((answered - arrived) * 1e-9 for arrived, answered, _ in where.facts.requests)
        for q in (0.9, 0.99):
            demand_close(f"p{q * 100:g}", finding_s(run, f"p{q * 100:g}(response_time)"), nearest_rank(waits, q))
        return f"p99 {time_text(finding_s(run, 'p99(response_time)'))}"

    def call(self, peer, where):
        return None  # none of them has Poisson arrivals


class Timeouts(Trap):
    """Every tenth answer never comes. Its user waits until the timeout, and that must be in the distribution."""
    name, title = "timeouts", "every tenth answer never comes, timeout 1 s"
    truth = "p99 1 s, 10 % errors"
    rate_per_s, seconds, timeout_s = 100, 4, 1

    def stage(self, folder):
        return stage.odd(folder, answers=[{"ms": 5}] * 9 + [{"never": True}])

    def gate(self, where):
        load = f"{{ shape: constant-arrival-rate, rate: {self.rate_per_s}/s, duration: {self.seconds}s }}"
        return one_step_gate(where, load, ["p95(response_time) < 500ms", "p99(response_time) < 500ms",
                                           "error_rate < 1%"], timeouts=f"total: {self.timeout_s}s")

    def judge_assay(self, run, where):
        demand_exit(run, 1)
        unanswered = where.facts.received - where.facts.answered
        demand_equal("timeouts", run.outcomes().get("response_timeout"), unanswered)
        demand_equal("answers", run.outcomes().get("ok"), where.facts.answered)
        for q in (95, 99):
            demand_close(f"p{q}", finding_s(run, f"p{q}(response_time)"), self.timeout_s)
        return f"p99 {time_text(finding_s(run, 'p99(response_time)'))}, {share_text(unanswered, run.requests())} errors"

    def call(self, peer, where):
        how = {"timeout_s": self.timeout_s, "carry_on": True}
        return (peer.open(where.url, self.rate_per_s, self.seconds, 40, **how)
                or peer.closed(where.url, 40, self.seconds, **how))

    def judge_peer(self, peer, done, where):
        times = judge_quantiles(done, {0.99: self.timeout_s})
        unanswered = where.facts.received - where.facts.answered
        errors, requests = done.report.errors or 0, done.report.requests or 0
        told = f"{share_text(errors, requests)} errors"
        if times.state == RIGHT and not is_close(errors, unanswered, slack_s=2):
            return Cell(WRONG, f"{times.words}, {told}")
        if done.report.requests:
            times.words += f", {told}"
        return times


class LongerThanTheRun(Trap):
    """Every answer takes 4 s, the load lasts 2 s."""
    name, title = "longer-than-the-run", "answers after 4 s, load of 2 s"
    truth = "p50 4 s"
    rate_per_s, seconds, answer_s = 20, 2, 4
    k6_thresholds = {"http_req_failed": ["rate<0.01"], "http_req_duration": ["p(50)<1000"]}

    def stage(self, folder):
        return stage.odd(folder, answers=[{"ms": self.answer_s * 1000}])

    def gate(self, where):
        load = f"{{ shape: constant-arrival-rate, rate: {self.rate_per_s}/s, duration: {self.seconds}s }}"
        return one_step_gate(where, load, ["p50(response_time) < 1s", "error_rate < 1%"])

    def judge_assay(self, run, where):
        demand_exit(run, 1)
        demand_equal("outcomes", run.outcomes(), {"ok": self.rate_per_s * self.seconds})
        demand_close("p50", finding_s(run, "p50(response_time)"), self.answer_s)
        return f"p50 {time_text(finding_s(run, 'p50(response_time)'))}"

    def call(self, peer, where):
        if self.is_offered_a_rate(peer):
            return peer.open(where.url, self.rate_per_s, self.seconds, 60)
        return peer.closed(where.url, 40, self.seconds)

    @staticmethod
    def is_offered_a_rate(peer):
        """Two workers at 10/s each would do two requests in all: such tools do better with 40 connections."""
        return peer.has_rate and not peer.rate_per_worker

    def judge_peer(self, peer, done, where):
        requests = done.report.requests or 0
        offered = self.rate_per_s * self.seconds if self.is_offered_a_rate(peer) else where.facts.received
        if 0 < requests < 0.9 * offered:
            return Cell(WRONG, f"{requests} of {offered} requests, exit {done.exit_code}")
        return judge_quantiles(done, {0.5: self.answer_s} if 0.5 in done.report.quantiles else {1.0: self.answer_s})


class CutOff(LongerThanTheRun):
    """The same, but the run gives up after half a second: what is cut off must be said, not left out."""
    name, title = "cut-off", "answers after 4 s, the run gives up before"
    truth = "all requests reported, as errors"

    def gate(self, where):
        load = (f"{{ shape: constant-arrival-rate, rate: {self.rate_per_s}/s, duration: {self.seconds}s, "
                "graceful_stop: 500ms }")
        return one_step_gate(where, load, ["max(response_time) < 1s", "error_rate < 1%"])

    def judge_assay(self, run, where):
        demand_exit(run, 1)
        demand_equal("outcomes", run.outcomes(), {"aborted": self.rate_per_s * self.seconds})
        # The first was intended at the beginning, so it had waited for the whole run and the grace.
        demand_close("max", finding_s(run, "max(response_time)"), self.seconds + 0.5, slack_s=0.1)
        return f"{run.requests()} aborted, max {time_text(finding_s(run, 'max(response_time)'))}"

    def call(self, peer, where):
        return None  # how each treats the end of a run is the row above


class SlowBody(Trap):
    """Header and first byte at once, the rest of the body half a second later."""
    name, title, truth = "slow-body", "first byte at once, body after 500 ms", "p50 500 ms"
    body_s = 0.5

    def stage(self, folder):
        return stage.odd(folder, answers=[{"ms": self.body_s * 1000, "head_first": True}])

    def gate(self, where):
        load = "{ shape: constant-arrival-rate, rate: 50/s, duration: 2s }"
        return one_step_gate(where, load, ["p50(response_time) < 100ms"])

    def judge_assay(self, run, where):
        demand_exit(run, 1)
        demand_equal("outcomes", run.outcomes(), {"ok": 100})
        demand_close("p50", finding_s(run, "p50(response_time)"), self.body_s)
        return f"p50 {time_text(finding_s(run, 'p50(response_time)'))}"

    def call(self, peer, where):
        return peer.open(where.url, 50, 2, 60) or peer.closed(where.url, 30, 2)

    def judge_peer(self, peer, done, where):
        return judge_quantiles(done, {0.5: self.body_s} if 0.5 in done.report.quantiles else {1.0: self.body_s})


class SlowStart(Trap):
    """The first 2 of 8 seconds are slow: without a warm-up they decide."""
    name, title, truth = "slow-start", "first 2 of 8 s slow (300 ms), no warm-up", "p90 300 ms"
    rate_per_s, seconds, slow_s, slow_ms = 50, 8, 2.0, 300
    warm_up = ""
    k6_thresholds = {"http_req_duration": ["p(90)<150"]}

    def stage(self, folder):
        return stage.odd(folder, answers=[{"ms": 5}], slow_start={"until_s": self.slow_s, "ms": self.slow_ms})

    def gate(self, where):
        load = (f"{{ shape: constant-arrival-rate, rate: {self.rate_per_s}/s, duration: {self.seconds}s"
                f"{self.warm_up} }}")
        return one_step_gate(where, load, ["p90(response_time) < 150ms", "error_rate < 1%"])

    def judge_assay(self, run, where):
        demand_exit(run, 1)
        demand_equal("requests", run.requests(), where.facts.received)
        demand_close("p90", finding_s(run, "p90(response_time)"), self.slow_ms / 1000)
        return f"p90 {time_text(finding_s(run, 'p90(response_time)'))}"

    def call(self, peer, where):
        return peer.open(where.url, self.rate_per_s, self.seconds, 30) or peer.closed(where.url, 10, self.seconds)

    def judge_peer(self, peer, done, where):
        return judge_quantiles(done, {0.9: self.slow_ms / 1000})


class SlowStartWarmedUp(SlowStart):
    """The same with a warm-up of 3 s: what happened in it must not decide."""
    name, title, truth = "slow-start-warm-up", "the same, warm-up of 3 s", "passes"
    warm_up_s = 3
    warm_up = f", warm_up: {warm_up_s}s"
    k6_thresholds = {"http_req_duration{scenario:load}": ["p(90)<150"]}

    def judge_assay(self, run, where):
        demand_exit(run, 0)
        demand_equal("requests", run.requests(), self.rate_per_s * (self.seconds - self.warm_up_s))
        demand_equal("all requests", run.requests() + run.result["warm_up_requests"], where.facts.received)
        demand(finding_s(run, "p90(response_time)") < 0.15, "p90 holds the warm-up")
        return "exit 0"

    def call(self, peer, where):
        return peer.after_warm_up(where.url, self.rate_per_s, self.seconds, self.warm_up_s, 30)

    def judge_peer(self, peer, done, where):
        if peer.judges:
            return Cell(RIGHT if done.exit_code == 0 else WRONG, f"exit {done.exit_code}")
        longest = done.report.quantiles.get(1.0)
        if longest is None:
            return Cell(SILENT, "prints no longest time")
        return Cell(QUIET if longest < 0.15 else WRONG, f"max {time_text(longest)}")


TRAPS = [Freeze(1.5, 8), Freeze(3.0, 12), PoissonFreeze(1.5, 8), PoissonFreeze(3.0, 12), Timeouts(), LongerThanTheRun(),
         CutOff(), SlowBody(), SlowStart(), SlowStartWarmedUp()]
