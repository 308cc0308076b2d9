"""The results as text, Markdown and JSON."""
import dataclasses
import datetime
import json
import os
import pathlib
import platform
import re

from trap import NOT_ASKED, QUIET, RIGHT, SILENT, WRONG

SIGNS = {RIGHT: "+", QUIET: "o", WRONG: "x", SILENT: "?", NOT_ASKED: " "}
LEGEND = {
    RIGHT: "right: what it says or does is the truth",
    QUIET: "it prints the truth and has no verdict: exit 0",
    WRONG: "wrong: what it says is not the truth",
    SILENT: "it prints nothing from which one could tell",
    NOT_ASKED: "cannot be asked",
}


@dataclasses.dataclass
class Tool:
    name: str
    version: str
    rate_note: str = ""


def machine():
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return (f"{model[1] if model else platform.machine()}, {len(os.sched_getaffinity(0))} cores, "
            f"Linux {platform.release()}, load average {os.getloadavg()[0]:.1f}, "
            f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC")


def _notes(tools):
    rates = [f"{tool.name}: {tool.rate_note}" for tool in tools if tool.rate_note]
    return ["versions: " + ", ".join(f"{tool.name} {tool.version}" for tool in tools),
            "asked for a constant rate by " + "; ".join(rates) if rates else "", f"machine: {machine()}"]


def counts(rows, tool):
    states = [cells[tool.name].state for _, cells in rows if tool.name in cells]
    return {state: states.count(state) for state in SIGNS}


def text(rows, tools):
    """One block a trap, one line a tool: a terminal is not wide enough for a column a tool."""
    lines = []
    width = max(len(tool.name) for tool in tools)
    for trap, cells in rows:
        lines.append(f"{trap.title}  [{trap.name}]" + (f"  (truth: {trap.truth})" if trap.truth else ""))
        lines += [f"  {SIGNS[cell.state]} {name:<{width}}  {cell.text}" for name, cell in cells.items()]
    lines.append("")
    for tool in tools:
        told = counts(rows, tool)
        lines.append(f"  {tool.name:<{width}}  " + ", ".join(f"{number} {state if state != NOT_ASKED else 'not asked'}"
                                                             for state, number in told.items() if number))
    lines += ["", *(f"  {SIGNS[state]} {meaning}" for state, meaning in LEGEND.items() if state != NOT_ASKED), ""]
    return "\n".join(lines + [note for note in _notes(tools) if note])


def markdown(rows, tools):
    """One line a trap, one column a tool."""
    def field(cell):
        sign = {RIGHT: "✓ ", QUIET: "○ ", WRONG: "✗ ", SILENT: "? ", NOT_ASKED: ""}[cell.state]
        return f"{sign}{cell.words}" if cell.words else (sign.strip() or "-")

    lines = ["| trap | truth | " + " | ".join(tool.name for tool in tools) + " |", "| --- " * (len(tools) + 2) + "|"]
    for trap, cells in rows:
        fields = [field(cells[tool.name]) if tool.name in cells else "" for tool in tools]
        lines.append(f"| {trap.title} | {trap.truth} | " + " | ".join(fields) + " |")
    lines += ["", "✓ right · ○ prints the truth, has no verdict (exit 0) · ✗ wrong · "
              "? prints nothing from which one could tell · - cannot be asked", ""]
    return "\n".join(lines + [f"{note}  " for note in _notes(tools) if note]) + "\n"


def document(rows, tools):
    return json.dumps({
        "machine": machine(),
        "tools": [dataclasses.asdict(tool) for tool in tools],
        "traps": [{"name": trap.name, "title": trap.title, "truth": trap.truth,
                   "tools": {name: dataclasses.asdict(cell) for name, cell in cells.items()}} for trap, cells in rows],
    }, indent=2, ensure_ascii=False) + "\n"
