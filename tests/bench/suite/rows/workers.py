"""CPU a request with two workers against one, on the same cores.

A second worker can cost in two ways. On one core: wake-ups and smaller batches. On two cores: whatever both touch.
With two cores in all, the server shares one of them with the workers in the second case, in both runs alike; with a
third core the workers have two for themselves.
"""
import os

from .. import rounds as reckon
from ..clients import Assay
from ..measure import measure_once, undisturbed
from ..tables import middle, number, span, table

TITLE = "CPU us a request, two workers against one, on the same cores"
CONNECTIONS = (64, 1000)
FIELD = "steady_us"


def placements(options):
    """[(how it is called, cores of the client), ...]"""
    spare = sorted(os.sched_getaffinity(0) - {options.client_core, options.server_core})
    two = ("two cores of their own", {options.client_core, spare[0]}) if spare else \
        ("two cores, one shared with the server", {options.client_core, options.server_core})
    return [("one core", {options.client_core}), two]


def run(bench):
    binary = bench.assay().binary
    clients = [Assay(binary, workers=count, name=f"workers-{count}") for count in (1, 2)]
    found = []
    for place, cores in placements(bench.options):
        for connections in CONNECTIONS:
            bench.progress(f"workers: {place}, {connections} connections")
            rows = reckon.run_rounds(clients, bench.options.rounds, lambda client: undisturbed(
                lambda: measure_once(client, lambda: bench.load(False, connections), bench.options.seconds, cores),
                bench.options.tries))
            one, two = rows["workers-1"], rows["workers-2"]
            found.append({"place": place, "connections": connections, "rounds": rows,
                          "one_us": reckon.spread(reckon.values(one, FIELD)),
                          "two_us": reckon.spread(reckon.values(two, FIELD)),
                          "ratio": reckon.spread(reckon.ratios(two, one, FIELD)),
                          "disturbed": sum(each["disturbed"] for row in rows.values() for each in row)})
    bench.progress("")
    bench.say(table(["", "connections", "one worker", "two workers", "two / one", "disturbed"],
                    [[each["place"], number(each["connections"], 0), middle(each["one_us"]), middle(each["two_us"]),
                      span(each["ratio"], 3), number(each["disturbed"], 0)] for each in found]))
    return found
