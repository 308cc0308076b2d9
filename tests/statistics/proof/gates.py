"""One real gate: two embedded targets of its own on 127.0.0.1, the built binary between them, and its verdict."""
import contextlib
import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

WARM_UP_S = 2
START_DEADLINE_S = 10
SLACK_S = 45  # beyond the planned duration, until a gate is given up
GRADES = {0: "pass", 1: "fail", 3: "invalid", 4: "inconclusive"}

GATE = """version: 1
name: proof
targets:
  candidate: {{ url: "http://127.0.0.1:1" }}
  baseline: {{ url: "http://127.0.0.1:1" }}
scenarios:
  usual:
    weight: 49
    steps:
      - {{ name: list items, get: /items, expect: {{ status: 200 }} }}
  rare:
    weight: 1
    steps:
      - {{ name: read report, get: /items/1, expect: {{ status: 200 }} }}
load:
  - {{ shape: constant-arrival-rate, rate: {rate}/s, arrivals: poisson, duration: {duration}s, warm_up: {warm_up}s }}
compare:
  - {{ metric: p50(response_time), margin: 10%, floor: 1ms }}
  - {{ metric: p95(response_time), margin: 10%, floor: 1ms }}
  - {{ metric: p99(response_time), margin: 20%, floor: 2ms }}
  - {{ metric: error_rate, margin: 1pp }}
  - {{ metric: stalls }}
"""

MEDIAN_MS = 50  # well above the milliseconds by which a busy machine delays a timer
SIGMA = 0.35


@dataclass(frozen=True)
class Case:
    title: str
    usual_ms: float = MEDIAN_MS
    rare_ms: float = MEDIAN_MS
    errors: str = "0%"
    stalls: bool = False

    def arguments(self, seconds):
        arguments = []
        for path, median_ms in (("/items", self.usual_ms), ("/items/*", self.rare_ms)):
            arguments += ["--path", f"{path}=lognormal({median_ms:g}ms,{SIGMA:g}) errors={self.errors}"]
        if self.stalls:
            # The stop is at the end of each period from the target's start: once in a gate of 30 s, once a minute.
            arguments += ["--stall", f"2s/{min(60, seconds * 5 // 6)}s"]
        return arguments


CASES = {
    "same": Case("identical targets"),
    "slower": Case("+20 % latency", usual_ms=1.2 * MEDIAN_MS, rare_ms=1.2 * MEDIAN_MS),
    "errors": Case("1.5 % errors", errors="1.5%"),
    "stall": Case("a stop of 2 s a minute", stalls=True),
    "tail": Case("2 % of the requests three times as slow", rare_ms=3 * MEDIAN_MS),
}


@contextlib.contextmanager
def target(assay, arguments, seed):
    """The URL of an embedded target that ends with the block."""
    process = subprocess.Popen([assay, "demo-target", "--seed", str(seed), *arguments], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    try:
        url = process.stdout.readline().strip()
        if not url:
            raise RuntimeError(f"the target ended at once: {process.communicate(timeout=START_DEADLINE_S)[1]}")
        yield url
    finally:
        process.terminate()
        try:
            process.communicate(timeout=START_DEADLINE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def run(assay, case, seconds, rate, number):
    """{"grade", "reason", "p_pass": {subject: p}} of gate `number`, which also decides its seeds."""
    folder = Path(tempfile.mkdtemp(prefix="assay-proof-"))
    try:
        gate = folder / "gate.yaml"
        gate.write_text(GATE.format(rate=rate, duration=seconds + WARM_UP_S, warm_up=WARM_UP_S))
        with target(assay, CASES[case].arguments(seconds), 2 * number) as candidate, \
                target(assay, CASES["same"].arguments(seconds), 2 * number + 1) as baseline:
            command = [assay, "run", str(gate), "--target", f"candidate={candidate}", "--target",
                       f"baseline={baseline}", "--seed", str(number), "--workers", "1", "--out", str(folder / "run"),
                       "--format", "json", "--quiet"]
            done = subprocess.run(command, capture_output=True, text=True, check=False,
                                  timeout=seconds + WARM_UP_S + SLACK_S)
        return judged(done)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def judged(done):
    if done.returncode not in GRADES:
        raise RuntimeError(f"assay run ended with {done.returncode}: {done.stderr.strip()}")
    verdict = json.loads(done.stdout)["verdict"]
    return {"grade": GRADES[done.returncode], "reason": verdict["reason"],
            "p_pass": {finding["subject"]: finding["p_pass"] for finding in verdict["findings"]
                       if finding.get("p_pass") is not None}}
