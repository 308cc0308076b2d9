"""A stage for alert-lifecycle: a service whose fault can be switched on and off, with its Prometheus and Alertmanager."""
import threading
import time
import urllib.request

import alert_stage
import probe_stage
import support

RULES = """groups:
  - name: shop
    rules:
      - alert: HighErrorRate
        expr: sum(rate(http_requests_total{status=~"5.."}[3s])) / sum(rate(http_requests_total[3s])) > 0.05
        for: 1s
        labels: { severity: critical }
      - alert: QueueDeep
        expr: queue_depth > 1000
        labels: { severity: critical }
      - alert: Innocent
        expr: queue_depth > 1e6
"""
ROUTES = """route: { receiver: assay, group_by: [alertname], group_wait: 200ms, group_interval: 400ms, repeat_interval: 1h }
receivers: [{ name: assay, %s }, { name: other, webhook_configs: [{ url: 'http://127.0.0.1:9/' }] }]
"""
BLIP_SCRAPES = 4
WEBHOOK = "webhook_configs: [{ url: 'http://127.0.0.1:%d/hook' }]"


class Service:
    """A service with counters; POST /fault makes a third of its requests fail, DELETE /fault ends that. POST /blip does so for as
    many scrapes as BLIP_SCRAPES. `disk_full` may be set at any time."""

    def __init__(self, stage):
        self.fault, self.good, self.bad, service = False, 0, 1, self
        self.scrapes_left, self.disk_full = None, 0

        class Handler(alert_stage.QuietHandler):
            def say(self, body=b"ok", status=200):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                if self.path == "/fail":
                    service.bad += 1
                    return self.say(status=500)
                if service.scrapes_left == 0:
                    service.fault, service.scrapes_left = False, None
                elif service.scrapes_left:
                    service.scrapes_left -= 1
                service.good += 20
                service.bad += 10 if service.fault else 0
                self.say(f"""# TYPE http_requests_total counter
http_requests_total{{status="200"}} {service.good}
http_requests_total{{status="500"}} {service.bad}
# TYPE queue_depth gauge
queue_depth {5000 if service.fault else 3}
disk_full {service.disk_full}
""".encode())

            def do_POST(self):
                service.scrapes_left = BLIP_SCRAPES if self.path == "/blip" else None
                service.fault = True
                self.say()

            def do_DELETE(self):
                service.fault = False
                self.say()

        self.port = alert_stage.served(stage, Handler)


class Door:
    """Between Alertmanager and the receiver: `refuse` says of the n-th message with which status it is turned away, or None: it is
    passed on to `to`. What was answered stands in `answered`."""

    def __init__(self, stage, refuse):
        self.to, self.answered, self.passed, door = None, [], threading.Event(), self

        class Handler(alert_stage.QuietHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = refuse(len(door.answered))
                if status is None:
                    status = self.pass_on(body)
                    door.passed.set()
                door.answered.append(status)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def pass_on(self, body):
                request = urllib.request.Request(f"http://127.0.0.1:{door.to}/hook", body, {"Content-Type": self.headers["Content-Type"]})
                try:
                    with urllib.request.urlopen(request, timeout=5) as response:
                        return response.status
                except OSError:  # the probe is over, and its receiver with it
                    return 502

        self.port = alert_stage.served(stage, Handler)


class LifecycleTest(probe_stage.ProbeTest):
    def world(self, ways=WEBHOOK, routes=ROUTES, rules=RULES, alertmanager=True, arguments=(), first=(), refuse=None):
        """Everything, running; `ways`: how the receiver tells, with %d for assay's port. `alertmanager`: False, or another one that
        Prometheus tells; `refuse`: of a door before the receiver."""
        stage = alert_stage.Stage(self.folder, self.addCleanup)
        self.service = Service(stage)
        self.port = support.free_port()
        self.door = Door(stage, refuse) if refuse else None
        if self.door:
            self.door.to = self.port
        told = self.door.port if self.door else self.port
        self.manager = stage.alertmanager(routes % (ways % told if "%d" in ways else ways))
        knows = self.manager if alertmanager is True else alertmanager or None
        self.server = stage.prometheus(rules, {"shop": [self.service.port]}, knows, arguments=arguments)
        self.server.await_result("sum(rate(http_requests_total[3s])) > 0")
        self.server.await_evaluated()
        for name in first:  # what Alertmanager must know before
            self.manager.await_alert(name)

    def lines(self, *, alert="QueueDeep", format="webhook", name="name: assay", inject=None, clear="{ http: { path: /fault, method: DELETE } }",
              receiver=True, poll="100ms", more=""):
        inject = inject or "{ http: { path: /fault, method: POST } }"
        return (f"  - {{ kind: alert-lifecycle, alert: {alert}, prometheus: '{self.server.url}', alertmanager: '{self.manager.url}', poll: {poll}, "
                + (f"receiver: {{ listen: '127.0.0.1:{self.port}', format: {format}, {name} }}, " if receiver else "")
                + f"inject: {inject}, " + (f"clear: {clear}, " if clear else "") + f"dangerous: [127.0.0.1], {more} }}")

    def follow(self, once=False, **keys):
        """What becomes of the alert; it is followed again where this machine was too busy to scrape, but for `once`."""
        for left in reversed(range(1 if once else support.ATTEMPTS)):
            began = time.monotonic()
            probed = self.probes(self.lines(**keys), f"http://127.0.0.1:{self.service.port}")
            self.assertEqual(len(probed.results), 1, probed.output)
            if not left or self.service.fault or not self.server.missed_a_scrape(time.monotonic() - began):
                break
            self.server.await_calm()
            self.server.await_result(f'ALERTS{{alertname="{keys.get("alert", "QueueDeep")}"}}', lambda found: not found)
            if self.door:
                self.door.answered.clear()
        return probed.results[0], probed.output

    def facts(self, result):
        return {fact["what"]: (fact["state"], fact["observed"]) for fact in result["facts"]}
