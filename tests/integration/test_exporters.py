"""promql, prometheus-targets, alert-rule and metrics over real exporters: node_exporter, postgres_exporter on a real PostgreSQL, and
blackbox_exporter on a real web server. Rules as they are found in collections pass; the mistakes that are made with them are found."""
import datetime
import json
import os
import pathlib
import re
import signal
import socket
import struct
import unittest

import alert_stage
import service_stage
import support

INTERVAL = "1s"

NODE = {
    "InstanceDown": 'up{job="node"} == 0',
    "FilesystemAlmostFull": '( node_filesystem_avail_bytes{job="node",fstype!="",mountpoint!=""} / '
                            'node_filesystem_size_bytes{job="node",fstype!="",mountpoint!=""} * 100 < 0.1 and '
                            'node_filesystem_readonly{job="node",fstype!="",mountpoint!=""} == 0 )',
    "FilesystemFillsUp": 'predict_linear(node_filesystem_free_bytes{fstype!~"tmpfs|ramfs"}[1h], 4 * 3600) < -1e15',
    "CpuHigh": '100 - (avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5s])) * 100) > 101',
    "MemoryHigh": "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes * 100 < 0.1",
    "LoadHigh": 'node_load15 / on(instance) count by (instance) (node_cpu_seconds_total{mode="idle"}) > 1e6',
    # And what is written by mistake: names before 0.16, a label of another exporter, a typing error.
    "OldDiskName": "node_filesystem_avail / node_filesystem_size < 0.1",
    "OldCpuName": '1 - avg(irate(node_cpu{mode="idle"}[5m])) > 0.8',
    "OtherLabel": '1 - avg(rate(node_cpu_seconds_total{state="idle"}[5s])) > 0.8',
    "OtherValue": '1 - avg(rate(node_cpu_seconds_total{mode="idel"}[5s])) > 0.8',
    "OtherJob": 'up{job="node-exporter"} == 0',
}
DATABASE = {
    "Down": "pg_up == 0",
    "TooManyConnections": "sum by (instance) (pg_stat_activity_count) > min by (instance) (pg_settings_max_connections * 0.95)",
    "Deadlocks": 'increase(pg_stat_database_deadlocks{datname!~"template.*"}[1m]) > 5',
    "Rollbacks": 'sum by (datname) (rate(pg_stat_database_xact_rollback{datname="postgres"}[10s])) / sum by (datname) '
                 '(rate(pg_stat_database_xact_commit{datname="postgres"}[10s])) > 100',
    "NotOfThisVersion": "time() - pg_postmaster_start_time_seconds < 60",
    "OtherName": "pg_stat_activity_connections > 90",
    "SingularName": "sum(pg_stat_activity_count) / sum(pg_settings_max_connection) > 0.9",
    "OtherLabel": 'pg_stat_database_numbackends{database="postgres"} > 90',
    "OtherState": 'pg_stat_activity_count{state="idle in transactions"} > 5',
}
WEB = {
    "EndpointDown": "probe_success == 0",
    "BadStatus": "probe_http_status_code <= 199 or probe_http_status_code >= 400",
    "Slow": "avg_over_time(probe_duration_seconds[5s]) > 60",
    "CertificateEnds": "(probe_ssl_earliest_cert_expiry - time()) / 86400 < 20",
    "CertificateEnded": "probe_ssl_earliest_cert_expiry - time() <= 0",
    "OldCertificateName": "probe_ssl_cert_not_after - time() < 86400 * 20",
    "OtherPhase": 'probe_http_duration_seconds{phase="dns"} > 5',
    "OtherLabel": 'probe_http_duration_seconds{stage="tls"} > 5',
}


def rules_of(expressions):
    rules = "".join(f"      - {{ alert: {name}, expr: {json.dumps(expr)} }}\n" for name, expr in expressions.items())
    return "groups:\n  - name: all\n    rules:\n" + rules


