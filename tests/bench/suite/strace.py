"""Counts a running program's system calls with strace and reads its summary."""
import re
import signal
import time
from pathlib import Path

from .processes import Child, Failed

ATTACH_DEADLINE_S = 10
DETACH_DEADLINE_S = 20
QUIET_S, QUIET_DEADLINE_S = 0.05, 10
WORK_DEADLINE_S = 30
LINE = re.compile(r"\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:(\d+)\s+)?([a-z]\w*)")


def parse_summary(text):
    """By system call: how often it was made. The text is that of `strace -c`."""
    counts = {}
    for line in text.splitlines():
        found = LINE.fullmatch(line.rstrip())
        if found and found[3] != "total":
            counts[found[3]] = counts.get(found[3], 0) + int(found[1])
    return counts


def _traced(pid):
    tasks = list(Path(f"/proc/{pid}/task").iterdir())
    return all("TracerPid:\t0\n" not in (task / "status").read_text() for task in tasks)


def _wait_until_traced(child, tracer):
    deadline = time.monotonic() + ATTACH_DEADLINE_S
    while not _traced(child.pid):
        if tracer.ended_within(0.005) or time.monotonic() > deadline:
            raise Failed(f"strace could not attach: {tracer.texts().strip()}")


def _wait_until_served(server):
    """Until the server has answered all that a stopped client has sent. Returns how many requests that were."""
    deadline = time.monotonic() + QUIET_DEADLINE_S
    last = server.served()
    while time.monotonic() < deadline:
        time.sleep(QUIET_S)
        now = server.served()
        if now == last:
            return now
        last = now
    raise Failed("the client goes on although it has been stopped")


def _let_work(child, server, before, window_s, least):
    """For `window_s`, and until `least` requests have been answered."""
    began = time.monotonic()
    while time.monotonic() < began + window_s or server.served() - before < least:
        if child.ended_within(0.05):
            raise Failed(f"it ended while it was traced: {child.texts()}")
        if time.monotonic() > began + window_s + WORK_DEADLINE_S:
            raise Failed(f"fewer than {least} requests within {window_s + WORK_DEADLINE_S:.0f} s of tracing")


def count_calls(child, server, window_s, least, out):
    """(counts by system call, requests meanwhile). The client is stopped at both ends, so that every request that it
    has sent has also been counted by the server: 10,000 under way would otherwise be a large part of a second's."""
    child.interrupt(signal.SIGSTOP)
    before = _wait_until_served(server)
    with Child(["strace", "-c", "-f", "-o", out, "-p", child.pid], child.cores,
               accepted=None) as tracer:
        _wait_until_traced(child, tracer)
        child.interrupt(signal.SIGCONT)
        _let_work(child, server, before, window_s, least)
        child.interrupt(signal.SIGSTOP)
        requests = _wait_until_served(server) - before
        tracer.interrupt(signal.SIGINT)
        tracer.wait(DETACH_DEADLINE_S)
    return parse_summary(Path(out).read_text()), requests
