"""The alerts that three systems' guides contain or demand, as written there with all durations divided by 100: each is made to
fire, arrives at its receiver and clears; and those that can never fire as written are found, in words that say why."""
import concurrent.futures
import http.server
import re
import threading
import time
import unittest

import alert_stage
import probe_stage
import support

SCALE = 100

BOOKKEEP = """groups:
  - name: bookkeep-alerts
    rules:
      - alert: HighErrorRate
        expr: |
          sum(rate(bookkeep_requests_total{status=~"5.."}[5m]))
          / sum(rate(bookkeep_requests_total[5m])) > 0.05
        for: 5m
        labels: { severity: critical }
      - alert: HighLatency
        expr: |
          histogram_quantile(0.99, sum(rate(bookkeep_request_duration_seconds_bucket[5m])) by (le)) > 2
        for: 5m
        labels: { severity: warning }
      - alert: PodCrashLooping
        expr: rate(kube_pod_container_status_restarts_total[15m]) > 0
        for: 15m
        labels: { severity: critical }
      - alert: DatabaseConnectionPoolExhausted
        expr: bookkeep_db_connections_active / bookkeep_db_connections_max > 0.9
        for: 5m
        labels: { severity: warning }
"""
THE_DOT = """groups:
  - name: the-dot.alerts
    rules:
      - alert: HighErrorRate
        expr: rate(http_requests_total{status=~"5.."}[5m]) > 0.1
        for: 5m
        labels: { severity: critical }
      - alert: DatabaseConnectionPool
        expr: database_connections_active / database_connections_max > 0.8
        for: 2m
        labels: { severity: warning }
"""
# The guide asks for these in words.
BUDGET_COACH = """groups:
  - name: budget-coach
    rules:
      - { alert: DiskSpaceLow, expr: node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.10 }
      - { alert: MemoryHigh, expr: 1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes > 0.90 }
      - { alert: CpuHigh, expr: '1 - avg(rate(node_cpu_seconds_total{mode="idle"}[5m])) > 0.80', for: 5m }
      - { alert: ApiErrorRate, expr: 'sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m])) > 0.05', for: 1m }
      - { alert: QueueDeep, expr: rabbitmq_queue_messages > 1000 }
      - { alert: ConnectionsExhausted, expr: pg_stat_activity_count / pg_settings_max_connections > 0.95 }
      - { alert: HealthFailing, expr: probe_success == 0 }
      - { alert: CertificateEnding, expr: (probe_ssl_earliest_cert_expiry - time()) / 86400 < 7 }
"""


def scaled(rules):
    def divide(found):
        return f"{int(found[1]) * 60_000 // SCALE}ms"
    return re.sub(r"(?<=[\[ ])(\d+)m(?=[\],\n }])", divide, rules)


class Systems(alert_stage.Exporter):
    """Metrics of all three; POST /NAME begins the fault of that alert, DELETE /NAME ends it."""

    def __init__(self, stage, missing=()):
        self.faults, self.counters, self.missing, self.lock = set(), {}, missing, threading.Lock()
        super().__init__(stage, self.metrics)

    def handler(self):
        systems = self

        class Handler(super().handler()):
            def do_POST(self):
                self.change(systems.faults.add)

            def do_DELETE(self):
                self.change(systems.faults.discard)

            def change(self, how):
                how(self.path[1:])
                self.send_response(204)
                self.end_headers()
        return Handler

    def count(self, series, by):
        self.counters[series] = self.counters.get(series, 0) + by
        return f"{series} {self.counters[series]}"

    def metrics(self):
        has = self.faults.__contains__
        lines = []
        with self.lock:
            for name, fault in (("bookkeep_requests_total", "BookKeep/HighErrorRate"), ("http_requests_total", "TheDot/HighErrorRate"),
                                ("http_requests_total", "ApiErrorRate")):
                job = fault.split("/")[0]
                lines += [self.count(f'{name}{{service="{job}",status="200"}}', 20), self.count(f'{name}{{service="{job}",status="500"}}', 10 if has(fault) else 0)]
            slow = 5 if has("BookKeep/HighLatency") else 0
            for bound, more in (("0.5", 20), ("2.5", 20), ("5", 20 + slow), ("+Inf", 20 + slow)):
                lines.append(self.count(f'bookkeep_request_duration_seconds_bucket{{le="{bound}"}}', more))
            lines.append(self.count('kube_pod_container_status_restarts_total{pod="a"}', 1 if has("BookKeep/PodCrashLooping") else 0))
            lines.append(self.count('node_cpu_seconds_total{mode="idle"}', 0.002 if has("CpuHigh") else 0.08))
        for series, usual, faulty, fault in (
                ("bookkeep_db_connections_active", 3, 19.5, "BookKeep/DatabaseConnectionPoolExhausted"), ("bookkeep_db_connections_max", 20, 20, ""),
                ("database_connections_active", 3, 19.5, "TheDot/DatabaseConnectionPool"), ("database_connections_max", 20, 20, ""),
                ("node_filesystem_avail_bytes", 5e9, 5e8, "DiskSpaceLow"), ("node_filesystem_size_bytes", 1e10, 1e10, ""),
                ("node_memory_MemAvailable_bytes", 5e9, 5e8, "MemoryHigh"), ("node_memory_MemTotal_bytes", 1e10, 1e10, ""),
                ('rabbitmq_queue_messages{queue="ocr"}', 3, 1001, "QueueDeep"), ("pg_stat_activity_count", 20, 99, "ConnectionsExhausted"),
                ("pg_settings_max_connections", 100, 100, ""), ("probe_success", 1, 0, "HealthFailing"),
                ("probe_ssl_earliest_cert_expiry", 4e9, 1.7e9, "CertificateEnding")):
            lines.append(f"{series} {faulty if has(fault) else usual}")
        return "\n".join(line for line in lines if not line.startswith(tuple(self.missing) or "\0")) + "\n"


