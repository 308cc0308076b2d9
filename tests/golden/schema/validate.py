#!/usr/bin/env python3
"""Checks gate files against the JSON Schema with an independent validator.

validate.py SCHEMA --valid FILE...      every file must be accepted
validate.py SCHEMA --invalid FILE...    every file must be refused
"""
import json
import sys
import warnings

import yaml
from jsonschema import Draft202012Validator


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file) if path.endswith(".json") else yaml.safe_load(file)


def main(schema_path, mode, paths):
    schema = load(schema_path)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    wrong = 0
    for path in paths:
        errors = [f"{e.json_path}: {e.message[:200]}" for e in validator.iter_errors(load(path))]
        if bool(errors) == (mode == "--invalid"):
            continue
        wrong += 1
        print(f"{path}: {'is accepted' if not errors else 'is refused'}", *errors, sep="\n  ")
    print(f"{len(paths)} files, {wrong} judged wrongly")
    return 0 if paths and wrong == 0 else 1


if __name__ == "__main__":
    warnings.simplefilter("ignore", DeprecationWarning)
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
