"""A file of JSON lines to which every finished piece of work is added at once, so that an interrupted bench goes on."""
import json
from pathlib import Path


class Journal:
    """What was done by another program (`made_by`) is kept in the file and not read."""

    def __init__(self, path, made_by):
        self.path, self.made_by = Path(path), made_by
        self.entries = []
        if self.path.exists():
            self.entries = [entry for entry in map(_parsed, self.path.read_text().splitlines())
                            if entry and entry.get("made_by") == made_by]

    def add(self, **entry):
        entry["made_by"] = self.made_by
        self.entries.append(entry)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a") as file:
            file.write(json.dumps(entry) + "\n")


def _parsed(line):
    try:
        return json.loads(line)
    except ValueError:  # the line that an interruption cut off
        return None
