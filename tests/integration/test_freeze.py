"""A server that is stopped for 3 s must cost what its users would have waited (no coordinated omission)."""
import signal
import time
import unittest

import support

RATE_PER_S, DURATION_S, FREEZE_S = 200, 20, 3.0
TOLERANCE = 0.05


def expected_quantile_s(frozen_s, q):
    """Every request intended during the freeze waits for its end; the others take no time worth counting."""
    intended = int(frozen_s * RATE_PER_S)
    waits = [0.0] * (RATE_PER_S * DURATION_S - intended)
    waits += sorted(frozen_s - (i + 0.5) / RATE_PER_S for i in range(intended))
    return waits[-(-int(q * 1000) * len(waits) // 1000) - 1]


class Freeze(support.IntegrationTest):
    def run_over_a_freeze(self):
        server = self.nginx()
        process = self.start(self.gate(support.one_step_gate(
            f'{{ url: "http://127.0.0.1:{server.port}" }}',
            f"{{ shape: constant-arrival-rate, rate: {RATE_PER_S}/s, duration: {DURATION_S}s, max_in_flight: 1500 }}",
            thresholds="p99(response_time) < 100ms")))
        process.stderr.readline()
        server.process.send_signal(signal.SIGSTOP)
        begun = time.monotonic()
        time.sleep(FREEZE_S)  # the length of the freeze is what is being measured
        self.frozen_s = time.monotonic() - begun
        server.process.send_signal(signal.SIGCONT)
        return self.finish(process)

    def test_quantiles_of_response_time_follow_the_schedule(self):
        run = self.undisturbed(self.run_over_a_freeze)
        self.assert_exit(run, 1)
        self.assertEqual(run.requests(), RATE_PER_S * DURATION_S)
        self.assertEqual(set(run.outcomes()), {"ok"}, run.output)
        for q in (0.9, 0.99):
            expected = expected_quantile_s(self.frozen_s, q)
            measured = support.quantile_ns(run.result, "response_time", q) * 1e-9
            self.assertLess(abs(measured / expected - 1), TOLERANCE, f"p{q * 100:g}: {measured} s, {expected} s due")
        # Half of all requests never saw the freeze.
        self.assertLess(support.quantile_ns(run.result, "response_time", 0.5) * 1e-9, 0.05)


if __name__ == "__main__":
    unittest.main()
