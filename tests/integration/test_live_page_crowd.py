"""What clients of the live page do to it changes neither the run nor its verdict, and the server stays within its bounds."""
import json
import pathlib
import subprocess
import sys
import unittest

import live_stage
import support

CLIENTS = pathlib.Path(__file__).with_name("hostile_clients.py")
LENGTH_S = 20
MOST_CONNECTIONS = 64
GATE = """version: 1
name: crowded
targets:
  candidate: { url: "http://127.0.0.1:%d" }
scenarios: { s: { steps: [ { name: read, get: /items, expect: { status: 200 } } ] } }
load: { shape: constant-arrival-rate, rate: 200/s, duration: %ds }
thresholds: [ p99(response_time) < 2s, error_rate < 1%% ]
"""


def open_files(process):
    return len(list(pathlib.Path(f"/proc/{process.pid}/fd").iterdir()))


class Crowded(live_stage.LiveRun):
    def crowd(self, page):
        clients = subprocess.Popen([sys.executable, "-B", str(CLIENTS), page.host, str(page.port), str(LENGTH_S)],
                                   stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.end, clients)
        return clients

    def crowded_run(self, gate):
        process, page = self.watched(gate)
        before = open_files(process)
        clients = self.crowd(page)
        most, done = 0, {}
        for line in clients.stdout:
            done = json.loads(line)
            if process.poll() is None:
                most = max(most, open_files(process))
        clients.wait(timeout=support.RUN_DEADLINE_S)
        run = self.finish(process)
        # As many connections as may be, and what the load needs for itself.
        self.assertLess(most, before + MOST_CONNECTIONS + 40)
        return run, done

    def test_the_verdict_of_a_crowded_run_is_that_of_any(self):
        gate = GATE % (self.nginx().port, LENGTH_S)
        alone = self.undisturbed(lambda: self.run_gate(self.gate(gate)))
        self.assertEqual(alone.exit_code, 0, alone.output)
        done = {}

        def attempt():
            nonlocal done
            run, done = self.crowded_run(gate)
            return run

        crowded = self.undisturbed(attempt)
        self.assertEqual(crowded.exit_code, 0, crowded.output)
        self.assertEqual(crowded.document["verdict"]["grade"], alone.document["verdict"]["grade"])
        self.assertEqual(crowded.result["health"]["intended"], alone.result["health"]["intended"])
        for what in ("idle", "half", "slow", "answered", "events"):
            self.assertGreater(done[what], 0, done)


if __name__ == "__main__":
    unittest.main()
