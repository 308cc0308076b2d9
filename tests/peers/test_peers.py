"""What the tools print is read as they mean it. The texts are shaped like their outputs, shortened."""
import json
import tempfile
import unittest

import peers

WRK = """Running 8s test @ http://127.0.0.1:8080/
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   282.15ms  695.74ms   3.00s    87.35%
  Latency Distribution
     50%  560.00us
     75%    1.73ms
     90%    1.40s
     99%    2.84s
  1200 requests in 8.02s, 42.10MB read
  Socket errors: connect 1, read 2, write 3, timeout 4
  Non-2xx or 3xx responses: 30
""".replace("1.40s", "1.40s ")  # wrk pads short units
H2LOAD = """finished in 2.00s, 200.00 req/s, 29.69KB/s
requests: 400 total, 408 started, 400 done, 380 succeeded, 20 failed, 0 errored, 0 timeout
time for request:      153us      6.08ms       600us       911us    92.00%
"""
AB = """Complete requests:      62031
Failed requests:        7
Non-2xx responses:      9
Percentage of the requests served within a certain time (ms)
  50%      1
  99%     12
 100%     16 (longest request)
"""
HEY = """
Summary:
  Slowest:\t0.0882 secs
Latency distribution:
  50% in 0.0004 secs
  99% in 0.0066 secs
Status code distribution:
  [200]\t90 responses
  [500]\t8 responses
Error distribution:
  [2]\tGet "http://127.0.0.1:9/": connection refused
"""
K6 = 'time="now" level=warning msg="Request Failed"\n' + json.dumps({"metrics": {
    "http_req_duration": {"values": {"p(50)": 2.0, "p(99.9)": 30.0, "max": 40.0, "count": 100}},
    "http_reqs": {"values": {"count": 100}}, "http_req_failed": {"values": {"passes": 7, "fails": 93}},
    "dropped_iterations": {"values": {"count": 3}}}})
VEGETA = json.dumps({"latencies": {"50th": 1_000_000, "99th": 20_000_000, "max": 30_000_000, "mean": 2, "total": 3},
                     "requests": 100, "status_codes": {"200": 90, "301": 1, "503": 4, "0": 5}, "errors": ["EOF"]})
FORTIO = """{"ts":1.5,"level":"info","msg":"Starting"}
Aggregated Sleep Time : WARNING 12.50% of sleep were falling behind
""" + json.dumps({"RetCodes": {"200": 95, "-1": 2, "500": 3}, "DurationHistogram": {
    "Count": 100, "Max": 0.5, "Percentiles": [{"Percentile": 99.9, "Value": 0.25}]}}, indent=2)
BOMBARDIER = json.dumps({"spec": {}, "result": {
    "req1xx": 0, "req2xx": 90, "req3xx": 1, "req4xx": 2, "req5xx": 3, "others": 4,
    "latency": {"mean": 1.0, "max": 30000, "percentiles": {"50": 1000, "99": 20000}}}})
OHA = json.dumps({"summary": {"slowest": 0.5}, "latencyPercentiles": {"p50": 0.001, "p99.9": 0.4},
                  "statusCodeDistribution": {"200": 90, "500": 4}, "errorDistribution": {"timeout": 6}})
OHA_WITHOUT_AN_ANSWER = json.dumps({"summary": {"slowest": None}, "latencyPercentiles": {"p50": None},
                                    "statusCodeDistribution": {}, "errorDistribution": {"connection refused": 6}})


def read(kind, output):
    report = kind("/nowhere").read(output)
    return report.requests, report.errors, report.quantiles


class Reading(unittest.TestCase):
    def test_wrk(self):
        self.assertEqual(read(peers.Wrk, WRK), (1200, 40, {0.5: 560e-6, 0.75: 1.73e-3, 0.9: 1.4, 0.99: 2.84, 1.0: 3.0}))

    def test_h2load(self):
        self.assertEqual(read(peers.H2load, H2LOAD), (400, 20, {1.0: 6.08e-3}))

    def test_ab(self):
        self.assertEqual(read(peers.Ab, AB), (62031, 9, {0.5: 0.001, 0.99: 0.012, 1.0: 0.016}))

    def test_hey(self):
        self.assertEqual(read(peers.Hey, HEY), (100, 10, {0.5: 0.0004, 0.99: 0.0066, 1.0: 0.0882}))

    def test_k6(self):
        self.assertEqual(read(peers.K6, K6), (100, 7, {0.5: 0.002, 0.999: 0.03, 1.0: 0.04}))
        self.assertEqual(peers.K6("/nowhere").read(K6).behind, "3 dropped")

    def test_vegeta(self):
        requests, errors, quantiles = read(peers.Vegeta, VEGETA)
        self.assertEqual((requests, errors, set(quantiles)), (100, 9, {0.5, 0.99, 1.0}))
        self.assertAlmostEqual(quantiles[0.99], 0.02)

    def test_fortio(self):
        self.assertEqual(read(peers.Fortio, FORTIO), (100, 5, {0.999: 0.25, 1.0: 0.5}))
        self.assertEqual(peers.Fortio("/nowhere").read(FORTIO).behind, "12.50% of sleep were falling behind")

    def test_bombardier(self):
        requests, errors, quantiles = read(peers.Bombardier, BOMBARDIER)
        self.assertEqual((requests, errors, set(quantiles)), (100, 9, {0.5, 0.99, 1.0}))
        self.assertAlmostEqual(quantiles[0.99], 0.02)

    def test_oha(self):
        self.assertEqual(read(peers.Oha, OHA), (100, 10, {0.5: 0.001, 0.999: 0.4, 1.0: 0.5}))
        self.assertEqual(read(peers.Oha, OHA_WITHOUT_AN_ANSWER), (6, 6, {}))

    def test_a_tool_that_gave_up_reported_nothing(self):
        for kind in peers.KINDS:
            self.assertEqual(read(kind, "connection refused\n"), (None, None, {}), kind.name)


class Calling(unittest.TestCase):
    def calls(self, kind):
        with tempfile.TemporaryDirectory() as folder:
            peer = kind("/usr/bin/tool")
            peer.prepare(folder)
            url = "http://127.0.0.1:8080/"
            return [peer.closed(url, 8, 2), peer.open(url, 200, 2, 40, timeout_s=1), peer.exactly(url, 100, 10)]

    def test_every_call_names_the_url(self):
        for kind in peers.KINDS:
            closed, *others = self.calls(kind)
            self.assertIsNotNone(closed, kind.name)
            if kind is peers.Vegeta:
                continue  # its targets are in a file
            for command in filter(None, [closed, *others]):
                self.assertIn("http://127.0.0.1:8080/", " ".join(command), kind.name)

    def test_who_has_a_rate(self):
        without = {kind.name for kind in peers.KINDS if not kind("/usr/bin/tool").has_rate}
        self.assertEqual(without, {"wrk", "ab"})


if __name__ == "__main__":
    unittest.main()
