"""The server under every measurement: one nginx with one worker on one core, plain and with TLS 1.3.

It counts what it served, so that nothing here depends on what a client says about itself.
"""
import contextlib
import http.client
import os
import re
import resource
import socket
import subprocess
import time
from pathlib import Path

BODY = "Hello, World\n"  # 13 bytes
START_DEADLINE_S = 10
STATUS_DEADLINE_S = 30  # 10,000 busy connections stand in the queue before the question

CONFIGURATION = """
daemon off;
worker_processes 1;
worker_rlimit_nofile {files};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 16384; multi_accept on; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  default_type text/plain;
  server {{
    listen 127.0.0.1:{plain} backlog=16384;
    listen 127.0.0.1:{tls} ssl backlog=16384;
    ssl_certificate {folder}/cert.pem;
    ssl_certificate_key {folder}/key.pem;
    ssl_protocols TLSv1.3;
    location / {{ return 200 "{body}"; }}
    location /cookies {{
      add_header Set-Cookie "session=0123456789abcdef0123456789abcdef; Path=/";
      add_header Set-Cookie "region=north; Path=/; Max-Age=86400";
      return 200 "{body}";
    }}
  }}
  server {{
    listen 127.0.0.1:{status};
    location / {{ stub_status; }}
  }}
}}
"""


def free_ports(count):
    with contextlib.ExitStack() as probes:
        sockets = [probes.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def make_certificate(folder):
    """A P-256 certificate for 127.0.0.1 that is its own authority."""
    done = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
         "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=assay bench",
         "-addext", "subjectAltName=IP:127.0.0.1"], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"openssl: {done.stderr}")


def parse_status(text):
    """(open connections, requests ever) of nginx's stub_status page."""
    active = re.search(r"Active connections: (\d+)", text)
    counts = re.search(r"\n\s*(\d+) (\d+) (\d+)\s*\n", text)
    return int(active[1]), int(counts[3])


def pinned(cores):
    """For the child before it becomes the program: its cores, and as many files as allowed."""
    def apply():
        os.sched_setaffinity(0, cores)
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return apply


class Server:
    """Runs as long as the context. `pid` is the worker's."""

    def __init__(self, folder, core):
        self.folder = Path(folder)
        self.core = core
        self.plain_port, self.tls_port, self.status_port = free_ports(3)
        self.ca = str(self.folder / "cert.pem")
        self._asked = 0
        self._status = None

    def __enter__(self):
        make_certificate(self.folder)
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        (self.folder / "nginx.conf").write_text(CONFIGURATION.format(
            folder=self.folder, files=hard, plain=self.plain_port, tls=self.tls_port, status=self.status_port,
            body=BODY.replace("\n", "\\n")))
        self._process = subprocess.Popen(
            ["nginx", "-p", str(self.folder), "-c", "nginx.conf", "-e", "error.log"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=pinned({self.core}))
        try:
            self._wait_until_listening()
            self.pid = self._worker()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_):
        self._stop()

    def port(self, tls):
        return self.tls_port if tls else self.plain_port

    def url(self, tls):
        return f"{'https' if tls else 'http'}://127.0.0.1:{self.port(tls)}/"

    def status(self):
        """(open connections of clients, requests of clients ever); asking is not counted."""
        if self._status is None:
            self._status = http.client.HTTPConnection("127.0.0.1", self.status_port, timeout=STATUS_DEADLINE_S)
        self._status.request("GET", "/")
        self._asked += 1
        active, requests = parse_status(self._status.getresponse().read().decode())
        return active - 1, requests - self._asked

    def served(self):
        return self.status()[1]

    def wait_until_idle(self, deadline_s=60):
        """Until the connections of the client before are gone. Returns what was served so far."""
        deadline = time.monotonic() + deadline_s
        while True:
            active, requests = self.status()
            if active == 0:
                return requests
            if time.monotonic() > deadline:
                raise RuntimeError(f"{active} connections are still open {deadline_s} s after their client ended")
            time.sleep(0.02)

    def _wait_until_listening(self):
        deadline = time.monotonic() + START_DEADLINE_S
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.status_port), timeout=1).close()
                return
            if self._process.poll() is not None or time.monotonic() > deadline:
                log = self.folder / "error.log"
                raise RuntimeError("nginx did not start: " + (log.read_text() if log.exists() else ""))
            time.sleep(0.02)

    def _worker(self):
        deadline = time.monotonic() + START_DEADLINE_S
        while time.monotonic() < deadline:
            children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
            if children:
                return int(children[0])
            time.sleep(0.02)
        raise RuntimeError("nginx has no worker")

    def _stop(self):
        if self._status is not None:
            self._status.close()
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
