#!/usr/bin/env python3
"""Prints stored runs of a gate as `assay baseline export` does, for `assay baseline import`: levels of a seeded noise, one
of which may change for good at one run.

    stored_runs.py COUNT [--gate NAME] [--since N --by SHARE] [--environment NAME] [--load HASH] [--arms 2] [--name TEXT]
"""
import argparse
import hashlib
import json
import math
import random

import result_of_steps

parser = argparse.ArgumentParser()
parser.add_argument("count", type=int)
parser.add_argument("--gate", default="shop")
parser.add_argument("--since", type=int, default=None, help="the first run with another level")
parser.add_argument("--by", type=float, default=0.0, help="by how much p95 and p99 change then")
parser.add_argument("--environment", default="e0f1")
parser.add_argument("--load", default="10ad")
parser.add_argument("--arms", type=int, default=1)
parser.add_argument("--name", default="release-{}")
parser.add_argument("--day", type=int, default=1, help="of the first run, from 1 January 2026")
options = parser.parse_args()
noise = random.Random(f"{options.gate} {options.environment} {options.load}")


def level(milliseconds, changed):
    value = math.log(milliseconds * 1e6) + noise.gauss(0, 0.02) + (math.log1p(options.by) if changed else 0)
    return {"level": round(value, 6), "standard_error": 0.008}


def metrics(number):
    changed = options.since is not None and number >= options.since
    for name, milliseconds, moves in (("p50", 84, False), ("p95", 141, True), ("p99", 190, True)):
        made = {"metric": f"{name}(response_time)", "candidate": level(milliseconds, changed and moves)}
        if options.arms == 2:
            made["baseline"] = level(milliseconds, False)
        yield made
    yield {"metric": "error_rate", "candidate": {"level": round(0.001 + abs(noise.gauss(0, 0.0005)), 6),
                                                 "standard_error": 0.0004}}


def run(number, result_text):
    day = options.day + number
    started = f"2026-{1 + day // 28:02d}-{1 + day % 28:02d}T09:00:00.000Z"
    grade = "fail" if number % 9 == 4 else "inconclusive" if number % 11 == 7 else "pass"
    return {"id": hashlib.sha256(result_text.encode()).hexdigest()[:16], "gate": options.gate, "scenario_hash": "5ce0", "load_hash": options.load,
            "environment_hash": options.environment, "environment": {"cores": "2", "environment": options.environment},
            "labels": {}, "name": options.name.format(number), "started_utc": started, "saved_utc": started,
            "grade": grade, "arms": options.arms, "same_build": False, "two_instances": False, "pinned": False,
            "measures": {"judged_s": 30, "requests_per_s": 590, "metrics": list(metrics(number))}}


for number in range(options.count):
    result = json.loads(result_of_steps.text(0))
    result["result"]["id"] = f"{options.gate}-{options.load}-{options.environment}-{number}"
    text = json.dumps(result)
    print(json.dumps({"assay_export": 1, "run": run(number, text), "result_json": text}))
