"""Instructions in user space and allocations a request, by callgrind: the difference of a long and a short run.

What start and end cost is in both and cancels. Counts, not times: other work on the machine hardly changes them.
"""
import shutil

from .. import callgrind
from ..processes import Child, Failed
from ..tables import number, table, transport

TITLE = "instructions and allocations a request (callgrind, long run - short run)"
CONNECTIONS = 64
SHORT_S, LONG_S = 6, 14       # for a client that only knows seconds
LEAST_SHORT = 20 * CONNECTIONS  # requests; with fewer the short run may have ended before its handshakes did
DEADLINE_S = 300
FUNCTIONS = 15
NAMES = ("floor", "net", "assay", "wrk")


def profile_of(bench, client, load):
    out = bench.folder / "callgrind.out"
    out.unlink(missing_ok=True)
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", *client.command(load)]
    with Child(command, bench.client_cores, client.environment, client.accepted) as child:
        ended = child.wait(DEADLINE_S)
    requests, _ = client.read(ended.output)
    return requests, callgrind.parse_profile(out.read_text())


def measure(bench, client, tls):
    limits = [{"seconds": SHORT_S}, {"seconds": LONG_S}]
    if client.counts_requests:
        limits = [{"requests": count} for count in bench.options.callgrind_requests]
    found = []
    for limit in limits:
        bench.progress(f"callgrind: {transport(tls)}, {client.name}, {limit}")
        found.append(profile_of(bench, client, bench.load(tls, CONNECTIONS, **limit)))
        bench.server.wait_until_idle()
    (short_requests, short), (long_requests, long) = found
    requests = long_requests - short_requests
    if requests <= 0 or short_requests < LEAST_SHORT:
        raise Failed(f"{client.name} made {short_requests} requests in the short run, {long_requests} in the long one")
    instructions, allocations, functions = callgrind.difference(long, short, requests)
    return {"client": client.name, "tls": tls, "requests": requests, "instructions": instructions,
            "allocations": allocations, "functions": functions[:4 * FUNCTIONS]}


def attempt(bench, name, tls):
    client = bench.client(name)
    if client and bench.options.quick and not client.counts_requests:
        bench.leave_out(f"instructions of {name}, {transport(tls)}", "takes too long for --quick")
        return None
    try:
        return client and measure(bench, client, tls)
    except Failed as error:
        bench.leave_out(f"instructions of {name}, {transport(tls)}", error)
        return None


def show(bench, tls, found):
    bench.progress("")
    bench.say(f"\n{transport(tls)}, {CONNECTIONS} connections")
    bench.say(table(["client", "instructions", "allocations"],
                    [[each["client"], number(each["instructions"], 0), number(each["allocations"], 3)]
                     for each in found]))
    assay = next((each for each in found if each["client"] == "assay"), None)
    if assay:
        total = assay["instructions"]
        bench.say("\n" + table([f"assay, {transport(tls)}: by function", "a request", "of all"],
                               [[name[:90], number(cost, 0), f"{cost / total:.1%}"]
                                for name, cost in assay["functions"][:FUNCTIONS]]))


def run(bench):
    if shutil.which("valgrind") is None:
        bench.leave_out("instructions", "valgrind is not installed (ci/setup.sh bench)")
        return []
    results = []
    for tls in bench.options.transports:
        found = [each for each in (attempt(bench, name, tls) for name in NAMES) if each]
        show(bench, tls, found)
        results += found
    return results
