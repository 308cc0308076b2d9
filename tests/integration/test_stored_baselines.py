"""Runs are kept, listed, moved and compared with later ones; whatever happens to the store, the run stays."""
import csv
import json
import shutil
import sqlite3
import subprocess
import time
import unittest

import support

GATE = """version: 1
name: stored
targets: {{ candidate: "http://127.0.0.1:{port}" }}
scenarios:
  often: {{ steps: [ {{ name: list, get: /items }} ] }}
load:
  - {{ shape: constant-arrival-rate, rate: {rate}/s, duration: {seconds}s }}
thresholds: [ "error_rate < 1%" ]
compare:
  - {{ metric: p50(response_time), margin: 50%, floor: 5ms }}
  - {{ metric: error_rate, margin: 5pp }}
verdict: {{ baseline: stored }}
"""


def copies(line, count):
    """Earlier runs like the one in `line`, a day apart, whose levels differ a little."""
    lines = []
    for day in range(1, count + 1):
        exported = json.loads(line)
        run = exported["run"]
        run["id"] = f"{day:016x}"
        run["name"] = ""
        run["grade"] = "pass"
        run["started_utc"] = f"2020-01-{day:02d}T09:00:00.000Z"
        for metric in run["measures"]["metrics"]:
            if metric["metric"] != "error_rate":
                metric["candidate"]["level"] += 0.001 * (day % 3 - 1)
        lines.append(json.dumps(exported))
    return "\n".join(lines) + "\n"


