"""CPU time a request, client by client, cell by cell."""
from .. import rounds as reckon
from ..measure import measure_once, undisturbed
from ..processes import Failed
from ..tables import middle, number, span, table, transport

TITLE = "CPU us a request"
FIELD = "steady_us"


def able(bench, connections):
    """The clients that can fill a cell."""
    for client in bench.clients:
        if connections <= client.most_connections:
            yield client
        else:
            bench.absent[f"{client.name}, {connections} connections"] = \
                f"heavy: not asked for more than {client.most_connections} connections"


def rounds_of(bench, tls, connections):
    """10,000 handshakes are most of such a measurement; two rounds of them have to do."""
    return min(bench.options.rounds, 2) if tls and connections >= 10_000 else bench.options.rounds


def measure_cell(bench, tls, connections, window_s):
    """By client, its rounds. A client that fails is left out of the rest of the cell."""
    failed = set()

    def measure(client):
        if client.name in failed:
            return None
        bench.progress(f"{TITLE}: {transport(tls)}, {connections} connections, {client.name}")
        try:
            seconds = min(window_s, client.most_seconds)
            return undisturbed(lambda: measure_once(client, lambda: bench.load(tls, connections), seconds,
                                                    bench.client_cores),
                               bench.options.tries)
        except (Failed, ValueError, OSError) as error:
            failed.add(client.name)
            bench.leave_out(f"{client.name}, {transport(tls)}, {connections} connections", error)
            return None

    return reckon.run_rounds(list(able(bench, connections)), rounds_of(bench, tls, connections), measure)


def summary(rows):
    """By client: spreads, and ratios and differences formed within a round."""
    none = []
    wrk, floor, net = (rows.get(name, none) for name in ("wrk", "floor", "net"))
    made = {}
    for name, row in rows.items():
        if not any(row):
            continue
        made[name] = {field: reckon.spread(reckon.values(row, field))
                      for field in (FIELD, "whole_us", "user_us", "server_us", "per_s")}
        made[name]["x_wrk"] = reckon.spread(reckon.ratios(row, wrk, FIELD))
        made[name]["x_floor"] = reckon.spread(reckon.ratios(row, floor, FIELD))
        for mark in ("disturbed", "miscounted"):
            made[name][mark] = sum(reckon.values(row, mark))
        made[name]["rounds"] = sum(each is not None for each in row)
    assay = rows.get("assay", none)
    layers = {"net - floor": reckon.spread(reckon.differences(net, floor, FIELD)),
              "assay - net": reckon.spread(reckon.differences(assay, net, FIELD)),
              "assay - floor": reckon.spread(reckon.differences(assay, floor, FIELD))}
    return {"clients": made, "own_layers": layers}


def marks(numbers):
    said = ("disturbed", "miscounted")
    return ", ".join(f"{word} {numbers[word]} of {numbers['rounds']}" for word in said if numbers[word])


def cell_table(made):
    return table(["client", "CPU us a request", "x wrk", "x floor", "whole", "user", "server", "requests/s", ""],
                 [[name, span(n[FIELD]), span(n["x_wrk"]), span(n["x_floor"]), middle(n["whole_us"]),
                   middle(n["user_us"]), middle(n["server_us"]), middle(n["per_s"], 0), marks(n)]
                  for name, n in made["clients"].items()], left=(0, 8))


def overview(cells):
    rows = []
    for cell in cells:
        clients, layers = cell["summary"]["clients"], cell["summary"]["own_layers"]

        def of(name, field):
            return middle(clients[name][field]) if name in clients else None
        rows.append([f"{transport(cell['tls'])} {cell['connections']:,}",
                     *(of(name, FIELD) for name in ("floor", "net", "assay", "wrk")),
                     *(middle(layers[name]) for name in ("net - floor", "assay - net", "assay - floor")),
                     of("assay", "x_wrk"), of("assay", "x_floor"), of("wrk", "x_floor")])
    return table(["", "floor", "net", "assay", "wrk", "net - floor", "assay - net", "own layers", "assay x wrk",
                  "assay x floor", "wrk x floor"], rows)


def run(bench):
    cells = []
    for tls in bench.options.transports:
        for connections in bench.options.connections:
            rows = measure_cell(bench, tls, connections, bench.options.seconds)
            made = summary(rows)
            bench.progress("")
            bench.say(f"\n{transport(tls)}, {connections:,} connections")
            bench.say(cell_table(made))
            cells.append({"tls": tls, "connections": connections, "summary": made, "rounds": rows})
    bench.say(f"\n{TITLE}; own layers = assay - floor, medians of differences within a round")
    bench.say(overview(cells))
    disturbed = sum(n["disturbed"] for cell in cells for n in cell["summary"]["clients"].values())
    if disturbed:
        bench.say(f"  {number(disturbed, 0)} measurements stayed disturbed: foreign work took more than 5 % of the "
                  "cores in every try")
    return cells
