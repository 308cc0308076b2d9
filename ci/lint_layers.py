#!/usr/bin/env python3
"""The dependency law, the thread law and the size law of the source tree, checked by reading includes and words.

    ci/lint_layers.py [ROOT]        exit 1 when a law is broken; sizes below the hard limit only warn
    ci/lint_layers.py --self-test   every law must catch its own fixture
"""
import re
import sys
import tempfile
from pathlib import Path

# Who may include whom, besides itself. CMake's link edges say the same; this catches includes that happen to compile.
ALLOWED = {
    "base": set(),
    "client": {"base"},
    "stats": {"base"},
    "model": {"base", "stats"},
    "schedule": {"base"},
    "net": {"base", "stats", "model"},
    "config": {"base", "stats", "model"},
    "match": {"base", "stats", "model", "config"},
    "scenario": {"base", "stats", "model", "config", "match"},
    "engine": {"base", "stats", "model", "schedule", "net", "scenario"},
    "verdict": {"base", "stats", "model", "config"},
    "store": {"base", "stats", "model"},
    "demo": {"base", "stats"},
    "reports": {"base", "stats", "model"},
    "ui": {"base", "stats", "model", "reports"},
    "probes": {"base", "client", "stats", "model", "config", "match"},
}
ROOMS = set(ALLOWED) | {"cli"}  # cli sees all
# What the engine must not see even through headers of others: it gets a plan and returns a result.
HIDDEN_FROM_ENGINE = {"config", "verdict", "reports", "cli"}

# Concurrency and shared ownership live in these files only.
# prometheus-cpp serves from threads of its own and shares what it serves.
CONCURRENCY_PLACES = ("engine/worker_pool.", "engine/live_mailbox.", "demo/target_server.", "client/aside.",
                      "probes/runner.", "probes/probe_board.", "reports/probe_metrics.", "cli/metrics_endpoint.",
                      "cli/live_scrape.", "ui/live_server.", "ui/live_connection.")
CONCURRENCY = re.compile(
    r"\bstd::(?:jthread|thread|(?:shared_|recursive_|timed_)*mutex|atomic\w*|condition_variable\w*)\b|\bco_await\b")
SHARED_OWNERSHIP = re.compile(r"\bshared_ptr<\s*(?!const\b)")

HARD_LINES = {".cc": 400, ".h": 220}
SOFT_FUNCTION_LINES = 60

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
COMMENT_OR_STRING = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S)


def sources(root):
    """(room, name under the include root, path) of every C++ file of ours."""
    for base in (root / "harness", root):
        for room in sorted(ROOMS):
            for path in sorted((base / room).rglob("*")) if (base / room).is_dir() else []:
                if path.suffix in (".h", ".cc"):
                    yield room, str(path.relative_to(base)), path


def blank(text):
    """The code alone: comments and strings become blanks, lines stay where they are."""
    return COMMENT_OR_STRING.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def include_errors(room, path, text):
    for m in INCLUDE.finditer(text):
        other = m[1].split("/")[0]
        if other in ROOMS and other != room and room != "cli" and other not in ALLOWED[room]:
            yield f"{path}:{line_of(text, m.start(1))}: {room} must not include {other} (\"{m[1]}\")"


def engine_errors(files):
    """Follows includes from the engine's files to the headers it must not see."""
    includes = {name: INCLUDE.findall(path.read_text()) for _, name, path in files}
    trail = {name: name for room, name, _ in files if room == "engine"}
    queue = list(trail)
    for name in queue:
        for header in includes.get(name, []):
            if header in trail:
                continue
            trail[header] = f"{trail[name]} -> {header}"
            if header.split("/")[0] in HIDDEN_FROM_ENGINE:
                yield f"{name}: reaches the engine and must not include \"{header}\": {trail[header]}"
            else:
                queue.append(header)


