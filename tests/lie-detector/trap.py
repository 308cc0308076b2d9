"""A trap: a server that does something known, what is true then, and how a tool's answer to it is judged."""
import dataclasses

import stage as _stage  # noqa: F401  (puts the neighbours on the path)
import support

RIGHT, QUIET, WRONG, SILENT, NOT_ASKED = "right", "no verdict", "wrong", "cannot say", "-"
TOLERANCE = 0.05  # for assay
PEER_TOLERANCE = 0.1  # for the others: a tool is not called a liar for what its own work adds
SLACK_S = 0.005  # what a busy machine may add to a time without being a lie


@dataclasses.dataclass
class Cell:
    """One field of the table. `state`: one of the five words above; `words`: what the tool said, shortly."""
    state: str
    words: str = ""

    @property
    def text(self):
        if self.state == NOT_ASKED:
            return "-"
        if self.state == RIGHT:
            return f"right: {self.words}" if self.words else "right"
        return self.words


@dataclasses.dataclass
class Done:
    """A peer that ended."""
    report: object  # peers.Report
    exit_code: int


class Trap:
    """Subclasses say: name, title, truth, the stage, assay's gate and how it is judged, a peer's call and how it is."""
    name = ""     # for --trap
    title = ""    # the row of the table
    truth = ""    # in words
    alone = False  # True: nothing else may run at the same time
    twice = False  # True: a peer that is wrong gets a second run, because noise alone could have done it
    k6_thresholds = None  # what assay's gate asks, in k6's words
    k6_iteration = None
    assay_options = ()

    def stage(self, folder):
        """A context manager that yields a Stage."""
        raise NotImplementedError

    def gate(self, stage):
        """The text of the gate file; None: this trap makes its own runs in judge_assay."""
        raise NotImplementedError

    def during(self, stage, process):
        """What happens to the server or to the tool while the tool runs; `process` is the tool's."""

    def is_disturbed(self, run):
        """True: other work on the machine spoiled this run of assay, and it is no evidence."""
        return run.was_disturbed()

    def is_contaminated(self, run, stage):
        """The same, where only the trap can tell."""
        return False

    def judge_assay(self, run, stage):
        raise NotImplementedError

    def call(self, peer, stage):
        """The command line, or None where the tool cannot be asked."""
        raise NotImplementedError

    def judge_peer(self, peer, done, stage):
        raise NotImplementedError


# ---- words ---------------------------------------------------------------------------------------------------------

def time_text(seconds):
    if seconds >= 0.9995:
        return f"{seconds:.3g} s"
    if seconds >= 0.0009995:
        return f"{seconds * 1e3:.3g} ms"
    return f"{seconds * 1e6:.0f} us"


def share_text(part, whole):
    return f"{100 * part / whole:.3g} %" if whole else "no requests"


def quantile_name(q):
    return "max" if q == 1.0 else f"p{q * 100:g}"


# ---- gates ---------------------------------------------------------------------------------------------------------

def target_of(url, tls_lines="", timeouts=""):
    origin = "/".join(url.split("/")[:3])
    tls = f", tls: {{ {tls_lines} }}" if tls_lines else ""
    limits = f", timeouts: {{ {timeouts} }}" if timeouts else ""
    return f'{{ url: "{origin}"{tls}{limits} }}'


def path_of(url):
    return "/" + "/".join(url.split("/")[3:])


def one_step_gate(stage, load, thresholds, **target):
    return support.one_step_gate(target_of(stage.url, **target), load, path_of(stage.url), "\n  - ".join(thresholds))


# ---- what assay says -----------------------------------------------------------------------------------------------

def finding_value(run, subject):
    """The measured value of a threshold, as assay itself states it; None where it has none."""
    for finding in run.document["verdict"]["findings"]:
        if finding["subject"].startswith(subject):
            return finding.get("value")
    raise AssertionError(f"no finding about {subject!r}: {run.output}")


def finding_s(run, subject):
    value = finding_value(run, subject)
    return None if value is None else value * 1e-9


class Wrong(Exception):
    """What assay said is not true; the message is the table's field."""


def demand(holds, words):
    if not holds:
        raise Wrong(words)


def demand_exit(run, *codes):
    demand(run.exit_code in codes, f"exit {run.exit_code}, {' or '.join(map(str, codes))} expected")


def demand_close(what, measured_s, expected_s, tolerance=TOLERANCE, slack_s=SLACK_S):
    demand(measured_s is not None, f"{what} absent (truth {time_text(expected_s)})")
    demand(is_close(measured_s, expected_s, tolerance, slack_s),
           f"{what} {time_text(measured_s)} (truth {time_text(expected_s)})")


def demand_equal(what, measured, expected):
    demand(measured == expected, f"{what} {measured} (truth {expected})")


def is_close(measured, expected, tolerance=TOLERANCE, slack_s=SLACK_S):
    return abs(measured - expected) <= tolerance * expected + slack_s


# ---- what a peer says ----------------------------------------------------------------------------------------------

def judge_quantiles(done, expected, tolerance=PEER_TOLERANCE, slack_s=SLACK_S):
    """`expected`: share to seconds. Judged by those that the tool prints; the worst is shown."""
    if not done.report.requests:
        return Cell(SILENT, f"gives up, exit {done.exit_code}") if done.exit_code else Cell(WRONG, "0 requests, exit 0")
    printed = {q: done.report.quantiles[q] for q in expected if q in done.report.quantiles}
    if not printed:
        longest = done.report.quantiles.get(1.0)
        return Cell(SILENT, "prints no " + ", ".join(map(quantile_name, expected))
                    + (f" (max {time_text(longest)})" if longest is not None else ""))
    worst = max(printed, key=lambda q: abs(printed[q] / expected[q] - 1))
    if all(is_close(value, expected[q], tolerance, slack_s) for q, value in printed.items()):
        return Cell(RIGHT, f"{quantile_name(worst)} {time_text(printed[worst])}")
    return Cell(WRONG, f"{quantile_name(worst)} {time_text(printed[worst])} (truth {time_text(expected[worst])})")


def judge_refusal(done, expected_error_share=1.0):
    """A run that must not pass for good: a failing exit code, or at least the errors in what it prints."""
    requests, errors = done.report.requests or 0, done.report.errors or 0
    if done.exit_code:
        return Cell(RIGHT, f"exit {done.exit_code}")
    if not requests and not errors:
        return Cell(WRONG, "0 requests, 0 errors, exit 0")
    told = share_text(errors, max(requests, errors))
    if errors >= (expected_error_share - 0.02) * max(requests, errors):
        return Cell(QUIET, f"{told} errors, exit 0")
    return Cell(WRONG, f"{told} errors (truth {100 * expected_error_share:.3g} %), exit 0")
