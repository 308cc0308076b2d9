"""Real gates of the built binary: does it fail identical targets, does it ever pass a worse one, how long does it need?"""
import concurrent.futures
import os
import time
from collections import Counter
from pathlib import Path

from . import gates, simulation, tables
from .journal import Journal

IDENTICAL, WORSE = 100, 20  # gates
MOST_FALSE_ALARMS = 2
FOUND = 19  # of WORSE
DURATIONS = [30, 60, 120, 300]
MOST_INVALID_SHARE = 0.5  # of a row's gates may be repeated because the machine was disturbed


def declare(group):
    group.add_argument("--end-to-end", action="store_true", help="run real gates instead of simulated runs")
    group.add_argument("--parallel", type=int, default=len(os.sched_getaffinity(0)),
                       help="gates at a time (default: cores)")
    group.add_argument("--rate", type=int, default=400, help="requests a second of each gate (default: 400)")
    group.add_argument("--cases", default=",".join(gates.CASES), help="which (default: all)")
    group.add_argument("--durations", type=int, nargs="+", default=DURATIONS,
                       help="seconds to try until 19 of 20 fail (default: 30 60 120 300)")


class Row:
    """The gates of one case and duration."""

    def __init__(self, case, seconds, rate, journal):
        self.case, self.seconds, self.rate, self.journal = case, seconds, rate, journal
        self.wanted = IDENTICAL if case == "same" else WORSE

    def done(self):
        return [entry for entry in self.journal.entries
                if entry.get("gate") == {"case": self.case, "seconds": self.seconds, "rate": self.rate}]

    def grades(self):
        return Counter(entry["grade"] for entry in self.done())

    def valid(self):
        return sum(count for grade, count in self.grades().items() if grade != "invalid")

    def missing(self):
        """Numbers of the gates to run; disturbed ones are made again, not for ever."""
        tried = len(self.done())
        most = int(self.wanted * (1 + MOST_INVALID_SHARE))
        return range(tried + 1, min(most, tried + self.wanted - self.valid()) + 1)

    def solved(self):
        return self.grades()["fail"] >= FOUND


def run_rows(rows, options, journal, deadline):
    """False when time ran out before every row had its gates."""
    assay = str(Path(options.build) / "assay")
    work = [(row, number) for row in rows for number in row.missing()]
    todo = iter(work)
    with concurrent.futures.ThreadPoolExecutor(options.parallel) as pool:
        running = {}

        def start_next():
            row, number = next(todo, (None, 0))
            if row and time.monotonic() + row.seconds + gates.WARM_UP_S <= deadline:
                future = pool.submit(gates.run, assay, row.case, row.seconds, row.rate, number)
                running[future] = (row, number)

        for _ in range(options.parallel):
            start_next()
        while running:
            done, _ = concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
            for future in done:
                row, number = running.pop(future)
                journal.add(gate={"case": row.case, "seconds": row.seconds, "rate": row.rate}, number=number,
                            **future.result())
                start_next()
    return not any(len(row.missing()) for row in rows)


def run(options, report):
    journal = Journal(options.journal, simulation.fingerprint(Path(options.build) / "assay"))
    deadline = time.monotonic() + options.seconds
    cases = options.cases.split(",")
    rows, complete = [], True
    for seconds in options.durations:
        unsolved = [case for case in cases
                    if (seconds == options.durations[0] if case == "same" else
                        not any(row.solved() for row in rows if row.case == case))]
        new = [Row(case, seconds, options.rate, journal) for case in unsolved]
        rows += new
        complete = run_rows(new, options, journal, deadline)
        if not complete:
            break
    show(rows, options, print)
    report["rows"] = [{"case": row.case, "seconds": row.seconds, "rate": row.rate, "grades": row.grades()} for row in rows]
    report["aims"] = dict(aims(rows))
    report["complete"] = complete
    for text, held in report["aims"].items():
        print(f"  {'MET' if held else 'MISSED'}: {text}")
    if not complete:
        print("\nnot complete: run it again to go on")
    return all(report["aims"].values())


def show(rows, options, say):
    lines = [[gates.CASES[row.case].title, row.seconds, row.valid(), row.grades()["pass"], row.grades()["fail"],
              row.grades()["inconclusive"], row.grades()["invalid"]] for row in rows]
    say(f"\n## Real gates at {options.rate}/s, {options.parallel} at a time\n")
    say(tables.markdown(["candidate", "s", "valid gates", "pass", "fail", "inconclusive", "invalid, repeated"], lines))
    say("\n## Duration at which 19 of 20 fail\n")
    for case in dict.fromkeys(row.case for row in rows if row.case != "same"):
        solved = [row.seconds for row in rows if row.case == case and row.solved()]
        tried = [row.seconds for row in rows if row.case == case and row.valid() >= row.wanted]
        answer = f"{solved[0]} s" if solved else f"more than {max(tried)} s" if tried else "not known yet"
        say(f"  {gates.CASES[case].title}: {answer}")
    say("\n## Aims\n")


def aims(rows):
    for row in rows:
        short = row.valid() < row.wanted
        title = f"{gates.CASES[row.case].title}, {row.seconds} s"
        if row.case == "same":
            yield (f"{title}: at most {MOST_FALSE_ALARMS} of {row.wanted} fail ({row.grades()['fail']} of {row.valid()})",
                   not short and row.grades()["fail"] <= MOST_FALSE_ALARMS)
        else:
            yield (f"{title}: none of {row.wanted} passes ({row.grades()['pass']} of {row.valid()})",
                   not short and row.grades()["pass"] == 0)