class StoredBaselines(support.IntegrationTest):
    def assay(self, *arguments, expected=0):
        done = subprocess.run([support.ASSAY, *map(str, arguments)], capture_output=True, text=True, cwd=self.folder,
                              timeout=support.RUN_DEADLINE_S)
        self.assertEqual(done.returncode, expected, done.stdout + done.stderr)
        return done

    def stored_gate(self, seconds, rate=200, name="gate.yaml"):
        return self.gate(GATE.format(port=self.server.port, seconds=seconds, rate=rate), name)

    def setUp(self):
        super().setUp()
        self.server = self.nginx()
        self.store = self.folder / "runs.db"

    def sound(self, attempt):
        """The run that `attempt` makes, made again while the machine is too busy to offer its load in time."""
        for _ in range(support.ATTEMPTS):
            run = attempt()
            if run.exit_code != 3:
                return run
            shutil.rmtree(run.directory)
        return self.fail(f"disturbed {support.ATTEMPTS} times; the last one: {run.output}")

    def run_of(self, gate, *arguments, out):
        return self.sound(lambda: self.run_gate(gate, *map(str, arguments), out=out))

    def test_a_run_is_judged_by_earlier_ones_once_eight_are_there(self):
        first = self.run_of(self.stored_gate(21), "--store", self.store, "--save", "--name", "first", out="first")
        self.assertEqual(first.exit_code, 4, first.output)
        self.assertIn("0 of the 8 stored runs that a comparison needs are there", first.output)
        self.assertIn("saved as ", first.stderr)

        self.assay("baseline", "export", "first", "--store", self.store, "--out", "first.jsonl")
        (self.folder / "many.jsonl").write_text(copies((self.folder / "first.jsonl").read_text(), 9))
        self.assay("baseline", "import", "many.jsonl", "--store", self.store)
        again = self.assay("baseline", "import", "many.jsonl", "--store", self.store)
        self.assertIn("imported 0 of 9 runs", again.stderr)
        self.assertEqual(len(self.assay("baseline", "list", "--store", self.store).stdout.splitlines()), 11)

        judged = self.assay("verdict", first.directory, "--store", self.store)
        self.assertIn("against 9 stored runs", judged.stdout)
        self.assay("baseline", "pin", "0000000000000001", "--store", self.store)
        pinned = self.assay("verdict", first.directory, "--store", self.store)
        self.assertIn("against the pinned run", pinned.stdout)
        shown = self.assay("baseline", "show", "first", "--store", self.store).stdout
        self.assertIn("p50(response_time)", shown)

        compared = self.assay("compare", "first", "0000000000000001", "--store", self.store).stdout
        self.assertIn("This is weak evidence, and no verdict.", compared)
        self.check_trend()
        self.assay("baseline", "remove", "first", "--store", self.store)
        self.assay("baseline", "show", "first", "--store", self.store, expected=2)

    def check_trend(self):
        """Ten runs, one of them with its directory here, which no trend has to be told."""
        trend = ["report", "--trend", "--store", self.store]
        shown = self.assay(*trend, self.folder / "gate.yaml").stdout
        self.assertIn("TREND  stored  10 runs from 2020-01-01 09:00 to ", shown)
        self.assertIn("searched; of 100 without a change 2 are marked", shown)
        self.assertEqual(shown, self.assay(*trend, self.folder / "first").stdout)
        page = self.assay(*trend, "stored", "--runs", self.folder, "--format", "html").stdout
        self.assertIn('<a href="first/report.html">first</a>', page)
        rows = list(csv.DictReader(self.assay(*trend, "stored", "--format", "csv").stdout.splitlines()))
        times = [row for row in rows if row["metric"] == "p50(response_time)"]
        self.assertEqual(len(times), 10)
        for row in times:
            self.assertLess(float(row["low"]), float(row["value"]))
            self.assertLess(float(row["value"]), float(row["high"]))

    def test_an_aa_run_sends_both_arms_to_one_build_and_is_marked(self):
        twin = self.nginx()
        gate = self.stored_gate(22)
        baseline = f"baseline=http://127.0.0.1:{twin.port}"
        nothing_yet = self.assay("explain", gate, "--target", baseline, "--store", self.store, expected=3)
        self.assertIn("runs.db", nothing_yet.stderr)
        run = self.run_of(gate, "--aa", "--target", baseline, "--store", self.store, "--save", "--name", "aa", out="aa")
        self.assertIn("A/A run", run.stdout)
        self.assertTrue(run.result["same_build"])
        self.assertEqual([target["arm"] for target in run.result["targets"]], ["candidate", "baseline"])
        noise = self.assay("baseline", "noise", "stored", "--store", self.store).stdout
        self.assertIn("of 1 A/A run failed", noise)
        self.assertIn("not known: 1 of 5 A/A runs between two instances", noise)

        planned = self.assay("explain", gate, "--target", baseline, "--store", self.store).stdout
        self.assertIn(f"What it can tell, from {self.store}: 1 run of ", planned)
        self.assertRegex(planned, r"p50\(response_time\): \+[0-9.]+% is found 4 times in 5")
        other = self.gate(GATE.format(port=self.server.port, seconds=22, rate=100), "other.yaml")
        self.assertIn("from a table of five kinds",
                      self.assay("explain", other, "--target", baseline, "--store", self.store).stdout)

        self.assay("baseline", "export", "aa", "--store", self.store, "--out", "aa.jsonl")
        (self.folder / "more.jsonl").write_text(copies((self.folder / "aa.jsonl").read_text(), 5))
        self.assay("baseline", "import", "more.jsonl", "--store", self.store)
        noise = self.assay("baseline", "noise", "stored", "--store", self.store).stdout
        self.assertRegex(noise, r"p50\(response_time\) .*[0-9] s \([0-9.]+ to [0-9.]+\)")

    def test_runs_of_different_gates_are_not_compared(self):
        one = self.run_of(self.stored_gate(1), out="one")
        two = self.run_of(self.stored_gate(1, rate=100), out="two")
        refused = self.assay("compare", one.directory, two.directory, expected=2)
        self.assertEqual(refused.stderr, "assay: these runs are not comparable: their load or their number of arms "
                                         "differs (--force shows their numbers all the same)\n")

    def test_a_store_that_breaks_during_a_run_takes_nothing_with_it(self):
        run = self.sound(self.run_whose_store_breaks)
        self.assert_exit(run, 4)
        self.assertIn("the stored baseline could not be read", run.stdout)
        self.assertIn("`assay baseline save kept` saves it later", run.stderr)
        self.store.unlink()
        self.assay("baseline", "save", "kept", "--store", self.store)

    def run_whose_store_breaks(self):
        self.store.unlink(missing_ok=True)
        process = subprocess.Popen([support.ASSAY, "run", str(self.stored_gate(3)), "--save", "--store",
                                    str(self.store), "--out", "kept", "--quiet"], cwd=self.folder, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + support.START_DEADLINE_S
        while not self.tables_are_there():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        for file in self.folder.glob("runs.db*"):
            file.unlink()
        self.store.write_text("no database " * 1000)
        return self.finish(process, out="kept")

    def tables_are_there(self):
        if not self.store.exists():
            return False
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as database:
            return database.execute("SELECT count(*) FROM sqlite_master WHERE name = 'assay_runs'").fetchone()[0] == 1

    def test_a_full_disk_is_said_and_the_run_stays(self):
        run = self.run_of(self.stored_gate(1), out="run")
        self.assay("baseline", "save", run.directory, "--store", self.store, "--name", "kept")
        before = (run.directory / "result.json").read_bytes()
        other = self.run_of(self.stored_gate(1), out="other")
        blocks = self.store.stat().st_size // 1024 + 1
        full = subprocess.run(["bash", "-c", f'ulimit -f {blocks}; exec "$@"', "-", support.ASSAY, "baseline", "save",
                               str(other.directory), "--store", str(self.store)],
                              capture_output=True, text=True, cwd=self.folder, timeout=support.RUN_DEADLINE_S)
        self.assertEqual(full.returncode, 3, full.stdout + full.stderr)
        self.assertIn("the limit on file sizes (ulimit -f)", full.stderr)
        self.assertEqual((run.directory / "result.json").read_bytes(), before)
        self.assertIn("1 run in ", self.assay("baseline", "list", "--store", self.store).stderr)


if __name__ == "__main__":
    unittest.main()
