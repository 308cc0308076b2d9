"""Facts about the machine, and how much of it somebody else used while something was measured."""
import functools
import gzip
import os
import platform
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
DISTURBED_ABOVE = 0.05  # of the time of the cores in use


@dataclass
class CoreTimes:
    """Seconds since the start of the machine, of several cores together."""
    idle: float    # exact where the kernel stops the tick of an idle core, as all of today do
    steal: float   # taken by the hypervisor while there was work
    interrupts: float


def parse_core_times(text, cores):
    """What /proc/stat says of `cores`, added up."""
    idle = steal = interrupts = 0
    for line in text.splitlines():
        name, *ticks = line.split()
        if not re.fullmatch(r"cpu\d+", name) or int(name[3:]) not in cores:
            continue
        _user, _nice, _system, idling, iowait, irq, softirq, stolen = map(int, ticks[:8])
        idle += idling + iowait
        steal += stolen
        interrupts += irq + softirq
    return CoreTimes(idle / TICKS_PER_S, steal / TICKS_PER_S, interrupts / TICKS_PER_S)


def core_times(cores):
    return parse_core_times(Path("/proc/stat").read_text(), cores)


@functools.cache
def interrupts_are_separate():
    """Some kernels (Debian's) keep the time of interrupts, and so of most of the loopback's work, out of the time of
    the process that they interrupt; then it is no foreign work."""
    configuration = Path(f"/boot/config-{platform.release()}")
    packed = Path("/proc/config.gz")
    text = (configuration.read_text() if configuration.exists() else
            gzip.decompress(packed.read_bytes()).decode() if packed.exists() else "")
    return "CONFIG_IRQ_TIME_ACCOUNTING=y" in text


def foreign_share(before, after, known_s, wall_s, cores, separate_interrupts):
    """Part of the cores' time that was neither idle nor used by client, server and this program, the hypervisor's
    included."""
    busy = wall_s * cores - (after.idle - before.idle)
    if separate_interrupts:
        busy -= after.interrupts - before.interrupts
    return max(0.0, busy - known_s) / (wall_s * cores)


def is_disturbed(foreign, steal):
    return max(foreign, steal) > DISTURBED_ABOVE


def _first_line(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[0] if lines else None


def facts():
    cpu = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.M)
    return {"cpu": cpu[1] if cpu else platform.machine(), "cores": len(os.sched_getaffinity(0)),
            "kernel": platform.release(), "python": platform.python_version(),
            "interrupts_are_separate": interrupts_are_separate(),
            "memory_kib": int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())[1]),
            "load_average": os.getloadavg(),
            "versions": {"nginx": _first_line(["nginx", "-v"]), "openssl": _first_line(["openssl", "version"]),
                         "valgrind": _first_line(["valgrind", "--version"]),
                         "strace": _first_line(["strace", "--version"])}}
