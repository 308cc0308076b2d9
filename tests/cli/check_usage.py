#!/usr/bin/env python3
"""Keeps the usage block of README.md equal to what --help prints, for every command.

    check_usage.py ASSAY README           compares
    check_usage.py --update ASSAY README  rewrites the block
"""
import difflib
import re
import subprocess
import sys
from pathlib import Path

BEGIN, END = "<!-- usage: begin -->\n", "<!-- usage: end -->\n"


def help_of(assay, *command):
    return subprocess.run([assay, *command, "--help"], capture_output=True, text=True, check=True, timeout=30).stdout


def usage(assay):
    overview = help_of(assay)
    commands = re.findall(r"^  ([a-z][a-z-]*) ", overview.split("Subcommands:")[1], re.M)
    blocks = ["```text\n$ assay --help\n" + overview.strip("\n") + "\n```\n"]
    for command in commands:
        blocks.append(f"```text\n$ assay {command} --help\n" + help_of(assay, command).strip("\n") + "\n```\n")
    return "\n".join(blocks)


def main(arguments):
    updating = arguments[0] == "--update"
    assay, readme = arguments[updating:]
    path = Path(readme)
    before, rest = path.read_text().split(BEGIN)
    block, after = rest.split(END)
    expected = usage(assay)
    if updating:
        path.write_text(before + BEGIN + expected + END + after)
        return False
    for line in difflib.unified_diff(block.splitlines(), expected.splitlines(), "README.md", "assay --help", lineterm=""):
        print(line)
    return block != expected


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
