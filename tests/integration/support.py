"""What every integration test needs: real servers on free loopback ports, a small authority, the assay binary.

Servers are Debian's, each in its own temporary directory, and are ended by their process handle. Nothing here sleeps
where an event can be awaited; every wait has a deadline.
"""
import base64
import contextlib
import functools
import json
import os
import pathlib
import random
import resource
import shutil
import socket
import struct
import subprocess
import tempfile
import time
import unittest
import zlib

ASSAY = os.environ.get("ASSAY_BINARY", "build/dev/assay")
START_DEADLINE_S = 60
ATTEMPTS = 4
RUN_DEADLINE_S = 90


def free_port(family=socket.AF_INET):
    """A port at which nothing listens. It stays free until it is used: it is none of those that the kernel gives to clients, and a
    name of this process, which ends with it, keeps other tests from being given the same."""
    host = "::1" if family == socket.AF_INET6 else "127.0.0.1"
    while True:
        port = random.randrange(10000, _first_port_of_clients())
        name = socket.socket(socket.AF_UNIX)
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_STREAM) as probe:
            name.bind(f"\0assay-test-port-{port}")
            probe.bind((host, port))
            name.detach()  # left open
            return port
        name.close()


@functools.cache
def _first_port_of_clients():
    first = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    return first if first > 12000 else 61000  # where they are given nearly all, any will do


def wait_until_listening(address, process):
    """`address`: (host, port) or the path of a unix socket."""
    deadline = time.monotonic() + START_DEADLINE_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended at once with status {process.returncode}")
        with contextlib.suppress(OSError):
            if isinstance(address, str):
                with socket.socket(socket.AF_UNIX) as client:
                    client.connect(address)
            else:
                socket.create_connection(address, timeout=1).close()
            return
        time.sleep(0.02)
    raise RuntimeError(f"nothing listens at {address} after {START_DEADLINE_S} s")


