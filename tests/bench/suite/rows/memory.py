"""Resident memory a virtual user: the slope between two numbers of users, so that the program itself cancels.

User space only: what the kernel keeps for a socket belongs to no process. Idle: every user has had one answer and now
pauses. Active: every user has a request under way.
"""
import time

from .. import gates
from ..measure import wait_until_steady
from ..processes import Child, Failed, resident_kib
from ..tables import number, table, transport

TITLE = "resident KiB a virtual user (slope)"
LONG_S = 300  # runs are ended once they have been looked at
STILL_DEADLINE_S = 3
NAMES = ("assay", "net", "floor", "wrk")


def still(pid):
    """Resident now, once it has not moved for a tenth of a second, or at the deadline."""
    deadline = time.monotonic() + STILL_DEADLINE_S
    last = resident_kib(pid)
    while time.monotonic() < deadline:
        time.sleep(0.1)
        now = resident_kib(pid)
        if now[0] == last[0]:
            break
        last = now
    return last


def idle(bench, tls, users, steps):
    """(now, peak) in KiB when every user has had its answer."""
    client, load, server = bench.assay(), bench.load(tls, users, seconds=LONG_S), bench.server
    before = server.wait_until_idle()
    text = gates.gate(load.url, load.ca, gates.closed(users, load.whole_seconds), steps)
    with Child(client.run(load.folder, text), bench.client_cores) as child:
        deadline = time.monotonic() + LONG_S / 2
        while server.served() - before < users:
            if child.ended_within(0.05) or time.monotonic() > deadline:
                raise Failed(f"{users} users did not get their answers: {child.texts()}")
        return still(child.pid)


def active(bench, client, tls, users):
    load, server = bench.load(tls, users), bench.server
    load.seconds = LONG_S
    before = server.wait_until_idle()
    with Child(client.command(load), bench.client_cores, client.environment, client.accepted) as child:
        if not wait_until_steady(server, before, users, LONG_S / 2):
            raise Failed(f"{users} connections never stood")
        return resident_kib(child.pid)


def slope(measure, few, many):
    """From two numbers of users."""
    (few_kib, few_peak), (many_kib, many_peak) = measure(few), measure(many)
    return {"users": [few, many], "few_kib": few_kib, "many_kib": many_kib,
            "kib_a_user": (many_kib - few_kib) / (many - few), "peak_kib_a_user": (many_peak - few_peak) / (many - few)}


def run(bench):
    found = []
    few, many = bench.options.memory_users

    def add(state, name, tls, measure):
        bench.progress(f"memory: {state}, {transport(tls)}, {name}")
        try:
            found.append({"state": state, "client": name, "tls": tls, **slope(measure, few, many)})
        except Failed as error:
            bench.leave_out(f"memory, {state}, {transport(tls)}, {name}", error)

    for tls in bench.options.transports:
        if bench.client("assay"):
            add("idle", "assay", tls, lambda users: idle(bench, tls, users, gates.GET_THEN_PAUSE))
            add("idle, cookies", "assay", tls, lambda users: idle(bench, tls, users, gates.COOKIES_THEN_PAUSE))
        for client in filter(None, map(bench.client, NAMES)):
            add("active", client.name, tls, lambda users: active(bench, client, tls, users))
    bench.progress("")
    bench.say(table(["", "client", "KiB a user", "peak", f"MiB at {few:,}", f"MiB at {many:,}"],
                    [[f"{transport(each['tls'])}, {each['state']}", each["client"], number(each["kib_a_user"]),
                      number(each["peak_kib_a_user"]), number(each["few_kib"] / 1024, 1),
                      number(each["many_kib"] / 1024, 1)] for each in found], left=(0, 1)))
    return found
