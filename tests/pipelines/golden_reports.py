"""The golden files of the reports that pipelines read: of the sample run, of one with probes, and of one in which everything that
a server, a gate file or a URL can say is hostile."""
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "golden" / "reports"
VARIANTS = ("", "-probes", "-hostile")


def path_of(format, variant=""):
    return FOLDER / f"{format}{variant}.txt"


def bytes_of(format, variant=""):
    return path_of(format, variant).read_bytes()


def text_of(format, variant=""):
    return bytes_of(format, variant).decode("utf-8")
