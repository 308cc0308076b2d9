#!/usr/bin/env python3
"""How often the verdict errs and decides, beside other rules: simulated runs, and real gates with --end-to-end.

tests/statistics/README.md says how to read the tables. What was done is kept in --journal; a bench that was
interrupted, or given --for, goes on from there.
"""
import argparse
import datetime
import json
import os
import sys
from pathlib import Path

from proof import aims, end_to_end, grid, simulation, tables
from proof.journal import Journal


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release", help="where assay and verdict_bench are")
    parser.add_argument("--tables", default=",".join(grid.TABLES), help="which (default: all)")
    parser.add_argument("--quick", action="store_true", help="a few minutes: fewer sizes, 100 runs a cell")
    parser.add_argument("--runs", type=int, help="in each cell (default: 100 to 1000, by the size of the run)")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), help="processes (default: cores)")
    parser.add_argument("--for", type=float, dest="seconds", default=float("inf"),
                        help="start nothing more after so many seconds, and show what there is")
    parser.add_argument("--journal", default="build/verdict-bench.jsonl")
    parser.add_argument("--out", default="build/verdict-bench.json")
    end_to_end.declare(parser.add_argument_group("real gates"))
    options = parser.parse_args()
    options.tables = options.tables.split(",")
    if unknown := set(options.tables) - set(grid.TABLES):
        parser.error(f"no table {', '.join(sorted(unknown))}; there are {', '.join(grid.TABLES)}")
    if options.quick and options.runs is None:
        options.runs = grid.QUICK_RUNS
    return options


def simulate(options, report):
    program = Path(options.build) / "verdict_bench"
    journal = Journal(options.journal, simulation.fingerprint(program))
    pieces = simulation.wanted_pieces(grid.cells(options.tables, options.quick), options.runs)
    complete = simulation.run_missing(str(program), pieces, journal, options.jobs, options.seconds, print)
    results = simulation.Results(journal, pieces)
    tables.show(results, options.tables, print)
    if "T3" in options.tables:
        print("\n## In short: % of gates, mean (worst) of all sizes and families\n\n" + tables.summary(results))
    marked = aims.all_aims(results)
    print("\n## Aims\n")
    for aim in marked + aims.known_limits(results):
        print(aim.line())
        for sentence in aim.missed:
            print(f"    missed: {sentence}")
    if not complete:
        print("\nnot complete: run it again to go on")
    report["complete"] = complete
    report["cells"] = results.as_json()
    report["aims"] = [{"name": aim.name, "marks": dict(aim.marks), "missed": aim.missed, "worst": aim.worst[1]}
                      for aim in marked]
    return all(not aim.missed for aim in marked)


def main():
    options = arguments()
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    report = {"started_utc": now, "options": vars(options)}
    held = (end_to_end.run if options.end_to_end else simulate)(options, report)
    out = Path(options.out)
    known = json.loads(out.read_text()) if out.exists() else {}
    known["end_to_end" if options.end_to_end else "simulation"] = report  # the other part stays
    out.write_text(json.dumps(known, indent=1, default=str) + "\n")
    print(f"\nwritten to {options.out}")
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
