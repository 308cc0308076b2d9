#!/usr/bin/env python3
"""What assay costs beside other load generators, on one nginx, on this machine: rows of numbers, no verdict.

tests/bench/README.md says how to read them. Everything is written to --out as well, raw numbers included.
"""
import argparse
import datetime
import importlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from suite import machine
from suite.bench import Bench
from suite.clients import own_clients, peer_clients
from suite.processes import Failed
from suite.servers import Server

ROWS = ("cpu", "syscalls", "instructions", "memory", "pacing", "growth", "workers")
USUAL = {"rounds": 3, "seconds": 1.5, "connections": [1, 64, 1000, 10_000], "tries": 3, "million_requests": [1, 5, 20],
         "callgrind_requests": [10_000, 40_000], "memory_users": [1000, 5000]}
QUICK = {"rounds": 1, "seconds": 1.0, "connections": [64, 1000], "tries": 1, "million_requests": [0.2, 0.5, 1],
         "callgrind_requests": [5_000, 15_000], "memory_users": [500, 2000]}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release", help="where assay, bench_net and bench_floor are")
    parser.add_argument("--rows", default=",".join(ROWS), help=f"which of {','.join(ROWS)} (default: all)")
    parser.add_argument("--clients", help="only these, for instance assay,net,floor,wrk (default: all installed)")
    parser.add_argument("--transports", default="plain,tls")
    parser.add_argument("--quick", action="store_true", help="3 minutes instead of 15: rougher, of the peers wrk alone")
    parser.add_argument("--connections", type=int, nargs="+", help="default: 1 64 1000 10000")
    parser.add_argument("--rounds", type=int, help="default: 3")
    parser.add_argument("--seconds", type=float, help="of watching a client in a round (default: 1.5)")
    parser.add_argument("--tries", type=int, help="of a measurement that others disturb (default: 3)")
    parser.add_argument("--million-requests", type=float, nargs="+", help="row growth: when to look (default: 1 5 20)")
    parser.add_argument("--callgrind-requests", type=int, nargs=2,
                        help="row instructions: both runs (default: 10000 40000)")
    parser.add_argument("--memory-users", type=int, nargs=2, help="row memory: both runs (default: 1000 5000)")
    parser.add_argument("--server-core", type=int, default=0)
    parser.add_argument("--client-core", type=int, default=1)
    parser.add_argument("--out", default="build/bench.json")
    options = parser.parse_args()
    for name, value in (QUICK if options.quick else USUAL).items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    options.rows = options.rows.split(",")
    options.transports = [{"plain": False, "tls": True}[name] for name in options.transports.split(",")]
    return options


def check(options):
    unknown = set(options.rows) - set(ROWS)
    if unknown:
        sys.exit(f"bench: unknown row {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    missing = {options.server_core, options.client_core} - os.sched_getaffinity(0)
    if missing:
        sys.exit(f"bench: core {missing.pop()} may not be used here; two cores are needed")


def choose_clients(options):
    """(clients, names of tools that are not installed)"""
    present, absent = peer_clients()
    if options.clients:
        wanted = options.clients.split(",")
    elif options.quick:
        wanted = ["assay", "net", "floor", "wrk"]
    else:
        wanted = None
    clients = [client for client in own_clients(options.build) + present if wanted is None or client.name in wanted]
    if wanted:
        absent = [name for name in absent if name in wanted]
    return clients, absent


def measure(options, clients, report):
    """Returns the rows that could not be measured at all."""
    failed = []
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as folder:
        os.chmod(folder, 0o755)  # nginx's worker is another user
        with Server(folder, options.server_core) as server:
            bench = Bench(options, server, clients, Path(folder), report["left_out"])
            for name in options.rows:
                row = importlib.import_module(f"suite.rows.{name}")
                bench.say(f"\n== {name}: {row.TITLE}")
                began = time.monotonic()
                try:
                    report["rows"][name] = row.run(bench)
                except Failed as error:  # the other rows are not lost
                    bench.leave_out(f"row {name}", error)
                    failed.append(name)
                report["seconds_taken"][name] = round(time.monotonic() - began, 1)
    return failed


def main():
    options = arguments()
    check(options)
    clients, absent = choose_clients(options)
    report = {"started_utc": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
              "machine": machine.facts(), "options": vars(options),
              "clients": {client.name: client.version() for client in clients},
              "left_out": {name: "not installed" for name in absent}, "seconds_taken": {}, "rows": {}}
    print(f"{report['machine']['cpu']}, {report['machine']['cores']} cores, Linux {report['machine']['kernel']}, "
          f"load average {report['machine']['load_average'][0]:.2f}")
    print("clients: " + ", ".join(f"{name} {version}" if version else name
                                  for name, version in report["clients"].items()))
    if absent:
        print(f"not installed, left out: {', '.join(absent)}")
    try:
        failed = measure(options, clients, report)
    finally:
        report["machine"]["load_average_at_end"] = os.getloadavg()
        out = Path(options.out)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(report, indent=2) + "\n")
    print(f"\nwritten to {options.out}; ratios and differences are formed within a round")
    if failed:
        sys.exit(f"bench: nothing was measured of {', '.join(failed)}")


if __name__ == "__main__":
    main()
