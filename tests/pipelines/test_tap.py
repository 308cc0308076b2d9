"""TAP as Perl's TAP::Parser, the reference, takes it."""
import subprocess
import unittest
from pathlib import Path

import golden_reports
from test_junit import root_of

READER = Path(__file__).resolve().parent / "read_tap.pl"


def read(variant):
    done = subprocess.run(["perl", READER], input=golden_reports.bytes_of("tap", variant), capture_output=True, check=True, timeout=60)
    facts = {}
    for line in done.stdout.decode().splitlines():
        kind, *rest = line.split("\t")
        facts.setdefault(kind, []).append(rest)
    return facts


class Tap(unittest.TestCase):
    def test_it_parses_without_errors_and_unknown_lines(self):
        for variant in golden_reports.VARIANTS:
            with self.subTest(variant or "sample"):
                facts = read(variant)
                self.assertNotIn("error", facts)
                self.assertNotIn("unknown", facts)
                tests = sum(len(facts.get(kind, [])) for kind in ("ok", "not ok", "skip"))
                self.assertEqual([str(tests), ""], facts["planned"][0])

    def test_it_says_what_junit_says(self):
        for variant in golden_reports.VARIANTS:
            with self.subTest(variant or "sample"):
                facts, root = read(variant), root_of(variant)
                self.assertEqual(len(facts["not ok"]), int(root.get("failures")) + int(root.get("errors")))
                self.assertEqual(len(facts["skip"]), int(root.get("skipped")))

    def test_what_does_not_hold_has_its_reason_as_yaml(self):
        for variant in golden_reports.VARIANTS:
            with self.subTest(variant or "sample"):
                facts = read(variant)
                self.assertEqual(len(facts["yaml"]), len(facts["not ok"]) + len(facts["skip"]))
                self.assertTrue(all(message for _, message in facts["yaml"]))


if __name__ == "__main__":
    unittest.main()