class ExporterTest(service_stage.ServiceTest):
    def setUp(self):
        super().setUp()
        self.alerts = alert_stage.Stage(self.folder, self.addCleanup)

    def exporter(self, name, *arguments, environment=None):
        """Its port and process."""
        port = support.free_port()
        process = self.start([f"prometheus-{name}", f"--web.listen-address=127.0.0.1:{port}", *arguments], ("127.0.0.1", port),
                             env={**os.environ, **(environment or {})})
        return port, process

    def scraped_by(self, expressions, jobs, until, interval=INTERVAL):
        self.server = self.alerts.prometheus(rules_of(expressions), jobs, interval=interval)
        self.server.await_result(until)
        self.server.await_evaluated()

    def ask(self, probes):
        """`probes`: name -> keys; returns name -> result."""
        lines = "\n".join(f"  - {{ name: {json.dumps(name)}, prometheus: '{self.server.url}', {keys} }}" for name, keys in probes.items())
        probed = self.probes(lines)
        self.assertEqual(len(probed.results), len(probes), probed.output)
        return {result["name"]: result for result in probed.results}

    def check(self, cases):
        """name -> keys, the state, and what is said of it."""
        results = self.ask({name: keys for name, (keys, _, _) in cases.items()})
        for name, (_, state, words) in cases.items():
            with self.subTest(name):
                said = json.dumps([results[name]["reason"], results[name]["facts"]], ensure_ascii=False)
                self.assertEqual(results[name]["state"], state, said)
                self.assertRegex(said, words or ".", said)

    def check_rules(self, cases):
        self.check({alert: (f"kind: alert-rule, alert: {alert}", *expected) for alert, expected in cases.items()})

    def check_exposition(self, port, require, path="/metrics"):
        """What an exporter says of itself: nothing is found wrong."""
        probed = self.probes(f"  - {{ kind: metrics, path: '{path}', require: [{require}] }}", f"http://127.0.0.1:{port}", "metrics.yaml")
        self.assertEqual(probed.states(), {"metrics": "pass"}, json.dumps(probed.results, indent=1)[-3000:])


THERE = ("pass", "there")


class NodeExporter(ExporterTest):
    def test_node_exporter(self):
        # What Debian leaves out would leave nothing in a container.
        port, process = self.exporter("node-exporter", "--collector.filesystem.fs-types-exclude=^(proc|sysfs)$")
        self.check_exposition(port, "{ name: node_cpu_seconds_total, type: counter, labels: [cpu, mode] }, { name: node_memory_MemTotal_bytes, type: gauge, min: 1 }, "
                                    "{ name: node_scrape_collector_success, labels: [collector], min: 0, max: 1 }, { name: go_gc_duration_seconds, type: summary, labels: [] }")
        self.scraped_by(NODE, {"node": [port]}, 'count_over_time(node_load1[10s]) >= 4')
        never = "it can never fire"
        self.check_rules({
            **{alert: THERE for alert in ("InstanceDown", "FilesystemAlmostFull", "FilesystemFillsUp", "CpuHigh", "MemoryHigh", "LoadHigh")},
            "OldDiskName": ("fail", f"no series is called node_filesystem_avail: {never}"),
            "OldCpuName": ("fail", f"no series is called node_cpu: {never}"),
            "OtherLabel": ("fail", f"no series of node_cpu_seconds_total has the label state: {never}"),
            "OtherValue": ("warn", "no series of node_cpu_seconds_total has .*idel"),
            "OtherJob": ("warn", "no series of up has .*node-exporter"),
        })
        memory = int(re.search(r"MemTotal: +(\d+) kB", pathlib.Path("/proc/meminfo").read_text())[1]) * 1024
        self.check({
            "targets": ("kind: prometheus-targets, jobs: { node: 1 }, interval: 1s", "pass", "1 up"),
            "memory": (f"kind: promql, query: node_memory_MemTotal_bytes, expect: {memory}", "pass", str(memory)),
            "memory is shared out": ("kind: promql, query: 'node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes', expect: '<= 100%'", "pass", ""),
            "processors": (f"kind: promql, query: 'count(node_cpu_seconds_total{{mode=\"idle\"}})', expect: {os.cpu_count()}", "pass", ""),
            "time goes on": ("kind: promql, query: 'sum by (cpu) (rate(node_cpu_seconds_total[5s]))', expect: '> 0'", "pass", ""),
            "a range": ("kind: promql, query: 'up{job=\"node\"}', expect: 1, over: 1s, step: 500ms", "pass", ""),
            "a range of rates": ("kind: promql, query: 'rate(node_cpu_seconds_total[5s])', expect: '>= 0', over: 1s, step: 500ms", "pass", "series"),
            "one too many": (f"kind: promql, query: 'count(node_cpu_seconds_total{{mode=\"idle\"}})', expect: {os.cpu_count() + 1}", "fail", f"got {os.cpu_count()}"),
            "a name of old": ("kind: promql, query: 'sum(node_cpu)', expect: '> 0'", "error", "no series"),
        })
        self.end(process)
        self.server.await_result('ALERTS{alertname="InstanceDown",alertstate="firing"}')
        self.check({
            "targets": ("kind: prometheus-targets, jobs: { node: 1 }", "fail", "expected 1 up, got 0 up, .*is down: .*(refused|reset|EOF)"),
            "now": ("kind: promql, query: 'up{job=\"node\"}', expect: 1", "fail", "got 0"),
            "a while": ("kind: promql, query: 'up{job=\"node\"}', expect: 1, over: 1s, step: 500ms", "fail", "got 0"),
            "what it told": ("kind: promql, query: node_load1, expect: '>= 0'", "error", "no series"),
            "rule": ("kind: alert-rule, alert: InstanceDown", "warn", "state: expected not firing now, got firing|got firing"),
        })


