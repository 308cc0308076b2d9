"""A real Prometheus that scrapes and takes remote writes, a real Pushgateway, and receivers of the test's own."""
import http.server
import json
import subprocess
import threading
import time
import urllib.error
import urllib.request

import alert_stage
import support

DEADLINE_S = 60


class Receiver:
    """An HTTP server that keeps what it was sent; `answers` (status and body, one a request, the last for all that follow) may be
    anything."""

    def __init__(self, stage, *answers):
        self.requests, self.answers = [], list(answers) or [(200, b"")]
        receiver = self

        class Handler(alert_stage.QuietHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, words = receiver.answers[min(len(receiver.requests), len(receiver.answers) - 1)]
                receiver.requests.append((self.command, self.path, dict(self.headers), body))
                self.send_response(status)
                self.send_header("Content-Length", str(len(words)))
                self.end_headers()
                self.wfile.write(words)

            do_PUT = do_POST

        self.url = f"http://127.0.0.1:{alert_stage.served(stage, Handler)}"


class Pushgateway(alert_stage.Answering):
    def text(self):
        with urllib.request.urlopen(self.url + "/metrics", timeout=DEADLINE_S) as response:
            return response.read().decode()

    def groups(self):
        """What was pushed, by family, one dictionary for each group."""
        return self.get("/api/v1/metrics")["data"]


class MetricStage(alert_stage.Stage):
    def pushgateway(self):
        port = support.free_port()
        process = self.start(["prometheus-pushgateway", f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"],
                             ("127.0.0.1", port))
        server = Pushgateway(port, process)
        server.await_ready()
        return server

    def database(self, live_port, pushgateway):
        """A Prometheus that scrapes a run and the Pushgateway four times a second, and takes remote writes."""
        pushed = f"honor_labels: true, static_configs: [{{ targets: ['127.0.0.1:{pushgateway.port}'] }}]"
        return self.prometheus(None, {"assay": [live_port], "pushgateway": pushed},
                               arguments=["--web.enable-remote-write-receiver"])


def scraped(port, timeout=5):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=timeout) as response:
        return response.read().decode()


class ScrapeDuring(threading.Thread):
    """Reads the metrics of a run that goes on, again and again until it has ended; keeps the last text with everything in it."""

    def __init__(self, port, process, wanted):
        super().__init__(daemon=True)
        self.port, self.process, self.wanted, self.text = port, process, wanted, ""
        self.start()

    def run(self):
        while self.process.poll() is None:
            try:
                text = scraped(self.port)
                if all(name in text for name in self.wanted):
                    self.text = text
            except (OSError, urllib.error.URLError):
                pass  # not open yet, or no longer
            time.sleep(0.1)  # a scrape each 100 ms: how often is what this thread is about


def promtool(text):
    """What `promtool check metrics` says; ("", 0): nothing is wrong."""
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=30)
    return done.stdout + done.stderr, done.returncode


PARSE = """
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
print(json.dumps({f.name: [f.type, f.unit, [[s.name, s.labels, s.value] for s in f.samples]]
                  for f in text_string_to_metric_families(sys.stdin.read())}))
"""


def openmetrics(text):
    """As Debian's python3-prometheus-client reads it: name -> [type, unit, samples]."""
    done = subprocess.run(["/usr/bin/python3", "-c", PARSE], input=text, capture_output=True, text=True, timeout=30)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout)
