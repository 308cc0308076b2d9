"""Traps about wrong answers, or none: what must not pass."""
import stage
from trap import (QUIET, RIGHT, WRONG, Cell, Trap, demand, demand_close, demand_equal, demand_exit, finding_s,
                  finding_value, judge_refusal, one_step_gate, target_of, time_text)

CLOSED = "{ shape: shared-iterations, users: 4, iterations: 80, max_duration: 30s }"
CONNECTIONS, SECONDS = 8, 2
K6_ERRORS = {"http_req_failed": ["rate<0.01"]}


class AllBroken(Trap):
    name, title, truth = "all-500", "every answer is a 500", "must not pass"
    k6_thresholds = K6_ERRORS

    def stage(self, folder):
        return stage.nginx(folder, "/broken")

    def gate(self, where):
        return one_step_gate(where, CLOSED, ["error_rate < 1%"])

    def judge_assay(self, run, where):
        demand_exit(run, 1)
        demand_equal("outcomes", run.outcomes(), {"status": 80})
        demand_equal("error rate", finding_value(run, "error_rate"), 1)
        demand("500" in run.stdout, "the status is not named")
        return "exit 1"

    def call(self, peer, where):
        return peer.closed(where.url, CONNECTIONS, SECONDS)

    def judge_peer(self, peer, done, where):
        return judge_refusal(done)


class NothingListens(Trap):
    name, title, truth = "nothing-listens", "nothing listens at the address", "must not pass"
    k6_thresholds = K6_ERRORS

    def stage(self, folder):
        return stage.nothing(folder)

    def gate(self, where):
        return one_step_gate(where, CLOSED, ["error_rate < 1%"])

    def judge_assay(self, run, where):
        demand_exit(run, 3)
        demand_equal("outcomes", list(run.outcomes()), ["connect_refused"])
        demand("nothing listens" in run.stdout, "the reason is not named")
        return "exit 3"

    def call(self, peer, where):
        return peer.closed(where.url, CONNECTIONS, SECONDS)

    def judge_peer(self, peer, done, where):
        return judge_refusal(done)


class HalfBroken(Trap):
    """Errors that are faster than answers must not make the target look faster."""
    name, title = "half-500", "half of the answers are 500, and fast"
    truth = "50 % errors, p50 of the good ones 60 ms"
    good_ms = 60
    k6_thresholds = K6_ERRORS

    def stage(self, folder):
        return stage.odd(folder, answers=[{"ms": self.good_ms}, {"status": 500}])

    def gate(self, where):
        return one_step_gate(where, "{ shape: constant-arrival-rate, rate: 100/s, duration: 2s }",
                             ["error_rate < 1%", "p50(response_time, status=2xx) < 1s"])

    def judge_assay(self, run, where):
        demand_exit(run, 1)
        demand_equal("outcomes", run.outcomes(),
                     {"ok": where.facts.with_status(200), "status": where.facts.with_status(500)})
        demand_equal("error rate", finding_value(run, "error_rate"), 0.5)
        good_s = finding_s(run, "p50(response_time, status=2xx)")
        demand_close("p50 of the good ones", good_s, self.good_ms / 1000, slack_s=0.015)
        return f"50 % errors, p50 of the good ones {time_text(good_s)}, exit 1"

    def call(self, peer, where):
        return peer.open(where.url, 100, SECONDS, 20) or peer.closed(where.url, CONNECTIONS, SECONDS)

    def judge_peer(self, peer, done, where):
        cell = judge_refusal(done, 0.5)
        median = done.report.quantiles.get(0.5)
        if cell.state in (QUIET, WRONG) and median is not None:
            cell.words += f", p50 {time_text(median)}"
        return cell


K6_TWO_STEPS = """const first = http.get(__ENV.URL + 'broken', { ...request, tags: { step: 'first' } });
  if (first.status === 200) http.get(__ENV.URL + 'items', { ...request, tags: { step: 'second' } });"""


class NoData(Trap):
    """The second step never runs, because the first always fails; the only threshold is on the second."""
    name, title, truth = "no-data", "a threshold on a step that never ran", "must not pass"
    k6_thresholds = {"http_req_duration{step:second}": ["p(99)<1000"]}
    k6_iteration = K6_TWO_STEPS

    def stage(self, folder):
        return stage.nginx(folder, "/")

    def gate(self, where):
        return f"""version: 1
name: no-data
targets:
  candidate: {target_of(where.url)}
scenarios:
  two:
    steps:
      - {{ name: first, get: /broken, expect: {{ status: 200 }} }}
      - {{ name: second, get: /items }}
load:
  - {CLOSED}
thresholds:
  - p99(response_time, step=second) < 1s
"""

    def is_disturbed(self, run):
        return False  # inconclusive is a right answer here

    def judge_assay(self, run, where):
        demand_exit(run, 1, 3, 4)
        demand(finding_value(run, "p99(response_time, step=second)") is None, "a value without data")
        demand_equal("outcomes", run.outcomes(), {"status": 80})
        return f"exit {run.exit_code}"

    def call(self, peer, where):
        return peer.closed(where.url, CONNECTIONS, SECONDS) if peer.judges else None

    def judge_peer(self, peer, done, where):
        return Cell(RIGHT if done.exit_code else WRONG, f"exit {done.exit_code}")


TRAPS = [AllBroken(), NothingListens(), HalfBroken(), NoData()]
