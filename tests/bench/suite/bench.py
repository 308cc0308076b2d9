"""What every row needs: the options, the server, the clients, and the two cores."""
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from .clients import Load
from .processes import Failed


@dataclass
class Bench:
    options: object
    server: object
    clients: list
    folder: Path
    absent: dict = field(default_factory=dict)  # cell or client that is left out: why

    def load(self, tls, connections, **limit):
        # A run directory is never written into twice.
        shutil.rmtree(self.folder / "run", ignore_errors=True)
        return Load(self.server, self.folder, tls, connections, **limit)

    @property
    def client_cores(self):
        return {self.options.client_core}

    def client(self, name):
        return next((client for client in self.clients if client.name == name), None)

    def assay(self):
        found = self.client("assay")
        if found is None:
            raise Failed("assay is not among the clients")
        return found

    def leave_out(self, what, why):
        """`why`: a reason, or what went wrong."""
        self.absent[what] = str(why).splitlines()[0]
        self.say(f"  left out: {what}: {self.absent[what]}")

    @staticmethod
    def say(text=""):
        print(text, flush=True)

    @staticmethod
    def progress(text):
        if sys.stderr.isatty():
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
