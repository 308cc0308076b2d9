"""`assay demo` needs nothing else and ends as each scenario says; `assay demo-target` serves until it is interrupted."""
import signal
import subprocess
import unittest
import urllib.request

import support


class Demo(support.IntegrationTest):
    def demo(self, *arguments):
        done = subprocess.run([support.ASSAY, "demo", *arguments, "--out", str(self.folder / "run")],
                              capture_output=True, text=True, cwd=self.folder, timeout=support.RUN_DEADLINE_S)
        return support.Run(done.returncode, done.stdout, done.stderr, self.folder / "run")

    def failed_subjects(self, run):
        return [f["subject"] for f in run.document["verdict"]["findings"] if f["state"] == "fail"]

    def test_equal_arms_pass(self):
        self.assert_exit(self.undisturbed(lambda: self.demo("pass")), 0)

    def test_a_slower_candidate_fails_on_its_median(self):
        run = self.undisturbed(lambda: self.demo("slow"))
        self.assert_exit(run, 1)
        self.assertTrue(any(s.startswith("p50(response_time)") for s in self.failed_subjects(run)), run.output)

    def test_a_failing_candidate_fails_on_its_errors(self):
        run = self.undisturbed(lambda: self.demo("errors"))
        self.assert_exit(run, 1)
        self.assertTrue(any(s.startswith("error_rate") for s in self.failed_subjects(run)), run.output)

    def test_a_stalling_candidate_fails_on_its_tail(self):
        run = self.undisturbed(lambda: self.demo("stall"))
        self.assert_exit(run, 1)
        self.assertIn("p99(response_time) < 250ms", self.failed_subjects(run), run.output)

    def test_sigint_during_the_demo(self):
        process = subprocess.Popen([support.ASSAY, "demo", "--out", str(self.folder / "run")], text=True,
                                   cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while "in flight" not in process.stderr.readline():
            self.assertIsNone(process.poll(), "the demo ended before its first progress line")
        process.send_signal(signal.SIGINT)
        run = self.finish(process)
        self.assertEqual(run.exit_code, 130, run.output)
        self.assertGreater(run.requests() + run.result["warm_up_requests"], 0)

    def test_the_target_alone(self):
        process = subprocess.Popen([support.ASSAY, "demo-target", "--path", "/mine=1ms text=hello"], text=True,
                                   stdout=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        url = process.stdout.readline().strip()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url + "/mine", timeout=10) as answer:
            self.assertEqual(answer.read(), b"hello")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=10), 143)


if __name__ == "__main__":
    unittest.main()
