"""What a trap is set up with: a server with its URL, in a folder of its own, that ends with the `with` block."""
import contextlib
import json
import pathlib
import resource
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "integration"), str(HERE.parent / "peers")]

import support  # noqa: E402  (the folder of the integration tests)

START_DEADLINE_S = 10


class Stage:
    """`facts` is what the server wrote down; it is there once the server was stopped (see `seal`)."""

    def __init__(self, folder, url, process=None):
        self.folder, self.url, self.process = pathlib.Path(folder), url, process
        self.environment = {}  # for the tools: which authorities to trust
        self.authority = None  # the same, for gate files
        self.cores = None  # for the tools: where they may run
        self.frozen_s = None  # how long a freeze really lasted
        self.facts = None
        self.seal = lambda: None


class Facts:
    """The log of the odd server."""

    def __init__(self, log):
        self.requests = log["requests"]
        self.connections, self.resets = log["connections"], log["resets"]

    @property
    def received(self):
        return len(self.requests)

    @property
    def answered(self):
        return sum(1 for _, answered, _ in self.requests if answered)

    def answered_within(self, seconds):
        return sum(1 for arrived, answered, _ in self.requests if answered and answered - arrived < seconds * 1e9)

    def with_status(self, status):
        return sum(1 for _, _, given in self.requests if given == status)

    def arrivals_s(self):
        """Since the first request, ascending."""
        return [(arrived - self.requests[0][0]) * 1e-9 for arrived, _, _ in self.requests]


@contextlib.contextmanager
def nothing(folder):
    """A port at which nobody listens."""
    yield Stage(folder, f"http://127.0.0.1:{support.free_port()}/")


@contextlib.contextmanager
def nginx(folder, path="/items", tls=None, host="127.0.0.1", lines=""):
    site = pathlib.Path(folder) / "nginx"
    site.mkdir()
    for place in (pathlib.Path(folder), site):
        place.chmod(0o755)  # nginx may read its files as another user
    port = support.free_port()
    if tls:
        lines += f"\nssl_protocols TLSv1.2 TLSv1.3; ssl_certificate {tls[0]}; ssl_certificate_key {tls[1]};"
    server = support.Nginx(site, f"127.0.0.1:{port}" + (" ssl" if tls else ""), ("127.0.0.1", port), lines)
    try:
        yield Stage(folder, f"{'https' if tls else 'http'}://{host}:{port}{path}", server.process)
    finally:
        server.stop()


def _first_line(process):
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"the server ended at once: {process.communicate(timeout=START_DEADLINE_S)[1]}")
    return line.strip()


@contextlib.contextmanager
def odd(folder, **wishes):
    """The odd server; its own documentation says what can be wished for."""
    log = pathlib.Path(folder) / "server.json"
    process = subprocess.Popen([sys.executable, "-B", str(HERE / "odd_server.py"), str(log), json.dumps(wishes)],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=_many_files)
    try:
        stage = Stage(folder, f"http://127.0.0.1:{_first_line(process)}/", process)

        def seal():
            process.terminate()
            process.wait(timeout=START_DEADLINE_S)
            stage.facts = Facts(json.loads(log.read_text()))

        stage.seal = seal
        yield stage
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _many_files():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, most), most))


def wait_for_load(stage, deadline_s):
    """Returns as soon as somebody is connected to the stage's server."""
    port = int(stage.url.split(":")[2].split("/")[0])
    deadline = time.monotonic() + deadline_s
    while time.monotonic() < deadline:
        for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "01" and int(fields[1].split(":")[1], 16) == port:
                return
        time.sleep(0.02)
    raise RuntimeError(f"nobody connected to {stage.url} within {deadline_s} s")
