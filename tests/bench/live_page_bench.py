#!/usr/bin/env python3
"""What watching a run costs its load: `assay demo` alone, with a page that one browser reads, and with hostile clients of it.

    live_page_bench.py ASSAY [--rounds N] [--scenario pass]

Each round makes one run of every kind with the same seed; the rows are the generator's own lateness (dispatch lag) and the
verdicts, the last columns ratios to the run alone within a round (smallest, median and largest over the rounds). The clients go
to 127.0.0.1 only. No test: the numbers are facts about a machine.
"""
import argparse
import contextlib
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS / "integration"))
import live_stage  # noqa: E402
import support  # noqa: E402

SECONDS = 30  # of the demo's load
KINDS = ("alone", "one reader", "crowd")
MEASURES = ("p50", "p99", "max")


def lag_of(result):
    histogram = result["health"]["dispatch_lag"]
    buckets = support.read_histogram(histogram["hdr"])
    total, seen, lag = sum(count for _, _, count in buckets), 0, {"max": histogram["max_ns"]}
    for lower, width, count in buckets:
        seen += count
        for name, q in (("p50", 0.5), ("p99", 0.99)):
            if name not in lag and seen >= q * total:
                lag[name] = lower + width // 2
    return lag


def read_all(page, process):
    with contextlib.suppress(EOFError, OSError):
        events = page.events()
        while process.poll() is None:
            events.next()


def measured(assay, scenario, seed, kind):
    with tempfile.TemporaryDirectory() as folder:
        command = [assay, "demo", scenario, "--seed", str(seed), "--quiet", "--out", f"{folder}/run"]
        process = subprocess.Popen(command + ([] if kind == "alone" else ["--ui", "127.0.0.1:0"]), text=True,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        clients = None
        if kind != "alone":
            while "live page at" not in (line := process.stderr.readline()):
                pass
            page = live_stage.Page(line)
        if kind == "one reader":
            read_all(page, process)
        if kind == "crowd":
            clients = subprocess.Popen([sys.executable, "-B", str(TESTS / "integration" / "hostile_clients.py"), page.host,
                                        str(page.port), str(SECONDS)], stdout=subprocess.PIPE, text=True)
            done = json.loads(clients.communicate()[0].splitlines()[-1])
            print(f"  clients: {done}", file=sys.stderr)
        process.communicate()
        document = json.loads(pathlib.Path(folder, "run", "result.json").read_text())
        return {**lag_of(document["result"]), "grade": document["verdict"]["grade"]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("assay")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scenario", default="pass")
    options = parser.parse_args()
    rounds = []
    for number in range(options.rounds):
        rounds.append({kind: measured(options.assay, options.scenario, number + 1, kind) for kind in KINDS})
        print(f"round {number + 1}: {json.dumps(rounds[-1])}", file=sys.stderr)
    print(f"{'':12}{'grades':28}" + "".join(f"{name + ' us':>12}{'ratio':>22}" for name in MEASURES))
    for kind in KINDS:
        row = f"{kind:12}{' '.join(one[kind]['grade'] for one in rounds):28}"
        for name in MEASURES:
            ratios = sorted(one[kind][name] / one["alone"][name] for one in rounds)
            row += f"{statistics.median(one[kind][name] for one in rounds) / 1000:12.1f}"
            row += f"{ratios[0]:8.2f}{statistics.median(ratios):7.2f}{ratios[-1]:7.2f}"
        print(row)


if __name__ == "__main__":
    main()
