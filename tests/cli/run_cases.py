#!/usr/bin/env python3
"""Runs the cases of tests/cli/cases against the real binary.

A case is a folder: `cmd` (a shell line that calls $ASSAY; more files beside it may be named), `stdout`, `stderr`, `exit`.
A missing `stdout` or `stderr` means: empty; a missing `exit`: 0. Expected texts may hold placeholders: <...> stands for
any text within a line, a line that is only <...lines...> for any number of lines.

    run_cases.py ASSAY [CASE ...]       compares; --update before ASSAY rewrites what has no placeholder
"""
import difflib
import os
import re
import subprocess
import sys
from pathlib import Path

CASES = Path(__file__).resolve().parent / "cases"
DEADLINE_S = 60


def pattern(expected):
    text = re.escape(expected)
    text = text.replace(re.escape("<...lines...>\n"), r"(?:.*\n)*")
    return text.replace(re.escape("<...>"), r"[^\n]*")


def expected_of(case, name):
    path = case / name
    return path.read_text() if path.exists() else ("0\n" if name == "exit" else "")


def run(assay, case):
    environment = {"PATH": os.environ["PATH"], "ASSAY": assay, "LANG": "C.UTF-8"}
    done = subprocess.run(["bash", "-c", (case / "cmd").read_text()], cwd=case, env=environment, text=True,
                          capture_output=True, stdin=subprocess.DEVNULL, timeout=DEADLINE_S)
    return {"stdout": done.stdout, "stderr": done.stderr, "exit": f"{done.returncode}\n"}


def update(case, actual):
    for name, text in actual.items():
        path = case / name
        if path.exists() and "<..." in path.read_text():
            continue
        if text == ("0\n" if name == "exit" else ""):
            path.unlink(missing_ok=True)
        else:
            path.write_text(text)


def differences(case, actual):
    for name, text in actual.items():
        expected = expected_of(case, name)
        if not re.fullmatch(pattern(expected), text):
            yield from difflib.unified_diff(expected.splitlines(), text.splitlines(), f"{case.name}/{name} expected",
                                            f"{case.name}/{name} actual", lineterm="")


def main(arguments):
    updating = arguments[0] == "--update"
    assay, *names = arguments[updating:]
    assay = str(Path(assay).resolve())
    cases = [CASES / name for name in names] or sorted(path for path in CASES.iterdir() if path.is_dir())
    failed = []
    for case in cases:
        actual = run(assay, case)
        if updating:
            update(case, actual)
        report = list(differences(case, actual))
        if report:
            failed.append(case.name)
            print("\n".join(report))
    print(f"{len(cases) - len(failed)} of {len(cases)} cases as expected" + "".join(f"\n  failed: {n}" for n in failed))
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
