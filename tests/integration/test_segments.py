"""Two machines that take a half each have offered exactly what one machine would have offered."""
import subprocess
import unittest

import support

GATE = """version: 1
name: segments
targets:
  candidate: {{ url: "http://127.0.0.1:{one}" }}
  baseline: {{ url: "http://127.0.0.1:{two}" }}
scenarios:
  often: {{ weight: 3, steps: [ {{ name: list, get: /items }}, {{ name: read, get: /items/7 }} ] }}
  seldom: {{ weight: 1, steps: [ {{ name: create, post: /items, expect: {{ status: 201 }} }} ] }}
load:
  - {{ shape: constant-arrival-rate, rate: 101/s, duration: 3s, arrivals: poisson, warm_up: 500ms }}
thresholds:
  - error_rate < 1%
compare:
  - {{ metric: error_rate, margin: 5pp }}
"""


def counts(run):
    return sorted((s["step"], s["arm"], s["status_class"], s["failed"], s["count"]) for s in run.result["series"])


def slots(run):
    """Requests of each half second by intended start."""
    found = {}
    for series in run.result["series"]:
        for slot in series["slots"]:
            key = (series["step"], series["arm"], slot[0])
            found[key] = found.get(key, 0) + slot[1]
    return found


def first_steps(run):
    """Later steps of an iteration are intended when the step before is done, so only first steps lie on the schedule."""
    leading = {i for i, step in enumerate(run.result["steps"]) if step["name"] in ("list", "create")}
    return {key: count for key, count in slots(run).items() if key[0] in leading}


class Segments(support.IntegrationTest):
    def test_merged_segments_equal_the_undivided_run(self):
        one, two = self.nginx(), self.nginx()
        gate = self.gate(GATE.format(one=one.port, two=two.port))
        whole = self.run_gate(gate, "--seed", "7", out="whole")
        parts = [self.run_gate(gate, "--seed", "7", "--segment", f"{k}/2", out=f"part{k}") for k in (1, 2)]
        merged = subprocess.run([support.ASSAY, "merge", *(str(part.directory) for part in parts), "--out",
                                 str(self.folder / "merged")], capture_output=True, text=True, cwd=self.folder,
                                timeout=support.RUN_DEADLINE_S)
        joined = support.Run(merged.returncode, merged.stdout, merged.stderr, self.folder / "merged")
        self.assertTrue((joined.directory / "result.json").exists(), joined.output)
        for part in parts:
            self.assertGreater(part.requests(), 0)
        self.assertGreater(whole.requests(), 0)
        self.assertEqual(counts(joined), counts(whole))
        self.assertEqual(first_steps(joined), first_steps(whole))
        self.assertEqual(joined.result["health"]["intended"], whole.result["health"]["intended"])
        self.assertEqual(joined.result["segment"], {"index": 1, "count": 1})


if __name__ == "__main__":
    unittest.main()
