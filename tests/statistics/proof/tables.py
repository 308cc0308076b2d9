"""The tables T1 to T7 as Markdown, from the counts."""
from . import aims, grid

RIVALS = ("point estimate", "fixed limits", "failed checks", "Kayenta, 60 points", "Kayenta, 10 points", "Mann-Whitney",
          "independent intervals")
ERROR_RIVALS = ("point estimate", "fixed limits", "failed checks", "two proportions", "independent intervals")
EFFECT_TEXTS = {"none": "identical code", "+10%": "+10 %, exactly at the margin of p50 and p95", "+20%": "+20 %",
                "tail": "2 % of the times x 3", "stall": "a stop of 2 s once a minute"}


def markdown(headers, rows):
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def whole(percent):
    return "·" if percent is None else f"{percent:.0f}"


def sizes_of(results, **wishes):
    return sorted({(cell.seconds, cell.rate) for cell in results.cells(**wishes)})


def cell_at(family, size, effect="none", own=5, declared=5):
    return grid.Cell("latency", family, *size, effect, own, declared)


def largest_errors(results, cells):
    """Largest false pass and false fail of any metric, in percent; mean coverage."""
    pairs, held, tested = [], 0, 0
    for cell in cells:
        for metric in aims.TESTED:
            if trials := results.count(cell, f"{metric}:tested"):
                pairs.append([100 * results.count(cell, f"{metric}:false-{side}") / trials for side in ("pass", "fail")])
        held, tested = (sum(each) for each in zip((held, tested), aims.coverage(results, cell)))
    if not pairs:
        return None
    return max(pair[0] for pair in pairs), max(pair[1] for pair in pairs), 100 * held / tested


def t1(results):
    groups = [("LN, BI, HT, ACS", [f for f in grid.TUNED if f not in grid.OWN_NOISE]), ("ACO", ["ACO"]),
              ("QUE", ["QUE"]), ("JIT", ["JIT"])]
    rows = []
    for size in sizes_of(results, part="latency", effect="none", own=5, declared=5):
        found = [largest_errors(results, [cell_at(family, size) for family in families]) for _, families in groups]
        rows.append([*size, *("·" if each is None else f"{each[0]:.1f} / {each[1]:.1f}" for each in found),
                     " / ".join("·" if each is None else f"{each[2]:.0f}" for each in found)])
    return ("T1. Wrong proof at the truth: false PASS / false FAIL in % (nominal 5 / 5), largest of p50, p95, tail5, p99; "
            "coverage of 90 % intervals",
            markdown(["s", "/s", *(name for name, _ in groups), "coverage, in the same order"], rows))


def t2(results):
    rows = []
    for size in sizes_of(results, part="latency", effect="none", own=5, declared=5):
        rows.append([*size, *(" / ".join(metric_pass(results, cell_at(family, size), metric) for metric in aims.JUDGED)
                              for family in grid.FAMILIES)])
    return ("T2. Identical code: PASS of each metric in %: p50@10 / p95@10 / tail5@10 / p99@10 / p99@20 "
            "(- = insufficient); no stored runs",
            markdown(["s", "/s", *grid.FAMILIES], rows))


def metric_pass(results, cell, metric):
    runs = results.runs.get(cell, 0)
    if not runs:
        return "·"
    return "-" if results.count(cell, f"{metric}:insufficient") * 2 > runs else whole(
        results.percent(cell, f"{metric}:pass"))


def t3(results):
    parts = []
    for effect in grid.EFFECTS:
        sizes = sizes_of(results, part="latency", effect=effect, own=5, declared=5)
        if not sizes:
            continue
        rows = [[*size, *(fail_pass(results, cell_at(family, size, effect), "full") for family in grid.FAMILIES)]
                for size in sizes]
        parts.append(f"{EFFECT_TEXTS[effect]}, gate p50@10 + p95@10 + p99@20 + stalls: FAIL / PASS in %\n\n"
                     + markdown(["s", "/s", *grid.FAMILIES], rows))
        parts.append(f"{EFFECT_TEXTS[effect]}, the same runs judged by others: FAIL in %, smallest .. largest of the sizes "
                     "above\n\n" + markdown(["rule", *grid.FAMILIES], rival_rows(results, effect, sizes)))
    return "T3. Whole gates, beside other rules", "\n\n".join(parts)


def fail_pass(results, cell, who):
    fail = results.percent(cell, f"{who}:fail")
    return "·" if fail is None else f"{whole(fail)} / {whole(results.percent(cell, f'{who}:pass'))}"


def rival_rows(results, effect, sizes):
    def span(who, family):
        shares = [results.percent(cell_at(family, size, effect), f"{who}:fail") for size in sizes]
        shares = [share for share in shares if share is not None]
        return "·" if not shares else f"{min(shares):.0f} .. {max(shares):.0f}"

    return [[title, *(span(who, family) for family in grid.FAMILIES)]
            for title, who in [("assay", "full"), *((rival, rival) for rival in RIVALS)]]


