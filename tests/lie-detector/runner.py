"""Runs one trap against one tool and says what came of it."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

import support
from trap import NOT_ASKED, RIGHT, WRONG, Cell, Done, Wrong

TOOL_DEADLINE_S = 90
ATTEMPTS = 4
STARVED = 0.5  # of the time something waited for a CPU
CRASHES = (signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGSEGV)


class Disturbed(Exception):
    """The machine was too busy every time; says nothing about assay."""


def _folder(trap):
    return pathlib.Path(tempfile.mkdtemp(prefix=f"assay-lie-{trap.name}-"))


def _ended(process, during, deadline_s=TOOL_DEADLINE_S):
    """Waits for the tool; ends it, and whatever it started, when it does not end by itself."""
    try:
        during()
        return process.wait(timeout=deadline_s)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise


def _started(command, out, environment, cores=None):
    """A process group of its own, so that an interrupt reaches all that a terminal's would."""
    return subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                            env={**os.environ, **environment}, start_new_session=True,
                            preexec_fn=(lambda: os.sched_setaffinity(0, cores)) if cores else None)


def run_assay(trap, stage, gate_text, options=(), name="run", during=None):
    """One finished run; `during` is called while it runs, with its process."""
    gate = stage.folder / f"{name}.yaml"
    gate.write_text(gate_text)
    directory = stage.folder / name
    command = [os.path.abspath(support.ASSAY), "run", str(gate), "--out", str(directory), "--quiet",
               *trap.assay_options, *options]
    with open(stage.folder / f"{name}.txt", "w+", encoding="utf-8") as out:
        process = _started(command, out, stage.environment, stage.cores)
        exit_code = _ended(process, lambda: during(process) if during else None)
        out.seek(0)
        return support.Run(exit_code, out.read(), "", directory)


class Pressure:
    """How much of the time since its making something waited for a CPU, by the kernel's own account."""

    def __init__(self):
        self.begun, self.waited_us = time.monotonic(), self._waited_us()

    @staticmethod
    def _waited_us():
        try:
            text = pathlib.Path("/proc/pressure/cpu").read_text(encoding="ascii")
        except OSError:  # a kernel without it: nothing is known, nothing is excused
            return 0
        return int(re.search(r"some .*total=(\d+)", text)[1])

    def share(self):
        return (self._waited_us() - self.waited_us) * 1e-6 / (time.monotonic() - self.begun)


def _assay_once(trap, folder):
    """The cell, or None where the run says nothing because the machine was busy."""
    with trap.stage(folder) as stage:
        text = trap.gate(stage)
        run = run_assay(trap, stage, text, during=lambda process: trap.during(stage, process)) if text else None
        stage.seal()
        if run and (trap.is_disturbed(run) or trap.is_contaminated(run, stage)):
            return None
        try:
            words = trap.judge_assay(run, stage)
        except Wrong as wrong:
            return Cell(WRONG, str(wrong))
        return Cell(RIGHT, words or "")


def try_assay(trap):
    """A wrong answer while the machine was short of CPU is tried again too: where it is a defect, it stays wrong."""
    cell = None
    for _ in range(ATTEMPTS):
        folder, pressure = _folder(trap), Pressure()
        try:
            fresh = _assay_once(trap, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if fresh and (fresh.state == RIGHT or pressure.share() < STARVED):
            return fresh
        cell = fresh or cell
    if cell:
        return cell
    raise Disturbed(f"{trap.name}: disturbed {ATTEMPTS} times")


def run_peer(peer, command, stage, during=None):
    """One finished call; `during` is called while it runs, with its process."""
    with open(stage.folder / "output.txt", "w+", encoding="utf-8", errors="replace") as out:
        process = _started(command, out, {**peer.environment, **stage.environment}, stage.cores)
        exit_code = _ended(process, lambda: during(process) if during else None)
        out.seek(0)
        return Done(peer.read(out.read()), exit_code)


def _peer_once(trap, peer):
    folder = _folder(trap)
    peer = type(peer)(peer.program)  # prepare() leaves something in it, and other traps may run beside
    try:
        peer.prepare(folder, trap.k6_thresholds, trap.k6_iteration)
        with trap.stage(folder) as stage:
            command = trap.call(peer, stage)
            if command is None:
                return Cell(NOT_ASKED)
            try:
                done = run_peer(peer, command, stage, lambda process: trap.during(stage, process))
            except subprocess.TimeoutExpired:
                return Cell(WRONG, f"did not end within {TOOL_DEADLINE_S} s")
            stage.seal()
            if -done.exit_code in CRASHES:
                return Cell(WRONG, f"crashed ({signal.Signals(-done.exit_code).name})")
            return trap.judge_peer(peer, done, stage)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def try_peer(trap, peer):
    """Where a busy machine could make a tool look wrong, it is wrong only if it is so twice, or always if starved."""
    for attempt in range(1, ATTEMPTS + 1):
        pressure = Pressure()
        cell = _peer_once(trap, peer)
        if cell.state != WRONG or not trap.twice or (attempt > 1 and pressure.share() < STARVED):
            break
    return cell
