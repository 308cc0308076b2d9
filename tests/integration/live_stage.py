"""A run with a live page, and clients of that page: as a browser would ask, and as none ever should."""
import http.client
import json
import re
import select
import socket
import subprocess
import time
import urllib.parse

import support

DEADLINE_S = 60
# Long enough for every test; each ends it by itself. A closed shape with pauses: an open one is invalid on a busy machine.
GATE = """version: 1
name: watched
targets:
  candidate: { url: "http://127.0.0.1:%d" }
scenarios: { s: { steps: [ { name: read, get: /items, expect: { status: 200 } }, { pause: 30ms } ] } }
load: { shape: constant-vus, users: 3, duration: 150s }
thresholds: [ error_rate < 5%% ]
"""


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body


class Page:
    """The page of one run, at the address that the run printed."""

    def __init__(self, line):
        self.url = re.search(r"http://\S+", line)[0]
        parts = urllib.parse.urlsplit(self.url)
        self.host, self.port = parts.hostname, parts.port
        self.authority = parts.netloc
        self.token = urllib.parse.parse_qs(parts.query)["token"][0]

    def ask(self, method, target, **headers):
        """`headers`: with _ for -; host=None leaves it out."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=DEADLINE_S)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in {"Host": self.authority, **{n.replace("_", "-"): v for n, v in headers.items()}}.items():
                if value is not None:
                    connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode())
        finally:
            connection.close()

    def by_hand(self, path, **headers):
        """As the page itself asks."""
        return self.ask("POST", path, **{"Authorization": f"Bearer {self.token}", "Origin": f"http://{self.authority}",
                                         "Sec_Fetch_Site": "same-origin", "Content_Length": "0", **headers})

    def connect(self, receive_buffer=None):
        client = socket.socket()
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.settimeout(DEADLINE_S)
        client.connect((self.host, self.port))
        return client

    def send(self, text, receive_buffer=None):
        client = self.connect(receive_buffer)
        client.sendall(text.encode())
        return client

    def events(self, since=""):
        return Events(self.send(f"GET /events?from={since} HTTP/1.1\r\nHost: {self.authority}\r\n\r\n"))


class Events:
    """A stream of server-sent events."""

    def __init__(self, client):
        self.client = client
        self.lines = client.makefile("r", encoding="utf-8", newline="\n")
        self.status = int(self.lines.readline().split()[1])
        while self.lines.readline().strip():
            pass

    def next(self):
        """(name, id, text) of the next one."""
        event = {}
        for line in self.lines:
            line = line.rstrip("\n")
            if not line:
                return event.get("event"), event.get("id"), event.get("data")
            name, _, value = line.partition(": ")
            event[name] = value
        raise EOFError("the stream ended")

    def fragments(self):
        """{id: html} of the next ones."""
        name, _, text = self.next()
        assert name == "fragments", name
        return {one["id"]: one["html"] for one in json.loads(text)}

    def until(self, found):
        """Reads on until `found` says so of all that was shown last."""
        shown, deadline = {}, time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline:
            shown.update(self.fragments())
            if found(shown):
                return shown
        raise AssertionError(f"never seen: {shown}")

    def close(self):
        self.lines.close()
        self.client.close()


def wait_until_dropped(client):
    """The server ends the connection, whether or not anybody reads what it sent before. Whether it did."""
    poll = select.poll()
    poll.register(client, select.POLLHUP | select.POLLERR | select.POLLRDHUP)
    return bool(poll.poll(DEADLINE_S * 1000))


class LiveRun(support.IntegrationTest):
    def watched(self, gate_text=None, *arguments, ui="127.0.0.1:0"):
        """Starts a run; returns its process and its page."""
        text = gate_text or GATE % self.nginx().port
        process = self.start(self.gate(text), "--ui", ui, *arguments)
        self.addCleanup(self.end, process)
        return process, Page(process.stderr.readline())

    def events(self, page, since=""):
        events = page.events(since)
        self.addCleanup(events.close)
        return events

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        try:
            process.communicate(timeout=support.RUN_DEADLINE_S)
        except ValueError:
            pass  # finish() has read to the end and closed

    def assert_stopped_by_hand(self, run):
        """It passes never; on a machine that is too busy to measure, it is invalid."""
        self.assertEqual(run.result["early_stop"]["cause"], "by_hand")
        verdict = run.document["verdict"]
        if verdict["grade"] != "invalid":
            self.assertEqual(run.exit_code, 4, run.output)
            self.assertRegex(verdict["reason"], r"^stopped by hand after \S+ of \S+: whoever stops a run has seen its numbers")
        self.assert_exit(run, 3, 4)

    def say_stop(self, process, page):
        """Ends the run by hand; returns it."""
        answer = page.by_hand("/stop")
        self.assertEqual(answer.status, 202, answer.body)
        return self.finish(process)
