"""Faults of alert-lifecycle against what they disturb in earnest: a PostgreSQL whose connections are used up, as
prometheus-postgres-exporter sees it; a RabbitMQ whose queue grows, as its own plugin for Prometheus says; and load."""
import json
import os
import signal
import subprocess
import unittest

import alert_stage
import service_stage
import support
import test_alert_lifecycle
from service_stage import PASSWORD

ROUTES = """route: { receiver: assay, group_by: [alertname], group_wait: 200ms, group_interval: 400ms, repeat_interval: 1h }
receivers: [{ name: assay, webhook_configs: [{ url: 'http://127.0.0.1:%d/hook' }] }]
"""
POOL_RULES = """groups:
  - name: database
    rules:
      - { alert: ConnectionsUsedUp, expr: sum(pg_stat_activity_count) / scalar(pg_settings_max_connections) > 0.7, for: 1s }
"""
QUEUE_RULES = """groups:
  - name: broker
    rules:
      - { alert: QueueDeep, expr: rabbitmq_queue_messages > 1000, for: 1s }
"""


def facts(result):
    return {fact["what"]: (fact["state"], fact["observed"]) for fact in result["facts"]}


class FaultTest(service_stage.ServiceTest):
    def watched_by(self, rules, port, interval="500ms"):
        """Prometheus scrapes that port; Alertmanager tells assay."""
        stage = alert_stage.Stage(self.folder, self.addCleanup)
        self.port = support.free_port()
        self.manager = stage.alertmanager(ROUTES % self.port)
        self.server = stage.prometheus(rules, {"service": [port]}, self.manager, interval=interval)
        self.server.await_evaluated()

    def fault_gate(self, alert, inject, more=""):
        return self.service_gate(
            f"  - {{ kind: alert-lifecycle, alert: {alert}, prometheus: '{self.server.url}', alertmanager: '{self.manager.url}', "
            f"poll: 200ms, receiver: {{ listen: '127.0.0.1:{self.port}', name: assay }}, dangerous: [127.0.0.1], "
            f"inject: {inject}, expect: {{ firing_within: 20s, notified_within: 25s, resolved_within: 20s, resolved_notified_within: 25s }} {more} }}")

    def follow(self, *arguments, **keys):
        probed = self.probe(self.fault_gate(*arguments, **keys))
        self.assertNotIn(PASSWORD, probed.stdout + probed.stderr)
        self.assertEqual(len(probed.results), 1, probed.output)
        return probed.results[0], probed.output

    def begin(self, gate):
        process = subprocess.Popen([support.ASSAY, "probe", str(gate), "--format", "json"], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, cwd=self.folder)
        self.addCleanup(self.end, process)
        return process


