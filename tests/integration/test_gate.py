"""A whole gate with extraction and matchers against nginx, over HTTP and HTTPS."""
import unittest

import support


class Gate(support.IntegrationTest):
    def check_passed(self, run):
        self.assert_exit(run, 0)
        self.assertEqual(set(run.outcomes()), {"ok"}, run.output)
        self.assertEqual(len(run.result["steps"]), 5)
        self.assertEqual(run.requests(), 5 * support.ITERATIONS)
        self.assertEqual(run.document["verdict"]["grade"], "pass")

    def test_http(self):
        server = self.nginx()
        self.check_passed(self.run_gate(self.gate(support.shop_gate(f'{{ url: "http://127.0.0.1:{server.port}" }}'))))

    def test_https_with_an_own_authority(self):
        authority = support.Authority(self.folder / "ca")
        server = self.nginx(tls=authority.issue("DNS:localhost,IP:127.0.0.1"))
        run = self.run_gate(self.gate(support.shop_gate(
            f'{{ url: "https://localhost:{server.port}", tls: {{ ca: "{authority.certificate}", min_version: "1.3" }} }}')))
        self.check_passed(run)
        facts = run.result["targets"][0]["tls"]
        self.assertTrue(facts["verified"])
        self.assertEqual(facts["version"], "TLSv1.3")
        self.assertEqual(facts["not_after"][:4], "2049")

    def test_a_matcher_that_does_not_hold_fails_the_gate_and_is_named(self):
        server = self.nginx()
        text = support.shop_gate(f'{{ url: "http://127.0.0.1:{server.port}" }}').replace("/name: lamp", "/name: chair")
        run = self.run_gate(self.gate(text))
        self.assert_exit(run, 1)
        self.assertIn("check", run.outcomes())
        self.assertIn("chair", run.stdout)
        self.assertIn("lamp", run.stdout)

    def test_json_goes_to_standard_output_and_progress_does_not(self):
        server = self.nginx()
        gate = self.gate(support.shop_gate(f'{{ url: "http://127.0.0.1:{server.port}" }}'))
        run = self.run_gate(gate, "--format", "json")
        self.assert_exit(run, 0)
        self.assertEqual(support.json.loads(run.stdout)["verdict"]["grade"], "pass")


if __name__ == "__main__":
    unittest.main()