class PostgresExporter(ExporterTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_postgres_cluster()

    def hold_connection(self, port):
        client = socket.create_connection(("127.0.0.1", port), timeout=service_stage.EVENT_DEADLINE_S)
        self.addCleanup(client.close)
        wishes = b"user\0postgres\0database\0postgres\0\0"
        client.sendall(struct.pack("!II", 8 + len(wishes), 3 << 16) + wishes)
        with client.makefile("rb") as stream:
            while (kind := stream.read(1)) != b"Z":  # ready for a query
                self.assertNotIn(kind, (b"", b"E"))
                stream.read(struct.unpack("!I", stream.read(4))[0] - 4)
        return client

    def test_postgres_exporter(self):
        database = self.postgres({"access": ["host all all 127.0.0.1/32 trust"], "settings": {"ssl": "off"}})
        port, process = self.exporter("postgres-exporter", environment={
            "DATA_SOURCE_NAME": f"postgresql://postgres@127.0.0.1:{database}/postgres?sslmode=disable"})
        self.check_exposition(port, "{ name: pg_up, type: gauge, min: 1, max: 1 }, { name: pg_settings_max_connections, type: gauge, min: 20, max: 20 }, "
                                    "{ name: pg_stat_database_xact_commit, type: counter }")
        # It tries for a second to reach a database that is gone, and must not be late with that.
        self.scraped_by(DATABASE, {"postgres": [port]}, 'count_over_time(pg_up[10s]) >= 2', "2s")
        never = "it can never fire"
        self.check_rules({
            **{alert: THERE for alert in ("Down", "TooManyConnections", "Deadlocks", "Rollbacks")},
            "NotOfThisVersion": ("fail", f"no series is called pg_postmaster_start_time_seconds: {never}"),
            "OtherName": ("fail", f"no series is called pg_stat_activity_connections: {never}"),
            "SingularName": ("fail", f"no series is called pg_settings_max_connection: {never}"),
            "OtherLabel": ("fail", f"no series of pg_stat_database_numbackends has the label database: {never}"),
            "OtherState": ("warn", "no series of pg_stat_activity_count has .*idle in transactions"),
        })
        idle = 'pg_stat_activity_count{datname="postgres",state="idle"}'
        held = [self.hold_connection(database) for _ in range(7)]
        self.server.await_result(f"{idle} >= {len(held)}")
        self.check({
            "targets": ("kind: prometheus-targets, jobs: { postgres: 1 }", "pass", "1 up"),
            "connections that are allowed": ("kind: promql, query: pg_settings_max_connections, expect: 20", "pass", "20"),
            "connections that are held": (f"kind: promql, query: '{idle}', expect: '>= {len(held)}'", "pass", ""),
            "a share": ("kind: promql, query: 'sum(pg_stat_activity_count) / sum(pg_settings_max_connections)', expect: '>= 35%'", "pass", ""),
            "a range": ("kind: promql, query: pg_up, expect: 1, over: 1s, step: 500ms", "pass", ""),
            "too many": ("kind: promql, query: 'sum(pg_stat_activity_count) / sum(pg_settings_max_connections)', expect: '< 30%'", "fail", "got 0[.][3-9]"),
        })
        # The database is gone: its exporter is up, and says so.
        self.postgres_process.send_signal(signal.SIGINT)  # it does not wait for its clients
        self.postgres_process.wait(timeout=20)
        self.server.await_result('pg_up == 0 and on() ALERTS{alertname="Down",alertstate="firing"}')
        self.check({
            "targets": ("kind: prometheus-targets, jobs: { postgres: 1 }", "pass", "1 up"),
            "database": ("kind: promql, query: pg_up, expect: 1", "fail", "got 0"),
            "rule": ("kind: alert-rule, alert: Down", "warn", "got firing"),
        })
        self.end(process)
        self.server.await_result('up{job="postgres"} == 0')
        self.check({"targets": ("kind: prometheus-targets, jobs: { postgres: 1 }", "fail", "expected 1 up, got 0 up, .*is down: .*(refused|reset|EOF)")})


class BlackboxExporter(ExporterTest):
    def test_blackbox_exporter(self):
        soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=5)
        ending = self.authority.issue(service_stage.NAMES, ("20240101000000Z", soon.strftime("%Y%m%d%H%M%SZ")))
        lines = "location = / { return 200 welcome; } location / { return 404 nothing; }"
        sites = {"good": self.nginx(lines, tls=self.certificates["good"]), "ending": self.nginx(lines, tls=ending)}
        configuration = self.folder / "blackbox.yml"
        configuration.write_text(json.dumps({"modules": {"site": {"prober": "http", "timeout": "5s", "http": {
            "preferred_ip_protocol": "ip4", "tls_config": {"ca_file": str(self.authority.certificate)}}}}}))
        port, process = self.exporter("blackbox-exporter", f"--config.file={configuration}")
        urls = {name: f"https://127.0.0.1:{site.port}/" for name, site in sites.items()}
        urls["missing"] = urls["good"] + "no-such-page"
        self.check_exposition(port, "{ name: probe_success, type: gauge, labels: [], min: 1, max: 1 }, { name: probe_ssl_earliest_cert_expiry, type: gauge }, "
                                    "{ name: probe_http_duration_seconds, type: gauge, labels: [phase] }", f"/probe?module=site&target={urls['good']}")
        self.check_exposition(port, "{ name: blackbox_exporter_config_last_reload_successful, min: 1 }")
        relabel = (f"[{{ source_labels: [__address__], target_label: __param_target }}, {{ source_labels: [__param_target], target_label: instance }}, "
                   f"{{ target_label: __address__, replacement: '127.0.0.1:{port}' }}]")
        self.scraped_by(WEB, {"web": f"metrics_path: /probe, params: {{ module: [site] }}, static_configs: [{{ targets: {list(urls.values())} }}], relabel_configs: {relabel}",
                              "blackbox": [port]}, 'count(count_over_time(probe_success[10s]) >= 3) == 3 and on() count(up{job="blackbox"} == 1) == 1')
        never = "it can never fire"
        self.check_rules({
            **{alert: THERE for alert in ("Slow", "CertificateEnded")},
            "EndpointDown": ("warn", "got firing"),
            "BadStatus": ("warn", "got firing"),
            "CertificateEnds": ("warn", "got firing"),
            "OldCertificateName": ("fail", f"no series is called probe_ssl_cert_not_after: {never}"),
            "OtherPhase": ("warn", "no series of probe_http_duration_seconds has .*dns"),
            "OtherLabel": ("fail", f"no series of probe_http_duration_seconds has the label stage: {never}"),
        })

        def query(name, expression):
            return "kind: promql, query: " + json.dumps(expression.replace("@", f'{{instance="{urls[name]}"}}'))
        left = (soon - datetime.datetime.now(datetime.timezone.utc)).total_seconds() / 86400
        self.check({
            "targets": ("kind: prometheus-targets, jobs: { web: 3, blackbox: 1 }", "pass", "3 up"),
            "answers": (query("good", "probe_success@") + ", expect: 1", "pass", ""),
            "does not": (query("missing", "probe_success@") + ", expect: 1", "fail", "got 0"),
            "status": (query("missing", "probe_http_status_code@") + ", expect: 404", "pass", "404"),
            "certificate": (query("ending", "(probe_ssl_earliest_cert_expiry@ - time()) / 86400") + f", expect: '> {left - 0.1:.3f}'", "pass", "4[.]9"),
            "certificate that ends": (query("ending", "(probe_ssl_earliest_cert_expiry@ - time()) / 86400") + ", expect: '>= 20'", "fail", "got 4[.]9"),
            "certificate that lasts": (query("good", "(probe_ssl_earliest_cert_expiry@ - time()) / 86400") + ", expect: '>= 20'", "pass", ""),
            "all of them": ("kind: promql, query: probe_success, expect: 1", "fail", "got 0 of probe_success.*no-such-page"),
            "a range": (query("good", "probe_success@") + ", expect: 1, over: 1s, step: 500ms", "pass", ""),
        })
        self.end(process)
        self.server.await_result('count(up == 0) == 4')
        self.check({"targets": ("kind: prometheus-targets, jobs: { web: 3, blackbox: 1 }", "fail", "expected 3 up, got 0 up, .*is down: .*(refused|reset|EOF)")})


class OfMonitoringItself(ExporterTest):
    def test_prometheus_and_alertmanager(self):
        manager = self.alerts.alertmanager("route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n")
        self.server = self.alerts.prometheus(None, {}, manager, interval=INTERVAL)
        self.check_exposition(self.server.port, "{ name: prometheus_http_request_duration_seconds, type: histogram, labels: [handler] }, "
                                                "{ name: prometheus_build_info, min: 1, max: 1 }")
        self.check_exposition(manager.port, "{ name: alertmanager_notifications_failed_total, type: counter }, "
                                            "{ name: alertmanager_notification_latency_seconds, type: histogram }")


if __name__ == "__main__":
    unittest.main()
