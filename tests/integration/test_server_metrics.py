"""Server metrics from a real Prometheus: production's own traffic is watched (assay watch, load: none). What is equal passes,
each planted harm fails by its own metric, and what cannot be known never passes, with the reason."""
import json
import pathlib
import random
import signal
import subprocess
import tempfile
import time
import unittest

import alert_stage
import support

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1)
RATE = 400  # requests a second of each version
WATCHED = "30s"


class Version:
    """One deployed version with traffic of its own, as its /metrics tell it."""

    def __init__(self, name, seed, errors=0.0, slower=1.0, memory=100e6, rate=RATE, error_status="500", starts_failing=0.0):
        self.name, self.errors, self.slower, self.memory, self.rate = name, errors, slower, memory, rate
        self.error_status, self.starts_failing = error_status, starts_failing
        self.random = random.Random(seed)
        self.start = time.monotonic()
        self.served = 0
        self.restart()

    def restart(self):
        """Counters begin at 0 again; the traffic goes on."""
        self.statuses, self.buckets, self.sum, self.count = {"200": 0}, [0] * len(BOUNDS), 0.0, 0

    def serve(self):
        elapsed = time.monotonic() - self.start
        due = int(self.rate * elapsed)
        for _ in range(due - self.served):
            failing = elapsed >= self.starts_failing
            status = self.error_status if failing and self.random.random() < self.errors else "200"
            self.statuses[status] = self.statuses.get(status, 0) + 1
            took = 0.02 * self.random.lognormvariate(0, 0.5) * self.slower
            self.count += 1
            self.sum += took
            for i, bound in enumerate(BOUNDS):
                self.buckets[i] += took <= bound
        self.served = due

    def text(self):
        self.serve()
        lines = ["# TYPE shop_requests_total counter"]
        lines += [f'shop_requests_total{{version="{self.name}",status="{status}"}} {n}' for status, n in self.statuses.items()]
        lines.append("# TYPE shop_seconds histogram")
        lines += [f'shop_seconds_bucket{{version="{self.name}",le="{bound}"}} {n}' for bound, n in zip(BOUNDS, self.buckets)]
        lines += [f'shop_seconds_bucket{{version="{self.name}",le="+Inf"}} {self.count}',
                  f'shop_seconds_sum{{version="{self.name}"}} {self.sum}', f'shop_seconds_count{{version="{self.name}"}} {self.count}',
                  "# TYPE shop_memory_bytes gauge",
                  f'shop_memory_bytes{{version="{self.name}"}} {self.memory * self.random.uniform(0.98, 1.02)}']
        return "\n".join(lines) + "\n"


