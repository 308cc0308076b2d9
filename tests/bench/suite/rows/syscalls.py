"""System calls a request. strace attaches when every connection stands, so start and set-up are not in it."""
import shutil

from ..measure import wait_until_steady
from ..processes import Child, Failed
from ..strace import count_calls
from ..tables import number, table, transport
from .cpu import able

TITLE = "system calls a request (strace, attached after all connections stand)"
WINDOW_S = 1.0
TURNS = 5  # requests of each connection at least: some clients write to all and then read from all
LONG_S = 200  # the client is ended when it has been traced
PEERS_AT = 64  # the tools beside wrk in this cell only, for the sake of time
SHOWN = 5


def measure(bench, client, tls, connections):
    load, server = bench.load(tls, connections), bench.server
    load.seconds = LONG_S
    before = server.wait_until_idle()
    with Child(client.command(load), bench.client_cores, client.environment, client.accepted) as child:
        if not wait_until_steady(server, before, connections, LONG_S / 2):
            raise Failed("not all connections stood in time")
        counts, requests = count_calls(child, server, WINDOW_S, TURNS * connections, bench.folder / "strace.out")
    if requests <= 0:
        raise Failed("the server handled nothing while it was traced")
    return {"client": client.name, "tls": tls, "connections": connections, "requests": requests,
            "calls": sum(counts.values()) / requests,
            "by_call": {name: count / requests for name, count in sorted(counts.items(), key=lambda item: -item[1])}}


def attempt(bench, client, tls, connections):
    bench.progress(f"strace: {transport(tls)}, {connections} connections, {client.name}")
    try:
        return measure(bench, client, tls, connections)
    except (Failed, OSError) as error:
        bench.leave_out(f"system calls of {client.name}, {transport(tls)}, {connections} connections", error)
        return None


def run(bench):
    if shutil.which("strace") is None:
        bench.leave_out("syscalls", "strace is not installed (ci/setup.sh bench)")
        return []
    found = []
    for tls in bench.options.transports:
        for connections in bench.options.connections:
            clients = [client for client in able(bench, connections)
                       if client.most_rounds > 1 or connections == PEERS_AT]
            found += [each for each in (attempt(bench, client, tls, connections) for client in clients) if each]
    bench.progress("")
    bench.say(table(["", "client", "calls a request", "of which"],
                    [[f"{transport(each['tls'])} {each['connections']:,}", each["client"], number(each["calls"]),
                      "  ".join(f"{name} {count:.2f}" for name, count in list(each["by_call"].items())[:SHOWN])]
                     for each in found], left=(0, 1, 3)))
    return found
