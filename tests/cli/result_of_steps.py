#!/usr/bin/env python3
"""Prints a result.json with as many steps as asked for, each with one request: what a report must bound or refuse."""
import json
import sys


def step(index):
    return {"scenario": "many", "name": f"step {index}", "method": "GET", "target": f"/{index}", "timeout_ns": 1_000_000_000}


def series(index):
    return {"step": index, "arm": "candidate", "status_class": 2, "failed": False, "count": 1, "outcomes": {"ok": 1},
            "sent_bytes": 100, "received_bytes": 100, "times": {}, "slots": []}


def result(steps):
    return {
        "id": "many", "name": "many-steps", "description": "", "started_utc": "2026-02-14T09:00:00.000Z", "seed": 1,
        "segment": {"index": 1, "count": 1}, "command_line": ["assay", "run", "gate.yaml"],
        "gate": {"path": "gate.yaml", "text": ""}, "overrides": {}, "slot_length_ns": 500_000_000,
        "duration_ns": 10_000_000_000, "warm_up_requests": 0, "warm_up_errors": 0, "iterations_completed": steps,
        "targets": [], "steps": [step(i) for i in range(steps)], "load": [], "failures": [],
        "health": {"machines": 1, "workers": 1, "polling": False, "intended": 0, "started": steps, "shed": 0, "waited": 0,
                   "peak_in_flight": 1, "max_in_flight": 0, "local_ports": 0, "dispatch_lag": None, "seconds": []},
        "environment": {"assay_version": "0.1.0", "compiler": "", "build": "", "hostname": "", "kernel": "",
                        "cpu_model": "", "cores": 1, "memory_bytes": 0, "file_limit": 0, "openssl_version": "", "ci": {}},
        "series": [series(i) for i in range(min(steps, 65_536))],
    }


def text(steps):
    return json.dumps({"schema_version": 1, "result": result(steps)}, separators=(",", ":"))


if __name__ == "__main__":
    print(text(int(sys.argv[1])))
