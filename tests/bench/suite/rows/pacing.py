"""How late assay sends what is due, by its own record: open model, every way of waiting, three rates.

The dispatch lag is the generator's own part: it is kept only where a user was free when the start was due. The send lag
also holds what waiting for a free user cost.
"""
import json
import math
import sys
from pathlib import Path

from .. import gates
from ..clients import Assay
from ..measure import undisturbed, watch
from ..processes import Child
from ..tables import number, table

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "integration"))
import support  # noqa: E402  (reads assay's histograms independently of assay)

TITLE = "lateness of arrivals, us (assay's own record)"
RATES = (1_000, 10_000, 50_000)
PACINGS = ("sleep", "hybrid", "spin")
USERS = 500
QUANTILES = (0.5, 0.99, 0.999)
SETTLE_S = 1.0       # as long as the gate's warm-up
LEAST_WATCHED_S = 2.0  # with fewer than 2,000 arrivals a p99.9 means nothing
END_DEADLINE_S = 60


def quantile_us(buckets, q):
    """Nearest rank, middle of the bucket; None where nothing was recorded."""
    total = sum(count for _, _, count in buckets)
    rank, seen = math.ceil(q * total), 0
    for lower, width, count in sorted(buckets):
        seen += count
        if seen >= rank > 0:
            return (lower + width // 2) / 1000
    return None


def lags(result):
    """(dispatch lag, send lag): quantiles in us."""
    dispatch = result["health"]["dispatch_lag"]
    sent = [support.read_histogram(series["times"]["send_lag"]["hdr"]) for series in result["series"]
            if "send_lag" in series["times"]]
    merged = [bucket for histogram in sent for bucket in histogram]
    own = support.read_histogram(dispatch["hdr"]) if dispatch else []
    return [quantile_us(own, q) for q in QUANTILES], [quantile_us(merged, q) for q in QUANTILES]


def measure(bench, assay, rate, seconds):
    load, server = bench.load(False, USERS), bench.server
    before = server.wait_until_idle()
    text = gates.gate(load.url, None, gates.arrivals(rate, math.ceil(SETTLE_S + seconds), USERS))
    with Child(assay.run(load.folder, text), bench.client_cores, accepted=assay.accepted) as child:
        watched = watch(child, server, before, 1, SETTLE_S, seconds, bench.client_cores | {server.core})
        child.wait(seconds + END_DEADLINE_S)
    result = json.loads((load.folder / "run" / "result.json").read_text())["result"]
    dispatch, sent = lags(result)
    health = result["health"]
    return {**watched, "dispatch_lag_us": dispatch, "send_lag_us": sent, "intended": health["intended"],
            "started": health["started"], "shed": health["shed"], "waited": health["waited"]}


def run(bench):
    binary = bench.assay().binary
    seconds = max(bench.options.seconds, LEAST_WATCHED_S)
    found = []
    for rate in RATES:
        for pacing in PACINGS:
            bench.progress(f"pacing: {rate}/s, {pacing}")
            assay = Assay(binary, pacing=pacing, name=f"pacing-{pacing}")
            one = undisturbed(lambda: measure(bench, assay, rate, seconds), bench.options.tries)
            found.append({"rate": rate, "pacing": pacing, **one})
    bench.progress("")
    rows = [[number(each["rate"], 0), each["pacing"],
             *(number(value, 1) for value in each["dispatch_lag_us"] + each["send_lag_us"]), f"{each['busy']:.0%}",
             number(each["steady_us"], 1), number(each["waited"], 0), number(each["shed"], 0),
             "disturbed" if each["disturbed"] else ""] for each in found]
    bench.say(table(["rate/s", "pacing", "lag p50", "p99", "p99.9", "send lag p50", "p99", "p99.9", "CPU of the core",
                     "CPU us", "waited", "shed", ""], rows, left=(1, 11)))
    return found
