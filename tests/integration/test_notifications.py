"""notification and watchdog: what is sent to people arrives, by real senders; and what does not is told from what is late, other,
or never sent."""
import json
import subprocess
import sys
import textwrap
import unittest

import alert_stage
import probe_stage
import support

RULES = """groups:
  - name: general
    rules:
      - { alert: Watchdog, expr: vector(1), labels: { severity: none } }
"""
ROUTES = """route: { receiver: assay, group_by: [alertname], group_wait: 100ms, group_interval: 500ms, repeat_interval: 500ms }
receivers: [{ name: assay, webhook_configs: [{ url: 'http://127.0.0.1:%d/hook' }] }]
"""


class Notifications(probe_stage.ProbeTest):
    def setUp(self):
        super().setUp()
        self.port = support.free_port()

    def sender(self, text):
        """A program that sends; its arguments are what it says."""
        path = self.folder / f"send{len(list(self.folder.glob('send*')))}.py"
        path.write_text("import sys, smtplib, urllib.request, time, json\n" + textwrap.dedent(text).replace("PORT", str(self.port)))
        return f"[{sys.executable}, '{path}'"

    def ask(self, keys):
        probed = self.probe(self.gate(f"version: 1\nprobes:\n  - {{ kind: notification, {keys} }}\n"))
        return probed.results[0], probed.output

    def check(self, state, words, keys):
        result, output = self.ask(keys)
        self.assertEqual(result["state"], state, output)
        self.assertRegex(result["reason"], words, output)

    def test_slack_on_success_and_on_failure(self):
        slack = self.sender("""
            body = json.dumps({"attachments": [{"title": "Deploy " + sys.argv[1], "fields": [{"value": v} for v in sys.argv[2:]]}]}).encode()
            urllib.request.urlopen(urllib.request.Request("http://127.0.0.1:PORT/services/x", body, {"Content-Type": "application/json"}))
        """)
        place = f"receiver: {{ listen: '127.0.0.1:{self.port}', format: slack }}, within: 5s"
        self.check("pass", "after .*, from 127.0.0.1", f"{place}, trigger: {slack}, success, abc123, main, ann], contains: [success, abc123, main, ann]")
        self.check("pass", "after", f"{place}, trigger: {slack}, failure, abc123, main, ann], contains: [failure, abc123]")
        self.check("fail", "1 came, and in the last one there is no \"ann\"", f"{place}, within: 1s, trigger: {slack}, success, abc123], contains: [success, ann]".replace("within: 5s, within", "within"))

    def test_mail(self):
        mail = self.sender("""
            with smtplib.SMTP("127.0.0.1", PORT) as server:
                server.sendmail("ci@example.test", ["ops@example.test"], "Subject: Deploy " + sys.argv[1] + "\\r\\n\\r\\n" + " ".join(sys.argv[2:]) + "\\r\\n.\\r\\n")
        """)
        place = f"receiver: {{ listen: '127.0.0.1:{self.port}', format: email }}, within: 5s"
        self.check("pass", "after", f"{place}, trigger: {mail}, failure, '1.4.2'], contains: [Deploy failure, '1.4.2']")

    def test_what_does_not_arrive(self):
        nothing, fails = self.sender("pass"), self.sender("print('no such channel', file=sys.stderr); sys.exit(3)")
        late = self.sender("""
            import subprocess
            subprocess.Popen([sys.executable, "-c", "import time, urllib.request as u; time.sleep(1.5); u.urlopen('http://127.0.0.1:PORT/', b'late')"],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        """)
        place = f"receiver: {{ listen: '127.0.0.1:{self.port}' }}"
        self.check("fail", "notification: expected a message with hello within 500ms, got none came", f"{place}, within: 500ms, trigger: {nothing}], contains: [hello]")
        self.check("error", "trigger: the command ended with 3: no such channel", f"{place}, trigger: {fails}], contains: [hello]")
        self.check("fail", "none came", f"{place}, within: 500ms, trigger: {late}], contains: [late]")


class Watchdog(probe_stage.ProbeTest):
    def world(self, rules=RULES, routes=ROUTES):
        stage = alert_stage.Stage(self.folder, self.addCleanup)
        self.port = support.free_port()
        self.manager = stage.alertmanager(routes % self.port)
        self.server = stage.prometheus(rules, {}, self.manager, arguments=["--rules.alert.resend-delay=500ms"])

    def ask(self, keys=""):
        probed = self.probe(self.gate(f"version: 1\nprobes:\n  - {{ kind: watchdog, alertmanager: '{self.manager.url}', {keys} }}\n"))
        return probed.results[0], probed.output

    def test_it_is_alive(self):
        self.world()
        self.manager.await_alert("Watchdog")
        for keys in ("max_gap: 5s", f"max_gap: 20s, receiver: {{ listen: '127.0.0.1:{self.port}' }}"):
            with self.subTest(keys):
                result, output = self.ask(keys)
                self.assertEqual(result["state"], "pass", output)

    def test_it_is_dead(self):
        self.world(rules="groups: []\n")
        result, output = self.ask()
        self.assertEqual(result["state"], "fail", output)
        self.assertRegex(result["reason"], "not there: Prometheus does not send it")

    def test_it_does_not_arrive(self):
        self.world(routes=ROUTES.replace("http://127.0.0.1:%d/hook", "http://127.0.0.1:9/%d"))
        self.manager.await_alert("Watchdog")
        result, output = self.ask(f"max_gap: 3s, receiver: {{ listen: '127.0.0.1:{self.port}' }}")
        self.assertEqual(result["state"], "fail", output)
        self.assertRegex(result["reason"], "last arrival: expected at most 3s ago, got none for [0-9.]+s", output)

    def test_it_is_silenced(self):
        self.world()
        self.manager.await_alert("Watchdog")
        subprocess.run(["amtool", f"--alertmanager.url={self.manager.url}", "silence", "add", "alertname=Watchdog", "--comment=x", "--author=x"],
                       check=True, capture_output=True, timeout=20)
        result, output = self.ask()
        self.assertEqual(result["state"], "fail", output)
        self.assertRegex(result["reason"], "suppressed: silenced by", output)


if __name__ == "__main__":
    unittest.main()
