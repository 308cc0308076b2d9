"""SIGINT and SIGTERM end a run early; what was measured is stored and readable."""
import signal
import unittest

import support


class Signals(support.IntegrationTest):
    def interrupted(self, number):
        server = self.nginx()
        process = self.start(self.gate(support.one_step_gate(
            f'{{ url: "http://127.0.0.1:{server.port}" }}',
            "{ shape: constant-arrival-rate, rate: 100/s, duration: 60s }")))
        first_line = process.stderr.readline()
        self.assertTrue(first_line.strip(), "no progress line")
        process.send_signal(number)
        run = self.finish(process)
        self.assertEqual(run.exit_code, 128 + number, run.output)
        self.assertEqual(run.result["interrupted_by_signal"], number)
        self.assertGreater(run.requests(), 0)
        self.assertLess(run.requests(), 6000)
        self.assertNotEqual(run.document["verdict"]["grade"], "pass")

    def test_sigint(self):
        self.interrupted(signal.SIGINT)

    def test_sigterm(self):
        self.interrupted(signal.SIGTERM)


if __name__ == "__main__":
    unittest.main()
