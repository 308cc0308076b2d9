"""Resident memory over a long static run: it must not grow with the number of requests.

One run, looked at on the way.
"""
import time

from .. import gates
from ..processes import Child, Failed, cpu_seconds, resident_kib
from ..tables import number, table

TITLE = "resident memory after millions of requests, 64 users"
USERS = 64
POLL_S = 0.05
SLOWEST_PER_S = 10_000
END_DEADLINE_S = 60


def look(child, server, before, marks):
    """A reading at each mark."""
    found, last_cpu, last_at, began = [], 0.0, before, time.monotonic()
    deadline = time.monotonic() + marks[-1] / SLOWEST_PER_S + END_DEADLINE_S
    for mark in marks:
        while True:
            served = server.served() - before
            if served >= mark:
                break
            if child.ended_within(POLL_S):
                raise Failed(f"it ended after {served} requests of {mark}: {child.texts()}")
            if time.monotonic() > deadline:
                raise Failed(f"{served} requests of {mark} within the deadline")
        now, peak = resident_kib(child.pid)
        cpu = cpu_seconds(child.pid)
        found.append({"requests": served, "after_s": time.monotonic() - began, "rss_kib": now, "peak_kib": peak,
                      "cpu_us_since_last": (cpu - last_cpu) / (served - (last_at - before)) * 1e6})
        last_cpu, last_at = cpu, served + before
    return found


def run(bench):
    assay, server = bench.assay(), bench.server
    marks = [int(millions * 1e6) for millions in bench.options.million_requests]
    before = server.wait_until_idle()
    load = bench.load(False, USERS)
    # A little more than the last mark, so that it is still there when that is seen.
    gate = gates.gate(load.url, None, gates.counted(USERS, marks[-1] + 200_000))
    bench.progress(f"growth: up to {marks[-1]} requests")
    with Child(assay.run(load.folder, gate), bench.client_cores, accepted=assay.accepted) as child:
        found = look(child, server, before, marks)
        ended = child.wait(END_DEADLINE_S)
    bench.progress("")
    rows = [[f"{each['requests']:,}", number(each["after_s"], 1), number(each["rss_kib"] / 1024),
             number(each["peak_kib"] / 1024), number(each["cpu_us_since_last"])] for each in found]
    rows.append(["at the end, result written", None, None, number(ended.peak_rss_kib / 1024), None])
    bench.say(table(["requests", "after s", "resident MiB", "peak MiB", "CPU us a request since the line above"], rows))
    return {"users": USERS, "readings": found, "peak_kib_at_end": ended.peak_rss_kib}
