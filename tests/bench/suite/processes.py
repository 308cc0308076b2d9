"""One process under measurement: started on its core, watched, and reaped with what it used."""
import contextlib
import os
import select
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from .servers import pinned

CPU_CLOCK_OF_PROCESS = 2  # CPUCLOCK_SCHED; clock ids of other processes are made as clock_getcpuclockid(3) does


class Failed(RuntimeError):
    """A client could not do what it was asked."""


def cpu_seconds(pid):
    """User and system time of all threads, those that have ended too; nanoseconds exact, unlike /proc/PID/stat.
    Children count, because some clients are a pipe of two programs."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return time.clock_gettime((~pid << 3) | CPU_CLOCK_OF_PROCESS) + sum(cpu_seconds(int(child)) for child in children)


def resident_kib(pid):
    """(now, at its peak)."""
    values = {}
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            key, _, value = line.partition(":")
            if key in ("VmRSS", "VmHWM"):
                values[key] = int(value.split()[0])
    if len(values) < 2:
        raise Failed(f"process {pid} has ended")
    return values["VmRSS"], values["VmHWM"]


@dataclass
class Ended:
    output: str
    errors: str
    status: int
    user_s: float
    system_s: float
    peak_rss_kib: int

    @property
    def cpu_s(self):
        return self.user_s + self.system_s


class Child:
    """A running program on its cores; killed at the end of the context if it still runs. `accepted`: the exit statuses
    that are no error, None for all."""

    def __init__(self, command, cores, environment=None, accepted=(0,)):
        self.command, self.cores, self.accepted = [str(word) for word in command], cores, accepted
        self._out, self._err = tempfile.TemporaryFile("w+"), tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=self._out, stderr=self._err,
                                         env={**os.environ, **(environment or {})}, preexec_fn=pinned(cores))
        self.pid = self._process.pid
        self._descriptor = os.pidfd_open(self.pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._process.returncode is None:
            self._process.kill()
            self._process.wait()
        os.close(self._descriptor)
        self._out.close()
        self._err.close()

    def ended_within(self, seconds):
        return bool(select.select([self._descriptor], [], [], max(0, seconds))[0])

    def check(self):
        """Raises when it has already ended badly."""
        if self.ended_within(0):
            self.wait(1)

    def interrupt(self, number):
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    def wait(self, deadline_s):
        if not self.ended_within(deadline_s):
            raise Failed(f"{self.command[0]} still runs after {deadline_s:.0f} s\n{self.texts()}")
        _, status, usage = os.wait4(self.pid, 0)  # reaped here: only wait4 tells the microseconds
        self._process.returncode = os.waitstatus_to_exitcode(status)
        ended = Ended(self._read(self._out), self._read(self._err), self._process.returncode, usage.ru_utime,
                      usage.ru_stime, usage.ru_maxrss)
        if self.accepted is not None and ended.status not in self.accepted:
            raise Failed(f"{' '.join(self.command)} ended with {ended.status}\n{self.texts()}")
        return ended

    def texts(self):
        return (self._read(self._out) + self._read(self._err))[-2000:]

    @staticmethod
    def _read(file):
        file.seek(0)
        return file.read()
