"""Runs the pieces that the journal does not have yet, several processes at a time, and adds up their counts."""
import concurrent.futures
import hashlib
import json
import subprocess
import time
from collections import defaultdict
from itertools import chain, zip_longest
from pathlib import Path

from . import grid

PIECE_DEADLINE_S = 600


def fingerprint(program):
    return hashlib.sha256(Path(program).read_bytes()).hexdigest()[:16]


def in_turns(lists):
    """The first of each, then the second of each: what is there after an interruption covers every cell."""
    nothing = object()
    return [each for each in chain.from_iterable(zip_longest(*lists, fillvalue=nothing)) if each is not nothing]


def wanted_pieces(cells, runs):
    """`runs`: a number for every cell, or None for the usual ones."""
    return in_turns([grid.pieces(cell, runs or grid.usual_runs(cell)) for cell in cells])


def run_piece(program, piece):
    command = [program, *piece.cell.arguments(), "--seed", str(piece.seed), "--runs", str(piece.runs),
               "--cross-check", "1" if piece.seed == 1 else "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PIECE_DEADLINE_S, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip() or done.returncode}")
    return json.loads(done.stdout)


def run_missing(program, pieces, journal, jobs, seconds, say):
    """Starts no piece after `seconds`; True if all were done."""
    finished = {json.dumps(entry["piece"], sort_keys=True) for entry in journal.entries if "piece" in entry}
    missing = [piece for piece in pieces if json.dumps(piece.key(), sort_keys=True) not in finished]
    began = time.monotonic()
    todo = iter(missing)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        running = {}

        def start_next():
            piece = next(todo, None) if time.monotonic() - began < seconds else None
            if piece is not None:
                running[pool.submit(run_piece, program, piece)] = piece

        for _ in range(jobs):
            start_next()
        count = 0
        while running:
            done, _ = concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
            for future in done:
                journal.add(piece=running.pop(future).key(), counts=future.result())
                count += 1
                start_next()
    say(f"{count} of {len(missing)} missing pieces run in {time.monotonic() - began:.0f} s; "
        f"{len(pieces) - len(missing)} were there already")
    return count == len(missing)


class Results:
    """Counts by cell: what the tables are made from."""

    def __init__(self, journal, pieces):
        wanted = {json.dumps(piece.key(), sort_keys=True): piece for piece in pieces}
        self.runs = defaultdict(int)
        self.counts = defaultdict(lambda: defaultdict(int))
        for entry in journal.entries:
            piece = wanted.pop(json.dumps(entry.get("piece"), sort_keys=True), None)
            if piece is None:
                continue
            self.runs[piece.cell] += piece.runs
            for what, count in entry["counts"].items():
                self.counts[piece.cell][what] += count

    def cells(self, **wishes):
        return [cell for cell in self.runs if all(getattr(cell, name) == wish for name, wish in wishes.items())]

    def count(self, cell, what):
        return self.counts[cell][what]

    def percent(self, cell, what):
        return 100 * self.counts[cell][what] / self.runs[cell] if self.runs.get(cell) else None

    def as_json(self):
        return [{"cell": vars(cell), "runs": self.runs[cell], "counts": dict(self.counts[cell])}
                for cell in self.runs]
