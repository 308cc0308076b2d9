"""Traps about kept connections, and about counting: what the server saw is what the result says."""
import contextlib
import os
import signal
import time

import stage
from trap import (RIGHT, SILENT, WRONG, Cell, Trap, demand, demand_equal, demand_exit, one_step_gate)

RATE_PER_S, SECONDS, IN_FLIGHT = 100, 3, 20
GRACEFUL_STOP_S = 1
LOAD = f"{{ shape: constant-arrival-rate, rate: {RATE_PER_S}/s, duration: {SECONDS}s }}"


def offered(peer, where):
    return peer.open(where.url, RATE_PER_S, SECONDS, IN_FLIGHT) or peer.closed(where.url, IN_FLIGHT, SECONDS)


class ResetBetween(Trap):
    """A kept connection is reset as its sixth request arrives, as servers do that tidy up at the wrong moment."""
    name, title = "reset-between", "a kept connection is reset when its next request arrives"
    truth = "every reset is reported"

    def stage(self, folder):
        return stage.odd(folder, answers=[{"ms": 5}], answers_per_connection=5)

    def gate(self, where):
        return one_step_gate(where, LOAD, ["error_rate < 1%"])

    def judge_assay(self, run, where):
        """A request that met a reset may be sent once more; then it is counted as such, else it is an error."""
        demand(where.facts.resets > 0, "the server reset nothing")
        resent = run.result["targets"][0]["stale_retries"]
        lost = run.outcomes().get("closed_early", 0)
        demand_equal("resets", resent + lost, where.facts.resets)
        demand_equal("answers", run.outcomes().get("ok"), where.facts.answered)
        demand_equal("requests", run.requests(), RATE_PER_S * SECONDS)
        return f"{resent} sent once more, {lost} errors ({where.facts.resets} resets)"

    def call(self, peer, where):
        return offered(peer, where)

    def judge_peer(self, peer, done, where):
        resets, told = where.facts.resets, done.report.errors or 0
        if done.exit_code:
            return Cell(RIGHT, f"exit {done.exit_code}")
        return Cell(RIGHT if told == resets else WRONG, f"{told} errors ({resets} resets)")


class ClosedUnannounced(Trap):
    """The server closes after each answer without saying so. No user loses anything: each comes on a new connection."""
    name, title = "closed-unannounced", "the connection is closed after each answer, unannounced"
    truth = "no errors, as many answers as the server gave"

    def stage(self, folder):
        return stage.odd(folder, answers=[{"ms": 5, "close": True}])

    def gate(self, where):
        return one_step_gate(where, LOAD, ["error_rate < 1%"])

    def judge_assay(self, run, where):
        demand_exit(run, 0)
        demand_equal("outcomes", run.outcomes(), {"ok": where.facts.answered})
        demand_equal("requests", run.requests(), RATE_PER_S * SECONDS)
        return f"{run.requests()} requests, 0 errors"

    def call(self, peer, where):
        return offered(peer, where)

    def judge_peer(self, peer, done, where):
        requests, errors = done.report.requests or 0, done.report.errors or 0
        if done.exit_code and not requests:
            return Cell(SILENT, f"gives up, exit {done.exit_code}")
        # Whether they are counted to the one is another row.
        least = 0.9 * (RATE_PER_S * SECONDS if peer.has_rate else where.facts.answered)
        words = f"{requests} requests" + (f" of {least / 0.9:.0f}" if requests < least else "") + f", {errors} errors"
        if done.exit_code:
            words += f", exit {done.exit_code}"
        return Cell(RIGHT if requests >= least and not errors and not done.exit_code else WRONG, words)


class Counts(Trap):
    name, title = "counts", "requests that the server received"
    truth = "reported = received"

    def stage(self, folder):
        return stage.odd(folder, answers=[{"ms": 20}])

    def gate(self, where):
        return one_step_gate(where, LOAD, ["error_rate < 1%"])

    def judge_assay(self, run, where):
        demand_exit(run, 0)
        demand_equal("requests", run.requests(), where.facts.received)
        demand_equal("outcomes", run.outcomes(), {"ok": where.facts.answered})
        demand_equal("requests", run.requests(), RATE_PER_S * SECONDS)
        return f"{run.requests()} of {where.facts.received}"

    def call(self, peer, where):
        return offered(peer, where)

    def judge_peer(self, peer, done, where):
        told = done.report.requests or 0
        return Cell(RIGHT if told == where.facts.received else WRONG, f"{told} of {where.facts.received}")


class CountsInterrupted(Counts):
    """After the first hundred every tenth answer never comes, and SIGINT comes after 2 s.

    What the server received is what was answered and what was aborted; it answered exactly the requests that are ok,
    and those that it never answered are exactly the aborted ones. None of them is missing in the times."""
    name, title = "counts-interrupted", "the same after SIGINT, some answers still due"
    truth = "reported = received"

    def stage(self, folder):
        # The first hundred for the tools that begin with one request on each connection and wait for its answer.
        return stage.odd(folder, answers=[{"ms": 20}] * 100 + ([{"ms": 20}] * 9 + [{"never": True}]) * 90)

    def gate(self, where):
        load = f"{{ shape: constant-arrival-rate, rate: {RATE_PER_S}/s, duration: 60s, graceful_stop: {GRACEFUL_STOP_S}s }}"
        return one_step_gate(where, load, ["error_rate < 1%"])

    def during(self, where, process):
        stage.wait_for_load(where, 20)
        time.sleep(2)  # some load, then the interrupt
        with contextlib.suppress(ProcessLookupError):  # it may have given up by itself
            os.killpg(process.pid, signal.SIGINT)  # all of a pipe, as from a terminal

    def is_disturbed(self, run):
        return False  # interrupted runs are never judged

    def judge_assay(self, run, where):
        demand_exit(run, 130)
        outcomes = run.outcomes()
        demand_equal("kinds", sorted(outcomes), ["aborted", "ok"])
        demand_equal("ok + aborted", outcomes["ok"] + outcomes["aborted"], where.facts.received)
        # A machine that pauses for a second lets an answer be sent when the run has just given up on it.
        in_time = where.facts.answered_within(GRACEFUL_STOP_S - 0.1)
        demand(in_time <= outcomes["ok"] <= where.facts.answered,
               f"ok {outcomes['ok']} (truth {where.facts.answered}, {in_time} of them in time)")
        times = sum(series["times"]["response_time"]["count"] for series in run.result["series"])
        demand_equal("times", times, where.facts.received)
        demand(run.document["verdict"]["grade"] != "pass", "passed")
        return f"{run.requests()} of {where.facts.received}, {outcomes['aborted']} of them aborted"

    def call(self, peer, where):
        return peer.open(where.url, RATE_PER_S, 20, 60) or peer.closed(where.url, 60, 20)


TRAPS = [ResetBetween(), ClosedUnannounced(), Counts(), CountsInterrupted()]
