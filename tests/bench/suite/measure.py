"""What a client costs for each request.

Two numbers. `whole`: all CPU time of the process, from wait4, over the requests it says it completed; start, end and
opening connections are in it. `steady`: CPU time between two moments once every connection stands, over the requests
that the server handled in between; this is the one that comparisons use, because a run of seconds would otherwise weigh
the start of a program as no real run does.
"""
import time

from . import machine
from .processes import Child, Failed, cpu_seconds

RUN_DEADLINE_SLACK_S = 60
# Opening connections may take this long after the start. A handshake takes the client about 1 ms when 10,000 are made
# at once.
SETTLE_S = 0.5
SETTLE_PER_PLAIN_S = 0.0001
SETTLE_PER_TLS_S = 0.0014
LONGER = 5
POLL_S = 0.02


def settle_seconds(connections, tls):
    return SETTLE_S + connections * (SETTLE_PER_TLS_S if tls else SETTLE_PER_PLAIN_S)


class Moment:
    """Counters of everybody involved, read together."""

    def __init__(self, pid, server, cores):
        self.served = server.served()
        self.at = time.monotonic()
        self.client_s = cpu_seconds(pid)
        self.server_s = cpu_seconds(server.pid)
        self.own_s = time.process_time()
        self.cores = machine.core_times(cores)


def window(first, last, cores):
    """What happened between two moments, for each request."""
    requests, wall_s = last.served - first.served, last.at - first.at
    client_s, server_s = last.client_s - first.client_s, last.server_s - first.server_s
    if requests <= 0:
        raise Failed("the server handled nothing while it was watched")
    known_s = client_s + server_s + last.own_s - first.own_s
    return {"steady_us": client_s / requests * 1e6, "steady_requests": requests, "per_s": requests / wall_s,
            "server_us": server_s / requests * 1e6, "busy": client_s / wall_s,
            "foreign": machine.foreign_share(first.cores, last.cores, known_s, wall_s, cores,
                                             machine.interrupts_are_separate()),
            "steal": (last.cores.steal - first.cores.steal) / (wall_s * cores)}


def wait_until_steady(server, served_before, connections, deadline_s):
    """True once every connection stands and, on average, has had two answers."""
    deadline = time.monotonic() + deadline_s
    while time.monotonic() < deadline:
        active, served = server.status()
        if active >= connections and served - served_before >= 2 * connections:
            return True
        time.sleep(POLL_S)
    return False


class TooShort(Failed):
    """Opening the connections took longer than was planned for."""


def watch(child, server, served_before, connections, settle_s, window_s, cores):
    """A window in the life of a running client. It must live longer than both times together."""
    if not wait_until_steady(server, served_before, connections, settle_s):
        child.check()
        raise TooShort(f"its {connections} connections did not stand within {settle_s:.1f} s")
    first = Moment(child.pid, server, cores)
    if child.ended_within(window_s):
        child.check()
        raise TooShort(f"it ended before it had been watched for {window_s} s")
    return window(first, Moment(child.pid, server, cores), len(cores))


def measure_once(client, new_load, window_s, client_cores):
    """A closed run, long enough to settle and to be watched for `window_s`; a longer one where that was too short.
    `new_load` makes what is asked for, in a clean folder."""
    try:
        return _measure_run(client, new_load(), 1, window_s, client_cores)
    except TooShort:
        return _measure_run(client, new_load(), LONGER, window_s, client_cores)


def _measure_run(client, load, patience, window_s, client_cores):
    settle_s = patience * (client.start_s + settle_seconds(load.connections, load.tls))
    server = load.server
    load.seconds = settle_s + window_s
    served_before = server.wait_until_idle()
    with Child(client.command(load), client_cores, client.environment, client.accepted) as child:
        watched = watch(child, server, served_before, load.connections, settle_s, window_s,
                        client_cores | {server.core})
        ended = child.wait(load.seconds + RUN_DEADLINE_SLACK_S)
    requests, errors = client.read(ended.output)
    if requests == 0:
        raise Failed("it says that it completed no request")
    served = server.wait_until_idle() - served_before
    return {**watched, "requests": requests, "errors": errors, "served": served,
            "miscounted": counts_differ(requests, served, load.connections), "whole_us": ended.cpu_s / requests * 1e6,
            "user_us": ended.user_s / requests * 1e6, "peak_rss_kib": ended.peak_rss_kib}


def counts_differ(requests, served, connections):
    """A client's own count against the server's; what was under way at the end may be missing from it."""
    return abs(requests - served) > connections + served * 0.01


def undisturbed(attempt, tries):
    """The measurement that `attempt` makes, made again while others use the cores. The last one counts, marked."""
    for number in range(1, tries + 1):
        result = attempt()
        result["disturbed"] = machine.is_disturbed(result["foreign"], result["steal"])
        result["tries"] = number
        if not result["disturbed"]:
            break
    return result
