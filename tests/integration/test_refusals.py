"""Runs that cannot be carried out or must fail: what is missing never passes, and the reason is named."""
import unittest

import support


class Refusals(support.IntegrationTest):
    def test_nothing_listens(self):
        port = support.free_port()
        run = self.run_gate(self.gate(support.one_step_gate(f'{{ url: "http://127.0.0.1:{port}" }}')))
        self.assert_exit(run, 3)
        self.assertIn("nothing listens", run.stdout, run.output)
        self.assertEqual(set(run.outcomes()), {"connect_refused"}, run.output)

    def test_every_answer_is_a_server_error(self):
        server = self.nginx()
        run = self.run_gate(self.gate(support.one_step_gate(
            f'{{ url: "http://127.0.0.1:{server.port}" }}', path="/broken")))
        self.assert_exit(run, 1)
        self.assertEqual(run.outcomes(), {"status": support.ITERATIONS})
        self.assertIn("500", run.stdout, run.output)

    def test_a_file_limit_that_is_too_low_is_named_before_anything_is_sent(self):
        server = self.nginx()
        load = "{ shape: constant-arrival-rate, rate: 50/s, duration: 2s, max_in_flight: 500 }"
        run = self.run_gate(self.gate(support.one_step_gate(f'{{ url: "http://127.0.0.1:{server.port}" }}', load)),
                            file_limit=100)
        self.assert_exit(run, 3)
        self.assertIn("ulimit", run.stdout + run.stderr, run.output)
        self.assertEqual(run.requests(), 0)

    def test_a_name_without_an_address(self):
        run = self.run_gate(self.gate(support.one_step_gate('{ url: "http://nowhere.invalid" }')))
        self.assert_exit(run, 3)
        self.assertIn("nowhere.invalid", run.stdout + run.stderr, run.output)

    def run_with_a_dying_target(self):
        server = self.nginx()
        process = self.start(self.gate(support.one_step_gate(
            f'{{ url: "http://127.0.0.1:{server.port}" }}',
            "{ shape: constant-arrival-rate, rate: 100/s, duration: 4s }")))
        process.stderr.readline()  # the first progress line: load is being offered
        server.stop()
        return self.finish(process)

    def test_a_target_that_dies_during_the_run(self):
        run = self.undisturbed(self.run_with_a_dying_target)
        self.assert_exit(run, 1)
        self.assertIn("connect_refused", run.outcomes(), run.output)
        self.assertEqual(run.requests(), 400)


if __name__ == "__main__":
    unittest.main()