def t4(results):
    parts = []
    for margin, excesses in grid.MARGINS.items():
        for excess in excesses:
            found = results.cells(part="errors", margin=margin, excess=excess)
            if not found:
                continue
            rows = [[*size, *(fail_pass(results, _error_cell(family, size, margin, excess), "assay")
                              for family in grid.ERROR_FAMILIES)]
                    for size in sorted({(cell.seconds, cell.rate) for cell in found})]
            rivals = [[rival, "", *(_error_span(results, rival, family, found) for family in grid.ERROR_FAMILIES)]
                      for rival in ERROR_RIVALS]
            parts.append(f"margin {100 * margin:g} pp, candidate {_points(excess)}: FAIL / PASS in %, and FAIL of others\n\n"
                         + markdown(["s", "/s", *grid.ERROR_FAMILIES], rows + rivals))
    return "T4. Error rates; the baseline has 0.2 %", "\n\n".join(parts)


def _points(excess):
    return "identical" if excess == 0 else f"+{100 * excess:g} pp"


def _error_cell(family, size, margin, excess):
    return grid.Cell("errors", family, *size, margin=margin, excess=excess)


def _error_span(results, rival, family, found):
    shares = [results.percent(cell, f"{rival}:fail") for cell in found if cell.family == family]
    return f"{min(shares):.0f} .. {max(shares):.0f}" if shares else "·"


def t5(results):
    sizes = sizes_of(results, part="latency", effect="none", own=5, declared=5)
    rows = []
    for rate in sorted({rate for _, rate in sizes}):
        for metric in aims.JUDGED:
            rows.append([rate, metric, *(_shortest(results, family, rate, metric, sizes) for family in grid.FAMILIES)])
    return "T5. Shortest tested duration in s at which 80 % of identical candidates pass", markdown(
        ["/s", "metric", *grid.FAMILIES], rows)


def _shortest(results, family, rate, metric, sizes):
    tested = [seconds for seconds, each in sizes if each == rate and cell_at(family, (seconds, each)) in results.runs]
    for seconds in tested:
        if results.percent(cell_at(family, (seconds, rate)), f"{metric}:pass") >= 80:
            return seconds
    return f"> {tested[-1]}" if tested else "·"


def t6(results):
    rows = []
    for own, declared in grid.SENSITIVITY:
        for metric in ("p50@10", "p95@10"):
            cells = [cell_at("ACO", size, own=own, declared=declared) for size in grid.SENSITIVITY_SIZES]
            rows.append([f"own {own} s, declared {declared} s", metric,
                         *(_sensitivity(results, cell, metric) for cell in cells)])
    return ("T6. A wrong correlation time (ACO): false PASS / false FAIL in % at the truth, and PASS of identical code",
            markdown(["case", "metric", *(f"{s} s x {r}/s" for s, r in grid.SENSITIVITY_SIZES)], rows))


def _sensitivity(results, cell, metric):
    tested = results.count(cell, f"{metric}:tested") if cell in results.runs else 0
    if not tested:
        return "·"
    wrong = [100 * results.count(cell, f"{metric}:false-{side}") / tested for side in ("pass", "fail")]
    return f"{wrong[0]:.1f} / {wrong[1]:.1f}, {whole(results.percent(cell, f'{metric}:pass'))}"


def t7(results):
    rows = [[*size, *(" / ".join(whole(results.percent(cell_at(family, size, effect), "veto"))
                                 for effect in ("none", "stall")) for family in grid.FAMILIES)]
            for size in sizes_of(results, part="latency", effect="stall")]
    return "T7. \"Stall seen in candidate only\" keeps from passing: % of runs, identical code / with a stall", markdown(
        ["s", "/s", *grid.FAMILIES], rows)


MAKERS = {"T1": t1, "T2": t2, "T3": t3, "T4": t4, "T5": t5, "T6": t6, "T7": t7}


def show(results, tables, say):
    for name in tables:
        title, text = MAKERS[name](results)
        say(f"\n## {title}\n\n{text}")


def summary(results):
    """One line a rule, over all sizes and families that were run: for the top README."""
    columns = [("none", "fail", max), ("+10%", "pass", max), ("+20%", "pass", max), ("+20%", "fail", min),
               ("stall", "pass", max)]
    rows = []
    for title, who in [("**assay**", "full"), *((rival, rival) for rival in RIVALS)]:
        row = [title]
        for effect, answer, worst in columns:
            shares = [results.percent(cell, f"{who}:{answer}") for cell in
                      results.cells(part="latency", effect=effect, own=5, declared=5)
                      if effect != "stall" or cell.seconds >= 60]  # shorter runs have a stop in half of the cases
            row.append(f"{sum(shares) / len(shares):.1f} ({worst(shares):.0f})" if shares else "·")
        rows.append(row)
    return markdown(["rule", "fails identical code", "promotes +10 %, the margin", "promotes +20 %", "finds +20 %",
                     "promotes a stop of 2 s a minute"], rows)
