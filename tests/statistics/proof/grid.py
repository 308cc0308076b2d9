"""Which cells the tables need, how many runs each gets, and in which pieces they are run."""
from dataclasses import asdict, dataclass

TUNED = ("LN", "BI", "HT", "ACS", "ACO")  # what the method was developed on
UNTUNED = ("QUE", "JIT")
FAMILIES = TUNED + UNTUNED
OWN_NOISE = ("ACO", "QUE", "JIT")
EFFECTS = ("none", "+10%", "+20%", "tail", "stall")
ERROR_FAMILIES = ("independent", "shared", "own-1s", "own-5s", "own-drift")

SIZES = [(seconds, rate) for seconds in (30, 60, 120, 600) for rate in (50, 200, 1000)]
QUICK_SIZES = [(30, 200), (60, 200), (120, 200), (120, 1000)]
ERROR_SIZES = [(seconds, rate) for seconds in (30, 60, 120, 600, 1800) for rate in (50, 200, 1000)]
QUICK_ERROR_SIZES = [(60, 200), (120, 200), (600, 200)]
MARGINS = {0.0025: (0, 0.0025, 0.005, 0.01), 0.01: (0, 0.01, 0.02)}  # and the excesses looked at
SENSITIVITY_SIZES = [(30, 50), (30, 400), (60, 400), (120, 400), (600, 50)]
SENSITIVITY = [(1, 5), (5, 5), (20, 5), (20, 20)]  # true and declared correlation time of own drift
TABLES = ("T1", "T2", "T3", "T4", "T5", "T6", "T7")
QUICK_RUNS = 100
REQUESTS_IN_PIECE = 2_000_000  # a few seconds of work


@dataclass(frozen=True)
class Cell:
    part: str  # latency, errors
    family: str
    seconds: int
    rate: int
    effect: str = "none"
    own: int = 5
    declared: int = 5
    margin: float = 0.0
    excess: float = 0.0

    def arguments(self):
        common = [self.part, "--family", self.family, "--seconds", self.seconds, "--rate", self.rate,
                  "--declared", self.declared]
        special = (["--effect", self.effect, "--own", self.own] if self.part == "latency" else
                   ["--margin", self.margin, "--excess", self.excess])
        return [str(each) for each in common + special]


@dataclass(frozen=True)
class Piece:
    """Some of a cell's runs."""
    cell: Cell
    seed: int
    runs: int

    def key(self):
        return {**asdict(self.cell), "seed": self.seed, "runs": self.runs}


def usual_runs(cell):
    requests = cell.seconds * cell.rate
    if cell.part == "errors":
        return 720 if cell.seconds <= 120 else 360
    for limit, runs in ((25_000, 1000), (50_000, 600), (100_000, 400), (500_000, 200)):
        if requests <= limit:
            return runs
    return 100


def cells(tables, quick):
    """Without repetition, those that several tables share once."""
    sizes, error_sizes = (QUICK_SIZES, QUICK_ERROR_SIZES) if quick else (SIZES, ERROR_SIZES)
    effects = set()
    for table, needed in (("T1", ("none",)), ("T2", ("none",)), ("T3", EFFECTS), ("T5", ("none",)),
                          ("T7", ("none", "stall"))):
        if table in tables:
            effects.update(needed)
    found = [Cell("latency", family, seconds, rate, effect)
             for effect in EFFECTS if effect in effects for seconds, rate in sizes for family in FAMILIES]
    if "T4" in tables:
        found += [Cell("errors", family, seconds, rate, margin=margin, excess=excess)
                  for margin, excesses in MARGINS.items() for excess in excesses
                  for seconds, rate in error_sizes for family in ERROR_FAMILIES]
    if "T6" in tables:
        found += [Cell("latency", "ACO", seconds, rate, own=own, declared=declared)
                  for own, declared in SENSITIVITY
                  for seconds, rate in (SENSITIVITY_SIZES[1:4] if quick else SENSITIVITY_SIZES)]
    return list(dict.fromkeys(found))


def pieces(cell, runs):
    """The same pieces whatever `runs` is, as far as they go: more runs later add to what was done."""
    at_once = max(1, min(100, REQUESTS_IN_PIECE // (cell.seconds * cell.rate)))
    return [Piece(cell, 1 + done, min(at_once, runs - done)) for done in range(0, runs, at_once)]