class SystemAlerts(probe_stage.ProbeTest):
    def setUp(self):
        super().setUp()
        self.stage = alert_stage.Stage(self.folder, self.addCleanup)

    def system(self, rules, exporter, way):
        """Prometheus, Alertmanager, and a port of assay for each alert; `way`: how a receiver tells, with %d for the port."""
        names = re.findall(r"alert: (\w+)", rules)
        ports = {}
        for name in names:
            ports[name] = support.free_port()
        routes = ", ".join(f"{{ receiver: {name}, matchers: ['alertname=\"{name}\"'] }}" for name in names)
        receivers = ", ".join(f"{{ name: {name}, {way % ports[name]} }}" for name in names)
        manager = self.stage.alertmanager(f"route: {{ receiver: nobody, group_by: [alertname], group_wait: 100ms, group_interval: 300ms, routes: [{routes}] }}\n"
                                          f"receivers: [{{ name: nobody }}, {receivers}]\n")
        server = self.stage.prometheus(scaled(rules), {"all": [exporter.port]}, manager)
        server.await_result('count_over_time(up[10s]) >= 16')  # the windows are full
        server.await_evaluated()
        return server, manager, ports

    def follow(self, server, manager, port, alert, fault, format, exporter):
        line = (f"  - {{ kind: alert-lifecycle, alert: {alert}, prometheus: '{server.url}', alertmanager: '{manager.url}', poll: 200ms, dangerous: [127.0.0.1], "
                f"receiver: {{ listen: '127.0.0.1:{port}', format: {format}, name: {alert} }}, "
                f"inject: {{ http: {{ path: '/{fault}', method: POST }} }}, clear: {{ http: {{ path: '/{fault}', method: DELETE }} }}, "
                "expect: { firing_within: 30s, notified_within: 40s, resolved_within: 30s, resolved_notified_within: 40s } }")
        for left in reversed(range(support.ATTEMPTS)):
            began = time.monotonic()
            probed = self.probes(line, f"http://127.0.0.1:{exporter.port}", f"{fault.replace('/', '-')}.yaml")
            if not left or not server.missed_a_scrape(time.monotonic() - began):
                return probed
            server.await_calm()
            server.await_result(f'ALERTS{{alertname="{alert}"}}', lambda found: not found)

    def test_each_fires_arrives_and_clears(self):
        exporter = Systems(self.stage)
        webhook = "webhook_configs: [{ url: 'http://127.0.0.1:%d/' }]"
        slack = "slack_configs: [{ api_url: 'http://127.0.0.1:%d/', channel: '#ops', send_resolved: true }]"
        mail = "email_configs: [{ to: ops@example.test, from: am@example.test, smarthost: '127.0.0.1:%d', require_tls: false, send_resolved: true }]"
        cases = []
        for prefix, rules, way, format in (("BookKeep/", BOOKKEEP, webhook, "webhook"), ("TheDot/", THE_DOT, slack, "slack"), ("", BUDGET_COACH, mail, "email")):
            server, manager, ports = self.system(rules, exporter, way)
            cases += [(server, manager, port, alert, prefix + alert, format, exporter) for alert, port in ports.items()]
        self.assertEqual(len(cases), 14)
        # One fault each, but for the two that count the same requests.
        with concurrent.futures.ThreadPoolExecutor(7) as pool:
            finished = list(pool.map(lambda case: self.follow(*case), [case for case in cases if case[4] != "ApiErrorRate"]))
        finished.append(self.follow(*next(case for case in cases if case[4] == "ApiErrorRate")))
        for probed in finished:
            self.assertEqual(probed.states(), {"alert-lifecycle": "pass"}, probed.output[-3000:])
        self.assertEqual(exporter.faults, set())

    def test_those_that_can_never_fire_say_why(self):
        # As the guides have it: nobody exports these, and nobody sends requests at night.
        exporter = Systems(self.stage, missing=("bookkeep_db", "kube_", "database_"))
        exporter.count = lambda series, by: f"{series} {exporter.counters.setdefault(series, 100)}"
        for rules, cases in ((BOOKKEEP, {
                "DatabaseConnectionPoolExhausted": ("fail", "no series is called bookkeep_db_connections_active: it can never fire"),
                "PodCrashLooping": ("fail", "no series is called kube_pod_container_status_restarts_total: it can never fire"),
                "HighErrorRate": ("warn", "NaN in 1 of 1 series, as 0/0 is while nothing happens: it cannot fire then"),
                "HighLatency": ("warn", "NaN in 1 of 1 series")}), (THE_DOT, {
                "DatabaseConnectionPool": ("fail", "no series is called database_connections_active: it can never fire"),
                "HighErrorRate": ("pass", "hold")})):
            server, _, _ = self.system(rules, exporter, "webhook_configs: [{ url: 'http://127.0.0.1:%d/' }]")
            for alert, (state, words) in cases.items():
                with self.subTest(alert):
                    probed = self.probes(f"  - {{ kind: alert-rule, prometheus: '{server.url}', alert: {alert} }}", name=f"{alert}.yaml")
                    self.assertEqual(probed.results[0]["state"], state, probed.output)
                    self.assertRegex(probed.results[0]["reason"], words)


if __name__ == "__main__":
    unittest.main()