def word_errors(name, path, code):
    if not name.startswith(CONCURRENCY_PLACES):
        for m in CONCURRENCY.finditer(code):
            yield f"{path}:{line_of(code, m.start())}: {m[0]} belongs in {', '.join(CONCURRENCY_PLACES)} only"
    for m in SHARED_OWNERSHIP.finditer(code):
        if not name.startswith(CONCURRENCY_PLACES):
            yield f"{path}:{line_of(code, m.start())}: shared_ptr is for const plans and sources only"


def size_errors(path, text):
    lines = text.count("\n")
    if lines > HARD_LINES[path.suffix]:
        yield f"{path}: {lines} lines, the limit is {HARD_LINES[path.suffix]}"
    if path.stem in ("utils", "util", "helpers", "helper", "misc", "common"):
        yield f"{path}: a file is called after what it does"


def size_warnings(path, code):
    """Functions as clang-format leaves them: head and closing brace at the first column."""
    start = None
    for number, line in enumerate(code.splitlines(), 1):
        if re.match(r"\w.*\{\s*$", line) and not re.match(r"(namespace|class|struct|enum|union|extern)\b", line):
            start = number
        elif line.startswith("}") and start:
            if number - start >= SOFT_FUNCTION_LINES:
                yield f"{path}:{start}: a function of {number - start + 1} lines"
            start = None


def check(root):
    files = list(sources(root))
    errors, warnings = list(engine_errors(files)), []
    for room, name, path in files:
        text = path.read_text()
        code = blank(text)
        errors += [*include_errors(room, path, text), *word_errors(name, path, code), *size_errors(path, text)]
        warnings += size_warnings(path, code)
    return len(files), errors, warnings


FIXTURES = {  # file: (content, what the message must say; None where nothing may be said)
    "harness/stats/a.h": ('#include "model/arm.h"\n', "stats must not include model"),
    "reports/b.cc": ('#include "verdict/judge.h"\n', "reports must not include verdict"),
    "harness/scenario/c.h": ('#include "config/gate_spec.h"\n', "reaches the engine"),
    "harness/engine/d.cc": ('#include "scenario/c.h"\n', None),
    "harness/net/e.cc": ("std::mutex m;\n", "std::mutex belongs"),
    "harness/engine/f.cc": ("std::atomic<int> a;\n", "std::atomic belongs"),
    "harness/engine/worker_pool.cc": ("std::jthread t; // std::mutex\n", None),
    "harness/config/g.cc": ("co_await x;\n", "co_await belongs"),
    "harness/store/h.cc": ("std::shared_ptr<Thing> t;\n", "shared_ptr is for const"),
    "harness/store/i.cc": ('std::shared_ptr<const Thing> t; auto s = "std::mutex";\n', None),
    "harness/base/utils.h": ("\n", "called after what it does"),
    "harness/base/j.h": ("\n" * 221, "221 lines"),
    "harness/base/k.cc": ("int f() {\n" + "\n" * 70 + "}\n", "a function of 72 lines"),
    "harness/cli/l.cc": ('#include "engine/run.h"\n#include "verdict/judge.h"\n', None),
}


def self_test():
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        for name, (content, _) in FIXTURES.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        _, errors, warnings = check(Path(folder))
    # An engine trail names the header that includes too much; it is listed under that header's own name.
    said = {name: [m for m in errors + warnings if f"{name}:" in m or m.startswith(name.removeprefix("harness/") + ":")]
            for name in FIXTURES}
    for name, (_, expected) in FIXTURES.items():
        if expected is None and said[name]:
            wrong.append(f"{name}: nothing is wrong, but: {said[name]}")
        if expected is not None and not any(expected in message for message in said[name]):
            wrong.append(f"{name}: '{expected}' was not found: {said[name]}")
    print("\n".join(wrong) or f"lint_layers: all {len(FIXTURES)} fixtures are judged as they should be")
    return bool(wrong)


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    count, errors, warnings = check(root)
    for message in warnings:
        print(f"warning: {message}")
    print("\n".join(errors) or f"lint_layers: {count} files keep the law")
    return bool(errors)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
