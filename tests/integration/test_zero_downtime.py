"""What a deployment loses while it is changed: probes and load beside what the proxy itself has logged."""
import datetime
import socket
import subprocess
import threading
import time
import unittest

import probe_stage
import support

INTERVAL_S = 0.05
RATE = 60
LENGTH_S = 6


class Service:
    """An nginx of the test in a folder of its own; can be stopped, and started again on its port."""

    def __init__(self, test, name, configuration):
        self.test, self.folder = test, test.folder / name
        self.folder.mkdir()
        self.folder.chmod(0o755)
        (self.folder / "nginx.conf").write_text(f"""
daemon off; pid nginx.pid; worker_rlimit_nofile 2048;
events {{ worker_connections 1024; }}
{configuration}
""")
        self.process = None
        self.start()
        test.addCleanup(lambda: test.end(self.process))

    def start(self):
        self.process = subprocess.Popen(["nginx", "-p", self.folder, "-c", "nginx.conf", "-e", "error.log"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        support.wait_until_listening(("127.0.0.1", self.port), self.process)

    def stop(self):
        self.test.end(self.process)


TEMPORARY = "client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;"


class Backend(Service):
    """Answers everything with 200."""

    def __init__(self, test, name):
        self.port = support.free_port()
        super().__init__(test, name, f"""
master_process off;
http {{ {TEMPORARY} access_log off;
  server {{ listen 127.0.0.1:{self.port}; location / {{ return 200 'ok'; }} }} }}""")


class NginxFront(Service):
    """With a master, so that it can be reloaded, and a log with a line for each request."""

    def __init__(self, test, backends, retry):
        self.port = support.free_port()
        servers = " ".join(f"server 127.0.0.1:{b.port} max_fails=0;" for b in backends)
        super().__init__(test, "front", f"""
master_process on; worker_processes 1; user root;
http {{ {TEMPORARY}
  log_format outcome '$status $http_user_agent'; access_log requests.log outcome;
  upstream shop {{ {servers} }}
  proxy_next_upstream {"error timeout" if retry else "off"}; proxy_connect_timeout 1s;
  server {{ listen 127.0.0.1:{self.port} backlog=1024; location / {{ proxy_pass http://shop; }} }} }}""")

    def reload(self):
        self.process.send_signal(1)  # SIGHUP

    def failed(self):
        return by_client((self.folder / "requests.log").read_text().splitlines())


class HaproxyFront:
    """HAProxy without health checks; its log goes to a datagram socket, which a thread of the test empties: a queue holds
    ten lines only, and HAProxy drops the others."""

    def __init__(self, test, backends, retry):
        self.port = support.free_port()
        self.socket_path = str(test.folder / "log.sock")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.socket_path)
        self.lines, self.over = [], threading.Event()
        self.reader = threading.Thread(target=self._read)
        self.reader.start()
        test.addCleanup(self._stop_reading)
        servers = "\n".join(f"  server s{i} 127.0.0.1:{b.port}" for i, b in enumerate(backends))
        configuration = test.folder / "haproxy.cfg"
        configuration.write_text(f"""
global
  log {self.socket_path} format raw local0
  maxconn 500
defaults
  mode http
  log global
  log-format "%ST %[capture.req.hdr(0)]"
  timeout connect 1s
  timeout client 10s
  timeout server 10s
  retries {3 if retry else 0}
  {"option redispatch 1" if retry else "no option redispatch"}
frontend front
  bind 127.0.0.1:{self.port}
  http-request capture req.hdr(User-Agent) len 40
  default_backend shop
backend shop
  balance roundrobin
{servers}
""")
        self.process = test.start(["haproxy", "-f", configuration, "-db"], ("127.0.0.1", self.port))

    def _read(self):
        self.socket.settimeout(0.2)
        while True:
            try:
                self.lines += self.socket.recv(65536).decode().splitlines()
            except TimeoutError:
                if self.over.is_set():
                    return

    def _stop_reading(self):
        self.over.set()
        self.reader.join()
        self.socket.close()

    def failed(self):
        self.over.set()
        self.reader.join()  # which ends once nothing more comes
        return by_client(self.lines)


def by_client(lines):
    """(of the load, of the probes): lines of a proxy's log with a status of 5xx."""
    bad = [line for line in lines if line.startswith("5")]
    probes = sum("assay-probe" in line for line in bad)
    return len(bad) - probes, probes


def seconds_since_1970(utc_text):
    return datetime.datetime.fromisoformat(utc_text.replace("Z", "+00:00")).timestamp()


class ZeroDowntime(probe_stage.ProbeTest):
    def run_while(self, port, change, *, tolerate="failures: 0"):
        """A gate with load and an availability probe on `port`; `change` is called when load runs."""
        path = self.gate(f"""version: 1
name: change
targets: {{ candidate: "http://127.0.0.1:{port}" }}
scenarios: {{ home: {{ steps: [ {{ get: /, expect: {{ status: 200 }} }} ] }} }}
load: [ {{ shape: constant-arrival-rate, rate: {RATE}/s, duration: {LENGTH_S}s, connections: fresh }} ]
probes:
  - {{ kind: http, name: home, path: /, every: {int(INTERVAL_S * 1000)}ms, timeout: 1s, tolerate: {{ {tolerate} }} }}
thresholds: [ "error_rate < 100%" ]
""")
        process = subprocess.Popen(self.command(path, self.folder / "run"), text=True, cwd=self.folder,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(1.5)  # the load must run; its start is nothing that this script can be told of
        try:
            change()
        finally:
            run = self.finish(process)
        self.assertTrue((run.directory / "result.json").exists(), run.output)
        return run

    @staticmethod
    def probe_state(run):
        """Not the verdict: a busy machine may make the load itself invalid."""
        return run.result["probes"][0]["state"]

    @staticmethod
    def lost(run):
        load = sum(s["count"] for s in run.result["series"] if s["failed"])
        probe = sum(s["failed"] for p in run.result["probes"] for s in p["series"])
        return load, probe

    def rolling_restart(self, backends):
        def change():
            for backend in backends:
                backend.stop()
                time.sleep(0.3)  # how long this deployment's instance takes to come back
                backend.start()
        return change

    def backends(self):
        return [Backend(self, f"backend{i}") for i in range(3)]

    def check_lost_equals_log(self, front_class):
        backends = self.backends()
        front = front_class(self, backends, retry=False)
        run = self.run_while(front.port, self.rolling_restart(backends))
        load, probe = self.lost(run)
        self.assertEqual((load, probe), front.failed(), run.output)
        self.assertGreater(load + probe, 0, "the restart lost nothing: " + run.output)
        self.assertEqual(self.probe_state(run), "fail", run.output)

    def check_nothing_is_lost(self, front_class):
        backends = self.backends()
        front = front_class(self, backends, retry=True)
        run = self.run_while(front.port, self.rolling_restart(backends))
        self.assertEqual(self.lost(run), (0, 0), run.output)
        # On a busy machine the ticks themselves are late, and then assay does not vouch for them.
        late = "late" in run.result["probes"][0]["reason"]
        self.assertIn(self.probe_state(run), ("error",) if late else ("pass", "warn"), run.output)
        self.assertEqual(front.failed(), (0, 0))

    def test_rolling_restart_behind_nginx_without_retry(self):
        self.check_lost_equals_log(NginxFront)

    def test_rolling_restart_behind_nginx_with_retry(self):
        self.check_nothing_is_lost(NginxFront)

    def test_rolling_restart_behind_haproxy_without_retry(self):
        self.check_lost_equals_log(HaproxyFront)

    def test_rolling_restart_behind_haproxy_with_retry(self):
        self.check_nothing_is_lost(HaproxyFront)

    def test_a_reload_loses_no_new_connection(self):
        front = NginxFront(self, self.backends(), retry=True)

        def change():
            for _ in range(3):
                front.reload()
                time.sleep(0.4)

        run = self.run_while(front.port, change)
        new = [s for p in run.result["probes"] for s in p["series"] if s["connection"] == "new"]
        self.assertEqual([s["failed"] for s in new], [0], run.output)

    def test_the_window_of_a_stop_matches_the_clock(self):
        front = NginxFront(self, self.backends(), retry=True)
        times = {}

        def change():
            times["down"] = time.time()
            front.stop()
            time.sleep(0.255)
            front.start()
            times["up"] = time.time()

        run = self.run_while(front.port, change)
        self.assertEqual(self.probe_state(run), "fail", run.output)
        probe = run.result["probes"][0]
        started = seconds_since_1970(probe["started_utc"]) - probe["at_ns"] / 1e9
        series = next(s for s in probe["series"] if s["connection"] == "new")
        outages = [o for o in series["outages"] if not o["from_load"]]
        self.assertEqual(len(outages), 1, run.output)
        down = times["down"] - started
        up = times["up"] - started
        window = outages[0]
        # The port is closed a little after `down` and open a little before `up`, so the window lies inside; on a busy
        # machine a tick may be late by what its lateness says.
        slack = INTERVAL_S + series["lateness_max_ns"] / 1e9 + 0.02
        self.assertGreaterEqual(window["first_failed_ns"] / 1e9, down - slack, run.output)
        self.assertLessEqual(window["good_after_ns"] / 1e9, up + slack, run.output)


if __name__ == "__main__":
    unittest.main()
