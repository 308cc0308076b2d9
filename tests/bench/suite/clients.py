"""The load generators under measurement: how each is called and what it says that it did.

assay and the two clients of this folder are called here; all others by tests/peers/peers.py.
"""
import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path

from . import gates

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "peers"))
import peers  # noqa: E402

PEER_TIMEOUT_S = 30


@dataclass
class Load:
    """What one call is asked for. Either `seconds` or `requests` is set."""
    server: object
    folder: Path
    tls: bool
    connections: int
    seconds: float | None = None
    requests: int | None = None

    @property
    def url(self):
        return self.server.url(self.tls)

    @property
    def ca(self):
        return self.server.ca if self.tls else None

    @property
    def whole_seconds(self):
        return math.ceil(self.seconds)


class Client:
    name = ""
    environment: dict = {}
    counts_requests = False  # can stop after a number of requests
    most_connections = 1_000_000
    most_rounds = 1_000_000
    most_seconds = 1e6
    accepted = (0,)
    start_s = 0.0  # from the start of the program to its first connection, where that is long

    def command(self, load):
        raise NotImplementedError

    def read(self, output):
        """(requests, errors) as the client tells them."""
        raise NotImplementedError

    def version(self):
        return None


class Assay(Client):
    name = "assay"
    counts_requests = True
    # A verdict is not the question, and a generator that was late on a busy machine is one of the answers.
    accepted = (0, 1, 3, 4)

    def __init__(self, binary, pacing="sleep", workers=1, name="assay"):
        self.binary, self.pacing, self.workers, self.name = binary, pacing, workers, name

    def command(self, load):
        shape = (gates.counted(load.connections, load.requests) if load.requests else
                 gates.closed(load.connections, load.whole_seconds))
        return self.run(load.folder, gates.gate(load.url, load.ca, shape))

    def run(self, folder, text):
        gate = Path(folder) / f"{self.name}.yaml"
        gate.write_text(text)
        return [self.binary, "run", str(gate), "--workers", str(self.workers), "--pacing", self.pacing, "--quiet",
                "--format", "json", "--seed", "1", "--out", str(Path(folder) / "run")]

    def read(self, output):
        document = json.loads(output)
        return document["requests"], document["failed"]


class Own(Client):
    """bench_floor and bench_net, which are called alike."""
    counts_requests = True

    def __init__(self, name, binary):
        self.name, self.binary = name, binary

    def command(self, load):
        limit = ["requests", load.requests] if load.requests else ["seconds", load.whole_seconds]
        return [self.binary, load.server.port(load.tls), load.ca or "plain", load.connections, *limit]

    def read(self, output):
        document = json.loads(output)
        return document["requests"], document["errors"]


class PeerClient(Client):
    """A tool that other people made. Heavy ones get fewer rounds and no cell that they cannot fill."""
    HEAVY = {"k6", "hey", "vegeta", "fortio", "bombardier", "oha", "ab", "h2load"}
    MOST_CONNECTIONS = {"k6": 1000, "hey": 1000, "vegeta": 1000, "fortio": 1000, "bombardier": 1000, "oha": 1000,
                        "ab": 1000, "h2load": 10_000}

    def __init__(self, peer):
        self.peer, self.name, self.environment = peer, peer.name, peer.environment
        self.most_connections = self.MOST_CONNECTIONS.get(peer.name, 1_000_000)
        if peer.name in self.HEAVY:
            self.most_rounds, self.most_seconds, self.start_s = 1, 1.0, 1.0

    def command(self, load):
        self.peer.prepare(load.folder)
        return self.peer.closed(load.url, load.connections, load.whole_seconds, insecure=load.tls,
                                timeout_s=PEER_TIMEOUT_S)

    def read(self, output):
        report = self.peer.read(output)
        if report.requests is None:
            raise ValueError("it printed no count of requests")
        return report.requests, report.errors or 0

    def version(self):
        return self.peer.version()


def own_clients(build):
    build = Path(build)
    return [Assay(str(build / "assay")), Own("net", str(build / "bench_net")), Own("floor", str(build / "bench_floor"))]


def peer_clients():
    """(those installed, names of those that are not)."""
    installed = [PeerClient(peer) for peer in peers.installed()]
    present = {client.name for client in installed}
    return installed, [kind.name for kind in peers.KINDS if kind.name not in present]