class Nginx:
    """One nginx process (no workers, so that one SIGSTOP stops it whole) that serves a few files of a small shop."""

    def __init__(self, folder, listen, address, server_lines=""):
        self.folder = pathlib.Path(folder)
        self.address = address
        self._write_site()
        (self.folder / "nginx.conf").write_text(self._configuration(listen, server_lines))
        self.process = subprocess.Popen(
            ["nginx", "-p", str(self.folder), "-c", "nginx.conf", "-e", "error.log"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until_listening(address, self.process)
        except RuntimeError as error:
            self.stop()
            log = (self.folder / "error.log").read_text() if (self.folder / "error.log").exists() else ""
            raise RuntimeError(f"{error}: {log}") from None

    def _write_site(self):
        root = self.folder / "root"
        (root / "items").mkdir(parents=True)
        (root / "items.json").write_text('{"page": 1, "items": [{"id": 7, "name": "lamp"}, {"id": 8, "name": "desk"}]}')
        (root / "items" / "7").write_text('{"id": 7, "name": "lamp", "price_cents": 2500}')
        for name in ("client", "proxy", "fastcgi", "uwsgi", "scgi"):
            (self.folder / name).mkdir()

    def _configuration(self, listen, server_lines):
        temporary = "\n".join(f"  {name}_temp_path {kind};" for name, kind in (
            ("client_body", "client"), ("proxy", "proxy"), ("fastcgi", "fastcgi"), ("uwsgi", "uwsgi"), ("scgi", "scgi")))
        return f"""
daemon off;
master_process off;
pid nginx.pid;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
{temporary}
  access_log off;
  keepalive_requests 1000000;
  default_type application/json;
  server {{
    listen {listen} backlog=4096;
    root root;
    {server_lines}
    location = /items {{
      if ($request_method = POST) {{
        add_header Location /items/7 always;
        return 201 '{{"id": 7}}';
      }}
      try_files /items.json =404;
    }}
    location /items/ {{ etag on; }}
    location = /broken {{ return 500 'out of order'; }}
  }}
}}
"""

    def stop(self):
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(18)  # SIGCONT: a stopped process cannot end
        self.process.terminate()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Authority:
    """A certificate authority made by the openssl command line."""

    def __init__(self, folder, name="assay test authority"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.certificate = self.folder / "ca.pem"
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                      "-keyout", "ca.key", "-out", "ca.pem", "-subj", f"/CN={name}", "-days", "30")
        (self.folder / "index.txt").write_text("")
        (self.folder / "serial").write_text("01\n")

    def issue(self, names, days=("20240101000000Z", "20490101000000Z")):
        """Returns the paths of a certificate for `names` (as in subjectAltName) and of its key."""
        stem = f"leaf{len(list(self.folder.glob('leaf*.pem')))}"
        (self.folder / "ca.cnf").write_text(f"""
[ca]
default_ca = here
[here]
dir = .
database = index.txt
new_certs_dir = .
serial = serial
certificate = ca.pem
private_key = ca.key
default_md = sha256
policy = any
unique_subject = no
x509_extensions = server
[any]
commonName = supplied
[server]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = serverAuth
subjectAltName = {names}
""")
        self._openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                      "-keyout", f"{stem}.key", "-out", f"{stem}.csr", "-subj", "/CN=assay test server")
        self._openssl("ca", "-batch", "-config", "ca.cnf", "-in", f"{stem}.csr", "-out", f"{stem}.pem", "-notext",
                      "-startdate", days[0], "-enddate", days[1])
        return self.folder / f"{stem}.pem", self.folder / f"{stem}.key"

    def _openssl(self, *arguments):
        done = subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {arguments[0]}: {done.stderr}")


class Run:
    """One finished `assay run`."""

    def __init__(self, exit_code, stdout, stderr, directory):
        self.exit_code, self.stdout, self.stderr, self.directory = exit_code, stdout, stderr, directory

    @property
    def output(self):
        return f"exit {self.exit_code}\n--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}"

    @property
    def document(self):
        return json.loads((self.directory / "result.json").read_text())

    @property
    def result(self):
        return self.document["result"]

    def was_disturbed(self):
        """assay itself says that this machine was too busy to measure, or too noisy to decide."""
        late = any(f["state"] == "invalid" and f["subject"] == "generator"
                   for f in self.document["verdict"]["findings"])
        return self.exit_code == 4 or (self.exit_code == 3 and late)

    def requests(self):
        return sum(series["count"] for series in self.result["series"])

    def outcomes(self):
        total = {}
        for series in self.result["series"]:
            for name, count in series["outcomes"].items():
                total[name] = total.get(name, 0) + count
        return total


class IntegrationTest(unittest.TestCase):
    """Gives each test a temporary folder, servers that end with it, and `assay`."""

    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="assay-integration-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def nginx(self, server_lines="", *, tls=None, ipv6=False, unix=False):
        """`tls`: (certificate, key) paths. The server's .port is set unless it listens on a unix socket."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="nginx-", dir=self.folder))
        folder.chmod(0o755)
        self.folder.chmod(0o755)
        port = None if unix else free_port(socket.AF_INET6 if ipv6 else socket.AF_INET)
        address = str(folder / "n.sock") if unix else ("::1" if ipv6 else "127.0.0.1", port)
        listen = f"unix:{address}" if unix else f"[::1]:{port}" if ipv6 else f"127.0.0.1:{port}"
        if tls:
            listen += " ssl"
            server_lines += f"\nssl_protocols TLSv1.2 TLSv1.3; ssl_certificate {tls[0]}; ssl_certificate_key {tls[1]};"
        server = Nginx(folder, listen, address, server_lines)
        server.port = port
        self.addCleanup(server.stop)
        return server

    def gate(self, text, name="gate.yaml"):
        path = self.folder / name
        path.write_text(text)
        return path

    def command(self, gate, out, *arguments):
        return [ASSAY, "run", str(gate), "--out", str(out), *arguments]

    def start(self, gate, *arguments, out="run"):
        """Starts a run and returns its process; see finish()."""
        return subprocess.Popen(self.command(gate, self.folder / out, *arguments), text=True, cwd=self.folder,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def finish(self, process, out="run"):
        stdout, stderr = process.communicate(timeout=RUN_DEADLINE_S)
        return Run(process.returncode, stdout, stderr, self.folder / out)

    def run_gate(self, gate, *arguments, out="run", file_limit=None):
        limit = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (file_limit, file_limit))) if file_limit else None
        done = subprocess.run(self.command(gate, self.folder / out, *arguments), capture_output=True, text=True,
                              cwd=self.folder, timeout=RUN_DEADLINE_S, preexec_fn=limit)
        return Run(done.returncode, done.stdout, done.stderr, self.folder / out)

    def undisturbed(self, attempt):
        """The run that `attempt` makes, made again while something else on the machine keeps it from being measured."""
        for _ in range(ATTEMPTS):
            run = attempt()
            if not run.was_disturbed():
                return run
            last = run.output
            shutil.rmtree(run.directory)
        return self.fail(f"disturbed {ATTEMPTS} times; the last one: {last}")

    def assert_exit(self, run, *expected):
        self.assertIn(run.exit_code, expected, run.output)


SHOP_STEPS = """
scenarios:
  shop:
    steps:
      - name: list items
        get: "/items?limit=5"
        expect:
          status: 200
          header: { content-type: { starts_with: application/json } }
          json: { /items: { min_items: 2 }, /page: 1 }
        extract: { item: { json: /items/0/id } }
      - name: read item
        get: "/items/${item}"
        expect:
          status: 200
          json: { /name: lamp, /price_cents: { min: 100, max: 10000 } }
        extract: { tag: { header: ETag } }
      - name: read item again
        get: "/items/${item}"
        headers: { If-None-Match: "${tag}" }
        expect: { status: 304 }
      - name: create item
        post: /items
        json: { name: "copy of ${item}" }
        expect: { status: 201, header: { location: { matches: "^/items/[0-9]+$" } } }
        extract: { created: { header: Location } }
      - name: read what was copied
        get: "/items/${item}?from=${created}"
        expect: { status: 200, body: { contains: lamp, max_size: 1KiB } }
"""

# A closed shape: these gates are about answers, and an open one is invalid where a busy machine delays one of a few
# arrivals by 10 ms.
ITERATIONS = 80
CLOSED_LOAD = f"{{ shape: shared-iterations, users: 4, iterations: {ITERATIONS}, max_duration: 30s }}"
SHORT_LOAD = f"""
load:
  - {CLOSED_LOAD}
thresholds:
  - p99(response_time) < 2s
  - error_rate < 1%
"""


def shop_gate(target_lines):
    return f"version: 1\nname: shop\ntargets:\n  candidate: {target_lines}\n{SHOP_STEPS}{SHORT_LOAD}"


def one_step_gate(target_lines, load=CLOSED_LOAD, path="/items", thresholds="error_rate < 1%"):
    return f"""version: 1
name: one-step
targets:
  candidate: {target_lines}
scenarios:
  only:
    steps:
      - {{ name: read, get: {path}, expect: {{ status: 200 }} }}
load:
  - {load}
thresholds:
  - {thresholds}
"""


# ---- HdrHistogram V2: an independent reader of what result.json holds ------------------------------------------------
# https://github.com/HdrHistogram/HdrHistogram, class comments of AbstractHistogram and ZigZagEncoding.

def _zigzag_values(data):
    position = 0
    while position < len(data):
        value, shift = 0, 0
        while True:
            byte = data[position]
            position += 1
            if shift == 56:  # the ninth byte carries eight bits
                value |= byte << shift
                break
            value |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield (value >> 1) ^ -(value & 1)


def read_histogram(text):
    """[(lower bound, width, count), ...] in ascending order."""
    packed = base64.b64decode(text)
    payload = zlib.decompress(packed[8:])
    _, length, _, digits, lowest, _, _ = struct.unpack(">iiiiqqd", payload[:40])
    half_bits = max(1, (2 * 10 ** digits - 1).bit_length()) - 1
    unit_bits = max(0, lowest.bit_length() - 1)
    buckets, index = [], 0
    for value in _zigzag_values(payload[40:40 + length]):
        if value < 0:
            index -= value
            continue
        if value > 0:
            octave = max(0, (index >> half_bits) - 1)
            within = index if index >> half_bits == 0 else (index & ((1 << half_bits) - 1)) | (1 << half_bits)
            buckets.append((within << (octave + unit_bits), 1 << (octave + unit_bits), value))
        index += 1
    return buckets


def quantile_ns(result, metric, q):
    """Nearest rank over all series of the result."""
    buckets = {}
    for series in result["series"]:
        histogram = series["times"].get(metric)
        for lower, width, count in read_histogram(histogram["hdr"]) if histogram else []:
            buckets[lower + width // 2] = buckets.get(lower + width // 2, 0) + count
    rank = -(-q * sum(buckets.values()) // 1)
    seen = 0
    for middle in sorted(buckets):
        seen += buckets[middle]
        if seen >= rank:
            return middle
    raise AssertionError(f"no {metric} was recorded")
