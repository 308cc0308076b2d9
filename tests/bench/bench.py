#!/usr/bin/env python3
"""CPU time per request of load generators against one nginx.

Each round runs every generator once, in rotating order, pinned to one core while nginx's only worker is pinned to
another. CPU is user + system time of the whole client process (wait4), divided by the requests that it says it
completed; start and end of the program are part of it. Ratios are formed within a round, so that slow drift of the
machine cancels; medians with minimum and maximum are printed and everything is written to bench.json.
"""
import argparse
import contextlib
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

BODY = "Hello, World\n"  # 13 bytes
RUN_DEADLINE_SLACK_S = 60

NGINX = """
daemon off;
worker_processes 1;
worker_cpu_affinity {mask};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{ default_type text/plain; return 200 "{body}"; }}
  }}
}}
"""

GATE = """
version: 1
name: bench
targets: {{ candidate: {{ url: "http://127.0.0.1:{port}" }} }}
scenarios:
  one:
    steps: [ {{ get: /, expect: {{ status: 200 }} }} ]
load: [ {{ shape: constant-vus, users: {connections}, duration: {seconds}s }} ]
thresholds: [ error_rate < 1% ]
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def nginx(folder, core):
    """The port of a server that lives as long as the context."""
    port = free_port()
    conf = Path(folder) / "nginx.conf"
    conf.write_text(NGINX.format(folder=folder, port=port, body=BODY.replace("\n", "\\n"), mask=bin(1 << core)[2:]))
    server = subprocess.Popen(["nginx", "-p", folder, "-c", str(conf), "-e", f"{folder}/error.log"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("nginx did not start: " + (Path(folder) / "error.log").read_text())
            time.sleep(0.02)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=10)


def measured(command, core, deadline_s):
    """Output and CPU seconds (user, system) of a process pinned to a core."""
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT,
                                   preexec_fn=lambda: os.sched_setaffinity(0, {core}))
        guard = threading.Timer(deadline_s, process.kill)
        guard.start()
        _, status, usage = os.wait4(process.pid, 0)  # reaped here: only wait4 tells the microseconds
        guard.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read()
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}\n{text}")
    return text, usage.ru_utime, usage.ru_stime


class Wrk:
    name = "wrk"

    def command(self, setup):
        return ["wrk", "-t1", f"-c{setup.connections}", f"-d{setup.seconds}s", f"http://127.0.0.1:{setup.port}/"]

    def requests(self, output):
        return int(re.search(r"(\d+) requests in", output)[1])


class Assay:
    name = "assay"

    def __init__(self, binary):
        self.binary = binary

    def command(self, setup):
        gate = Path(setup.folder) / f"gate-{setup.connections}.yaml"
        gate.write_text(GATE.format(port=setup.port, connections=setup.connections, seconds=setup.seconds))
        return [self.binary, "run", str(gate), "--workers", "1", "--quiet", "--format", "json", "--seed", "1",
                "--out", f"{setup.folder}/run"]

    def requests(self, output):
        return json.loads(output)["requests"]


class Setup:
    def __init__(self, port, folder, connections, seconds):
        self.port, self.folder, self.connections, self.seconds = port, folder, connections, seconds


def one(client, setup, core):
    output, user_s, system_s = measured(client.command(setup), core, setup.seconds + RUN_DEADLINE_SLACK_S)
    count = client.requests(output)
    return {"requests": count, "per_s": count / setup.seconds, "cpu_us": (user_s + system_s) / count * 1e6,
            "user_us": user_s / count * 1e6}


def rounds_of(clients, setup, core, rounds):
    """By client name: one measurement for each round."""
    rows = {client.name: [] for client in clients}
    for number in range(rounds):
        shift = number % len(clients)
        for client in clients[shift:] + clients[:shift]:
            rows[client.name].append(one(client, setup, core))
    return rows


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def summary(rows, reference):
    table = {}
    for name, measurements in rows.items():
        ratios = [m["cpu_us"] / r["cpu_us"] for m, r in zip(measurements, rows[reference])]
        table[name] = {"cpu_us": spread([m["cpu_us"] for m in measurements]),
                       "user_us": spread([m["user_us"] for m in measurements]),
                       "per_s": spread([m["per_s"] for m in measurements]),
                       "ratio": spread(ratios), "ratios": ratios}
    return table


def show(connections, table, reference):
    print(f"\n{connections} connections" + f"{'CPU us a request':>32}{'user':>8}{'requests/s':>13}"
          f"{'x ' + reference:>10}{'min .. max':>16}")
    for name, numbers in table.items():
        cpu, ratio = numbers["cpu_us"], numbers["ratio"]
        print(f"  {name:<12}{cpu['median']:8.3f} ({cpu['min']:.3f} .. {cpu['max']:.3f}){numbers['user_us']['median']:12.3f}"
              f"{numbers['per_s']['median']:13.0f}{ratio['median']:10.3f}{ratio['min']:10.3f} .. {ratio['max']:.3f}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assay", default="build/release/assay")
    parser.add_argument("--connections", type=int, nargs="+", default=[64, 1000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--server-core", type=int, default=0)
    parser.add_argument("--client-core", type=int, default=1)
    parser.add_argument("--out", default="build/bench.json")
    return parser.parse_args()


def main():
    options = arguments()
    missing = {options.server_core, options.client_core} - os.sched_getaffinity(0)
    if missing:
        sys.exit(f"bench: core {missing.pop()} may not be used here; two cores are needed")
    clients = [Wrk(), Assay(options.assay)]
    report = {"rounds": options.rounds, "seconds": options.seconds, "load_average": os.getloadavg(), "results": {}}
    with tempfile.TemporaryDirectory() as folder, nginx(folder, options.server_core) as port:
        for connections in options.connections:
            setup = Setup(port, folder, connections, options.seconds)
            rows = rounds_of(clients, setup, options.client_core, options.rounds)
            table = summary(rows, "wrk")
            show(connections, table, "wrk")
            report["results"][connections] = {"table": table, "rounds": rows}
    Path(options.out).write_text(json.dumps(report, indent=2) + "\n")
    print(f"\nwritten to {options.out}; ratios are formed within a round")


if __name__ == "__main__":
    main()
