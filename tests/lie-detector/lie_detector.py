"""Runs every trap against assay and against every other load generator that is installed, and prints who is right.

    python3 -B tests/lie-detector/lie_detector.py [--trap NAME]... [--tool NAME]... [--json FILE] [--markdown FILE]

Exit 1 when assay is wrong in any row, 3 when the machine was too busy to tell, 70 when a trap itself failed.
ASSAY_BINARY says which assay.
"""
import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import threading
import traceback

import stage  # noqa: F401  (first: it puts the neighbours on the path)
import catalogue
import peers
import runner
import support
import table
from trap import NOT_ASKED, SILENT, WRONG, Cell

BESIDE = 3  # cells at a time, where nothing is measured that this could spoil


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trap", action="append", metavar="NAME", help="only this one; repeatable")
    parser.add_argument("--tool", action="append", metavar="NAME", help="only this one; repeatable; assay is one")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--markdown", metavar="FILE")
    parser.add_argument("--list", action="store_true", help="print the names of all traps")
    return parser.parse_args()


def assay_version():
    done = subprocess.run([os.path.abspath(support.ASSAY), "--version"], capture_output=True, text=True, timeout=10)
    return done.stdout.strip().removeprefix("assay ")


class Detector:
    def __init__(self, traps, others, with_assay):
        self.traps, self.others, self.with_assay = traps, others, with_assay
        self.cells = {trap.name: {} for trap in traps}
        self.busy, self.broken = [], False
        self.lock = threading.Lock()

    def _try(self, trap, peer):
        name = peer.name if peer else "assay"
        try:
            cell = runner.try_peer(trap, peer) if peer else runner.try_assay(trap)
        except runner.Disturbed as disturbed:
            cell = Cell(NOT_ASKED, str(disturbed))
            self.busy.append(str(disturbed))
        except Exception:  # the other fields are worth their time; the exit code says that one is missing
            traceback.print_exc()
            cell = Cell(SILENT, "the trap itself failed")
            self.broken = True
        with self.lock:
            self.cells[trap.name][name] = cell
            print(f"{trap.name:<26}{name:<12}{cell.text}", file=sys.stderr, flush=True)

    def _alone(self, trap, peer):
        """A tool without a rate takes all that the machine has, so nothing may be measured beside it."""
        return trap.alone or (peer is not None and not peer.has_rate)

    def run(self):
        everybody = ([None] if self.with_assay else []) + self.others
        pairs = [(trap, peer) for peer in everybody for trap in self.traps]
        with concurrent.futures.ThreadPoolExecutor(BESIDE) as pool:
            jobs = [pool.submit(self._try, *pair) for pair in pairs if not self._alone(*pair)]
            for job in jobs:
                job.result()
        for pair in pairs:
            if self._alone(*pair):
                self._try(*pair)

    def rows(self):
        order = (["assay"] if self.with_assay else []) + [peer.name for peer in self.others]
        return [(trap, {name: self.cells[trap.name][name] for name in order}) for trap in self.traps]


def main():
    options = arguments()
    if options.list:
        print("\n".join(f"{trap.name:<26}{trap.title}" for trap in catalogue.TRAPS))
        return 0
    try:
        traps = [catalogue.named(name) for name in options.trap] if options.trap else catalogue.TRAPS
    except KeyError as error:
        sys.exit(f"lie_detector: {error.args[0]}")
    others = [peer for peer in peers.installed() if not options.tool or peer.name in options.tool]
    with_assay = not options.tool or "assay" in options.tool
    unknown = set(options.tool or []) - {"assay"} - {peer.name for peer in others}
    if unknown:
        sys.exit(f"lie_detector: not installed: {', '.join(sorted(unknown))}")
    detector = Detector(traps, others, with_assay)
    detector.run()
    tools = ([table.Tool("assay", assay_version())] if with_assay else []) + [
        table.Tool(peer.name, peer.version(), peer.rate_note) for peer in others]
    rows = detector.rows()
    print(table.text(rows, tools))
    if options.json:
        pathlib.Path(options.json).write_text(table.document(rows, tools), encoding="utf-8")
    if options.markdown:
        pathlib.Path(options.markdown).write_text(table.markdown(rows, tools), encoding="utf-8")
    if with_assay and any(cells["assay"].state == WRONG for _, cells in rows):
        return 1
    return 70 if detector.broken else 3 if detector.busy else 0


if __name__ == "__main__":
    sys.exit(main())