class HeldConnections(FaultTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_postgres_cluster()

    def world(self, more_access=()):
        self.database = self.postgres({"access": ["host all postgres 127.0.0.1/32 trust", *more_access,
                                                  "host all app 127.0.0.1/32 scram-sha-256"]})
        self.sql("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') THEN "
                 f"CREATE ROLE app LOGIN PASSWORD '{PASSWORD}'; END IF; END $$")
        exporter = support.free_port()
        self.start(["prometheus-postgres-exporter", f"--web.listen-address=127.0.0.1:{exporter}"], ("127.0.0.1", exporter),
                   env={**os.environ, "DATA_SOURCE_NAME": f"postgresql://postgres@127.0.0.1:{self.database}/postgres?sslmode=disable"})
        self.watched_by(POOL_RULES, exporter)
        self.server.await_result("pg_settings_max_connections == 20")

    def sql(self, statement):
        done = subprocess.run(["psql", "-h", "127.0.0.1", "-p", str(self.database), "-U", "postgres", "-Atc", statement],
                              capture_output=True, text=True, timeout=10)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def held(self):
        return int(self.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'assay'"))

    def inject(self, connections, more=""):
        return (f"{{ postgres: {{ address: '127.0.0.1:{self.database}', user: app, password: '${{SERVICE_PASSWORD}}', database: postgres, "
                f"connections: {connections} {more} }} }}")

    def test_connections_that_are_held_make_the_alert_fire(self):
        self.world()
        result, output = self.follow("ConnectionsUsedUp", self.inject(30))
        self.assertEqual(result["state"], "pass", output)
        # Of twenty, three are kept for superusers, and the exporter has some.
        self.assertRegex(facts(result)["held connections"][1], "^1[4-7], then the server took no more: FATAL 53300: ")
        service_stage.until(lambda: self.held() == 0, "the connections are closed")
        with self.subTest("over TLS, trusted"):
            self.server.await_result("ALERTS", lambda found: not found)
            result, output = self.follow("ConnectionsUsedUp", self.inject(14, ", tls: true"), more=f", ca: '{self.authority.certificate}'")
            self.assertEqual(result["state"], "pass", output)
            self.assertEqual(facts(result)["held connections"][1], "14", output)

    def test_connections_that_are_not_let_in(self):
        self.world()
        for name, (inject, words) in {
                "a wrong password": (self.inject(5).replace("${SERVICE_PASSWORD}", "wrong"), "FATAL 28P01: password authentication failed"),
                "an authority that is not known": (self.inject(5, ", tls: true"), "inject: tls: "),
                "no server": (self.inject(5).replace(str(self.database), str(self.refusing_port())), "inject: refused"),
        }.items():
            with self.subTest(name):
                result, output = self.follow("ConnectionsUsedUp", inject)
                self.assertEqual(result["state"], "error", output)
                self.assertIn(words, result["reason"], output)
                service_stage.until(lambda: self.held() == 0, "the connections are closed")

    def test_connections_that_are_lost_or_left(self):
        self.world()
        gate = self.fault_gate("ConnectionsUsedUp", self.inject(8))  # too few: it waits for the alert
        with self.subTest("lost"):
            process = self.begin(gate)
            service_stage.until(lambda: self.held() == 8, "the connections are held")
            self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'assay' LIMIT 3")
            result = json.loads(process.communicate(timeout=30)[0])[0]
            self.assertEqual(result["state"], "error", result)
            self.assertRegex(result["reason"], "[1-3] of 8 held connections were lost: FATAL 57P01: terminating connection")
            service_stage.until(lambda: self.held() == 0, "the connections are closed")
        for name, stop in {"interrupted": signal.SIGINT, "killed": signal.SIGKILL}.items():
            with self.subTest(name):
                process = self.begin(gate)
                service_stage.until(lambda: self.held() == 8, "the connections are held")
                process.send_signal(stop)
                process.communicate(timeout=30)
                service_stage.until(lambda: self.held() == 0, "the connections are closed")


class Messages(FaultTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.metrics = support.free_port()
        cls.start_broker("rabbitmq_prometheus", f"prometheus.tcp.ip = 127.0.0.1\nprometheus.tcp.port = {cls.metrics}\n"
                                                "collect_statistics_interval = 1000\n")

    def world(self):
        self.in_broker('rabbit_amqqueue:declare(rabbit_misc:r(<<"/">>, queue, <<"orders">>), true, false, [], none, <<"app">>).')
        self.watched_by(QUEUE_RULES, self.metrics, "1s")
        self.server.await_result("rabbitmq_queue_messages == 0")

    def inject(self, keys="messages: 1001, purge: orders", port=None, routing_key="orders"):
        return (f"{{ amqp: {{ address: '127.0.0.1:{port or self.broker_plain}', user: app, password: '${{SERVICE_PASSWORD}}', "
                f"routing_key: {routing_key}, {keys} }} }}")

    def await_empty(self):
        self.server.await_result("rabbitmq_queue_messages == 0")
        self.server.await_result("ALERTS", lambda found: not found)

    def test_messages_make_the_alert_fire(self):
        self.world()
        result, output = self.follow("QueueDeep", self.inject())
        self.assertEqual(result["state"], "pass", output)
        self.assertEqual(facts(result)["messages"][1], "1001 confirmed", output)
        self.await_empty()
        with self.subTest("over TLS, a few at once and then at a rate, in long bodies"):
            keys = f"messages: 900, rate: 100/s, body: '{'x' * 3000}', tls: true, purge: orders"
            result, output = self.follow("QueueDeep", self.inject(keys, self.broker_port), more=f", ca: '{self.authority.certificate}'")
            self.assertEqual(result["state"], "pass", output)
            self.await_empty()
        for name, (inject, words) in {
                "no queue": (self.inject(routing_key="ordres"), "1001 of 1001 messages came back: 312 NO_ROUTE"),
                "no exchange": (self.inject("messages: 5, exchange: nowhere, purge: orders"), "the broker says 404 NOT_FOUND"),
                "a wrong password": (self.inject().replace("${SERVICE_PASSWORD}", "wrong"), "the broker says 403 ACCESS_REFUSED"),
                "TLS where none is expected": (self.inject(port=self.broker_port), "this is no broker of AMQP 0-9-1"),
        }.items():
            with self.subTest(name):
                result, output = self.follow("QueueDeep", inject)
                self.assertEqual(result["state"], "error", output)
                self.assertIn(words, result["reason"], output)
        with self.subTest("a killed assay leaves no message behind"):
            gate = self.fault_gate("QueueDeep", self.inject("messages: 700, purge: orders"))
            process = self.begin(gate)
            self.server.await_result("rabbitmq_queue_messages == 700")
            process.kill()
            _, said = process.communicate(timeout=30)  # until the guardian has gone as well
            self.assertIn("its fault is taken back: clear: done", said)
            self.await_empty()


class BesideLoad(test_alert_lifecycle.LifecycleTest):
    def gate_with_load(self, probe, path="/fail", duration="10s", scenarios=""):
        return self.gate(f"""version: 1
targets: {{ candidate: http://127.0.0.1:{self.service.port} }}
scenarios:
  home: {{ steps: [ {{ get: {path}, expect: {{ status: [200, 500] }} }} ] }}
{scenarios}
load: {{ shape: constant-arrival-rate, rate: 40/s, duration: {duration} }}
thresholds: [ "p99(response_time) < 5s" ]
probes:
{probe}
""")

    def run_beside(self, probe, out="run", **keys):
        run = self.run_gate(self.gate_with_load(probe, **keys), out=out)
        result = run.result["probes"][0]
        return result, f'{result["state"]}: {result["reason"]}\n{run.output[-3000:]}'

    def test_the_load_is_the_fault(self):
        self.world()
        result, output = self.run_beside(self.lines(alert="HighErrorRate", inject="{ load: { error_ratio: 30% } }", clear=None))
        self.assertEqual(result["state"], "pass", output)
        self.assertEqual(result["phase"], "during", output)
        # It is taken back by the end of the load, ten seconds after its beginning.
        self.assertLess(result["measures"]["notified_seconds"], 9, output)
        with self.subTest("a load that is over too early"):
            self.server.await_result("ALERTS", lambda found: not found)
            result, output = self.run_beside(self.lines(alert="HighErrorRate", inject="load", clear=None), duration="1s", out="brief")
            self.assertEqual(result["state"], "error", output)
            self.assertIn("the load: it was over after", result["reason"], output)

    def test_a_fault_while_load_runs(self):
        self.world()
        result, output = self.run_beside(self.lines(more="phase: during"), path="/", duration="6s")
        self.assertEqual(result["state"], "pass", output)
        self.assertFalse(self.service.fault, "the fault was left behind")
        with self.subTest("interrupted"):
            self.server.await_result("ALERTS", lambda found: not found)
            gate = self.gate_with_load(self.lines(alert="HighErrorRate", more="phase: during"), path="/", duration="30s")
            process = support.IntegrationTest.start(self, gate, out="interrupted")
            self.addCleanup(self.end, process)
            service_stage.until(lambda: self.service.fault, "the fault is there")
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)
            self.assertFalse(self.service.fault, "the fault was left behind")

    def test_a_scenario_is_the_fault(self):
        self.world()
        probe = self.lines(alert="HighErrorRate", inject="{ scenario: burst, rate: 20/s, error_ratio: 30% }", clear=None)
        gate = self.gate(f"version: 1\ntargets: {{ candidate: http://127.0.0.1:{self.service.port} }}\n"
                         "scenarios: { burst: { weight: 0, steps: [ { get: /fail }, { get: /fail, name: again, headers: { X-Step: two } } ] } }\n"
                         f"probes:\n{probe}\n")
        probed = self.probe(gate)
        self.assertEqual(probed.results[0]["state"], "pass", probed.output)


if __name__ == "__main__":
    unittest.main()
