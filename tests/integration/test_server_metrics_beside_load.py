"""Server metrics from a real Prometheus, judged beside a load that is timed as well."""
import unittest

import alert_stage
import support

GATE = """version: 1
name: beside
targets: {{ candidate: {watched} }}
scenarios: {{ ready: {{ steps: [ {{ get: "/api/v1/query?query=1", expect: {{ status: 200 }} }} ] }} }}
load: {{ shape: constant-arrival-rate, rate: 50/s, duration: 22s, warm_up: 2s }}
server_metrics:
  prometheus: {scraper}
  every: 1s
  arms: {{ candidate: {{ job: self }} }}
  metrics:
    - {{ name: counted, errors: 'prometheus_http_requests_total{{$arm, code=~"5..", handler="/api/v1/query"}}',
        requests: 'prometheus_http_requests_total{{$arm, handler="/api/v1/query"}}' }}
    - {{ name: server_p95, histogram: 'prometheus_http_request_duration_seconds_bucket{{$arm, handler="/api/v1/query"}}', quantile: 95% }}
thresholds: [ error_rate < 1%, counted < 1%, server_p95 < 200ms ]
"""


class BesideLoad(support.IntegrationTest):
    def test_both_sides_are_judged_and_buckets_explain_what_differs(self):
        """Prometheus itself is the service that is loaded: it times its own requests, in buckets from 100 ms on."""
        stage = alert_stage.Stage(self.folder, self.addCleanup)
        watched = stage.prometheus(None, {"self": []})
        scraper = stage.prometheus(None, {"self": [watched.port]})
        scraper.await_result('count(count_over_time(prometheus_http_requests_total{job="self"}[3s]) >= 4)')
        gate = self.gate(GATE.format(watched=watched.url, scraper=scraper.url))
        run = self.undisturbed(lambda: self.run_gate(gate))
        self.assert_exit(run, 0)
        counted = run.result["server_metrics"][0]
        self.assertEqual(len(counted["blocks"]), 20)
        requests = sum(block[2][1] for block in counted["blocks"])
        self.assertAlmostEqual(requests, 1000, delta=60)
        remarks = [finding["sentence"] for finding in run.document["verdict"]["findings"] if finding["subject"] == "server_p95"]
        self.assertEqual(len(remarks), 1, run.output)
        self.assertIn("between 0s and 100ms, and so does the client's: the width of the bucket explains the difference", remarks[0])


if __name__ == "__main__":
    unittest.main()