METRICS = """
    - { name: server_errors, errors: 'shop_requests_total{$arm, status=~"5.."}', requests: 'shop_requests_total{$arm}' }
    - { name: server_p95, histogram: 'shop_seconds_bucket{$arm}', quantile: 95% }
    - { name: slow, histogram: 'shop_seconds_bucket{$arm}', slower_than: 50ms }
    - { name: memory, query: 'avg(shop_memory_bytes{$arm})', unit: bytes }
    - { name: served, query: 'sum(rate(shop_requests_total{$arm}[$block]))', unit: per-second, better: higher }
"""
JUDGED = """
thresholds: [ server_errors < 20%, "server_p95(arm=baseline) < 500ms over 5s windows" ]
compare:
  - { metric: server_errors, margin: 2pp }
  - { metric: server_p95, margin: 20% }
  - { metric: slow, margin: 4pp }
  - { metric: memory, margin: 10% }
  - { metric: served, margin: 20% }
"""
# Candidates by name, each beside the same baseline; all are watched at the same time.
CANDIDATES = {
    "same": {},
    "failing": {"errors": 0.06},
    "slow": {"slower": 1.6},
    "fat": {"memory": 140e6},
    "thin": {"rate": RATE // 2},
}


class ServerMetrics(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.stage = alert_stage.Stage(cls.folder, cls.addClassCleanup)
        cls.versions = {"stable": Version("stable", seed=1, errors=0.005)}
        for seed, (name, traits) in enumerate(CANDIDATES.items(), start=2):
            cls.versions[name] = Version(name, seed, **({"errors": 0.005} | traits))
        ports = [alert_stage.Exporter(cls.stage, version.text).port for version in cls.versions.values()]
        cls.versions["idle"] = Version("idle", seed=99, rate=0)
        ports.append(alert_stage.Exporter(cls.stage, cls.versions["idle"].text).port)
        cls.prometheus = cls.stage.prometheus(None, {"shop": ports})
        cls.prometheus.await_result("count(count_over_time(shop_memory_bytes[3s]) >= 4)",
                                    lambda found: found and list(found.values())[0] == len(ports))
        cls.runs = {name: cls.begin(name) for name in CANDIDATES}
        cls.results = {name: cls.ended(name, run) for name, run in cls.runs.items()}

    @classmethod
    def gate(cls, candidate, metrics=METRICS, judged=JUDGED, every="1s", prometheus=None, load="load: none\n"):
        return (f"version: 1\nname: {candidate}\n{load}server_metrics:\n  prometheus: {prometheus or cls.prometheus.url}\n"
                f"  every: {every}\n  timeout: 20s\n  arms: {{ candidate: {{ version: {candidate} }}, baseline: {{ version: stable }} }}\n"
                f"  metrics:{metrics}{judged}")

    @classmethod
    def begin(cls, name, gate=None, arguments=("--duration", WATCHED)):
        file = cls.folder / f"{name}.yaml"
        file.write_text(gate or cls.gate(name))
        return subprocess.Popen([support.ASSAY, "watch", str(file), "--out", str(cls.folder / f"run-{name}"), *arguments],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    @classmethod
    def ended(cls, name, run):
        run.output, run.errors = run.communicate(timeout=support.RUN_DEADLINE_S)
        record = cls.folder / f"run-{name}" / "result.json"
        run.record = json.loads(record.read_text()) if record.exists() else None
        return run

    def findings(self, run):
        return {finding["subject"].split(" ")[0]: finding for finding in run.record["verdict"]["findings"]
                if finding["kind"] == "comparison"}

    def watched(self, name):
        run = self.results[name]
        self.assertIsNotNone(run.record, run.errors)
        return run, self.findings(run)

    def complete(self, name, gate, **more):
        return self.ended(name, self.begin(name, gate, **more))

    def test_an_equal_version_is_promoted(self):
        run, findings = self.watched("same")
        self.assertEqual(run.returncode, 0, run.output + run.errors)
        self.assertEqual({findings[name]["state"] for name in ("server_errors", "server_p95", "slow", "memory", "served")}, {"pass"})
        self.assertIn("requests to the candidate", findings["server_errors"]["sentence"])

    def assert_fails_by(self, name, metric):
        run, findings = self.watched(name)
        self.assertEqual(run.returncode, 1, run.output + run.errors)
        self.assertEqual(findings[metric]["state"], "fail", findings[metric]["sentence"])
        self.assertIn("allowed", findings[metric]["sentence"])
        return findings

    def test_errors_fail(self):
        findings = self.assert_fails_by("failing", "server_errors")
        self.assertAlmostEqual(findings["server_errors"]["candidate"], 0.06, delta=0.02)
        self.assertEqual(findings["memory"]["state"], "pass")

    def test_slowness_fails_by_the_quantile_and_by_the_share_above_a_bound(self):
        self.assert_fails_by("slow", "server_p95")
        self.assert_fails_by("slow", "slow")

    def test_memory_fails_by_any_query(self):
        self.assert_fails_by("fat", "memory")

    def test_less_served_fails_where_more_is_better(self):
        findings = self.assert_fails_by("thin", "served")
        self.assertLess(findings["served"]["change"], -0.3)

    def test_what_was_counted_is_what_was_served(self):
        run, _ = self.watched("same")
        metric = run.record["result"]["server_metrics"][0]
        watched_s = (metric["blocks"][-1][1] - metric["blocks"][0][0]) / 1e9
        served = sum(block[2][1] for block in metric["blocks"])
        # Scrapes come every quarter of a second.
        self.assertAlmostEqual(served / watched_s, RATE, delta=RATE * 0.04)

    def test_a_stored_run_is_judged_again_the_same(self):
        again = subprocess.run([support.ASSAY, "verdict", str(self.folder / "run-failing"), "--format", "json"],
                               capture_output=True, text=True, timeout=30)
        self.assertEqual(again.returncode, 1, again.stderr)
        run, _ = self.watched("failing")
        self.assertEqual(json.loads(again.stdout)["verdict"]["reason"], run.record["verdict"]["reason"])

    def test_a_restart_counts_from_zero_and_a_new_series_from_its_first_error(self):
        version = Version("restarting", seed=77)
        port = alert_stage.Exporter(self.stage, version.text).port
        prometheus = self.stage.prometheus(None, {"shop": [port, alert_stage.Exporter(self.stage, self.versions["stable"].text).port]})
        prometheus.await_result('count_over_time(shop_requests_total{version="restarting"}[3s]) >= 4')
        run = self.begin("restarting", self.gate("restarting", prometheus=prometheus.url))
        began = version.served
        while version.served < began + RATE * 10:
            time.sleep(0.05)
        version.serve()
        version.restart()
        # From now on, errors of a status that no series had before.
        version.errors, version.error_status = 0.01, "503"
        run = self.ended("restarting", run)
        metric = run.record["result"]["server_metrics"][0]
        errors, served = (sum(block[2][i] for block in metric["blocks"]) for i in (0, 1))
        # What was served between the last scrape and the restart is lost to any scraper.
        self.assertAlmostEqual(served / len(metric["blocks"]), RATE, delta=RATE * 0.06)
        self.assertAlmostEqual(errors / served, 0.01 * 20 / 30, delta=0.003)
        self.assertEqual(run.returncode, 0, run.output + run.errors)

    def test_what_cannot_be_known_never_passes_and_says_why(self):
        errors = "\n    - {{ name: server_errors, errors: '{0}', requests: 'shop_requests_total{{$arm}}' }}\n"
        judged = "compare: [ { metric: server_errors, margin: 2pp } ]\n"
        gone = support.free_port()
        cases = {
            "typo": (self.gate("same", errors.format('shop_requests_total{$arm, status_code=~"5.."}'), judged),
                     "no series of shop_requests_total has the label status_code"),
            "no-metric": (self.gate("same", errors.format("shop_errors_total{$arm}"), judged), "no series is called shop_errors_total"),
            "idle": (self.gate("idle", errors.format('shop_requests_total{$arm, status=~"5.."}'), judged),
                     "0 of 21 blocks with requests to both arms are too few, 20 are needed"),
            "no-arm": (self.gate("nobody", errors.format('shop_requests_total{$arm, status=~"5.."}'), judged),
                       'there is no series shop_requests_total{version="nobody"}'),
            "down": (self.gate("same", errors.format('shop_requests_total{$arm, status=~"5.."}'), judged,
                               prometheus=f"http://127.0.0.1:{gone}"), "did not answer"),
            "bound": (self.gate("same", "\n    - { name: slow, histogram: 'shop_seconds_bucket{$arm}', slower_than: 60ms }\n",
                                "compare: [ { metric: slow } ]\n"),
                      "slower_than is none of its buckets: they are at 5ms, 10ms, 25ms, 50ms, 100ms, 250ms, 500ms, 1s"),
            "many": (self.gate("same", "\n    - { name: memory, query: 'shop_memory_bytes{$arm} or shop_seconds_count{$arm} or up' }\n",
                               "compare: [ { metric: memory } ]\n"), "make one of them, as with sum or avg"),
        }
        runs = {name: self.begin(name, gate, arguments=("--duration", "21s")) for name, (gate, _) in cases.items()}
        for name, (_, reason) in cases.items():
            with self.subTest(name):
                run = self.ended(name, runs[name])
                self.assertEqual(run.returncode, 4, run.output + run.errors)
                self.assertIn(reason, run.output)

    def test_blocks_that_are_too_short_for_the_scrapes_are_named(self):
        seldom = self.stage.prometheus(None, {"shop": [alert_stage.Exporter(self.stage, self.versions[name].text).port
                                                       for name in ("same", "stable")]}, interval="2s")
        seldom.await_result("count(count_over_time(shop_memory_bytes[6s]) >= 2) == 2")
        run = self.complete("seldom", self.gate("same", prometheus=seldom.url), arguments=("--duration", "24s"))
        self.assertEqual(run.returncode, 4, run.output + run.errors)
        self.assertIn("and a block of 1s needs two: write every: ", run.output)

    def test_an_interrupted_watch_keeps_what_it_saw(self):
        run = self.begin("interrupted", self.gate("same"), arguments=("--duration", "10m"))
        self.assertTrue(run.stderr.readline().startswith("watching other traffic for 10m"))
        # A few blocks.
        seen = self.versions["same"].served
        while self.versions["same"].served < seen + RATE * 4:
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        run = self.ended("interrupted", run)
        self.assertEqual(run.returncode, 130, run.output + run.errors)
        self.assertGreater(len(run.record["result"]["server_metrics"][0]["blocks"]), 1)

    def test_watch_leaves_out_what_asks_for_load_and_says_so(self):
        load = ("targets: { candidate: http://127.0.0.1:9 }\nscenarios: { s: { steps: [ { get: / } ] } }\n"
                "load: { shape: constant-arrival-rate, rate: 50/s, duration: 1m }\n")
        judged = "thresholds: [ server_errors < 20%, p99(response_time) < 1s ]\n"
        run = self.complete("left-out", self.gate("same", judged=judged, load=load), arguments=("--duration", "8s"))
        self.assertEqual(run.returncode, 0, run.output + run.errors)
        sentences = [finding["sentence"] for finding in run.record["verdict"]["findings"]]
        self.assertIn("p99(response_time) < 1s is not judged: nothing was offered, other traffic was watched", sentences)
        self.assertEqual(run.record["result"]["load"][0]["shape"], "none")


if __name__ == "__main__":
    unittest.main()
