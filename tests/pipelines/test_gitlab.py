"""The files of GitLab's `artifacts: reports:`, held against what its documentation asks for."""
import json
import unittest

import golden_reports
import jsonschema

TEXT = {"type": "string", "minLength": 1}
CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": TEXT, "check_name": TEXT,
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object", "required": ["path", "lines"],
                "properties": {"path": {**TEXT, "not": {"pattern": "^\\./"}},
                               "lines": {"type": "object", "required": ["begin"],
                                         "properties": {"begin": {"type": "integer", "minimum": 1}}}}}}}}
ANNOTATIONS = {
    "type": "object",
    "additionalProperties": {
        "type": "array",
        "items": {"type": "object", "required": ["external_link"], "additionalProperties": False,
                  "properties": {"external_link": {"type": "object", "required": ["label", "url"], "additionalProperties": False,
                                                   "properties": {"label": TEXT, "url": {"type": "string", "pattern": "^https?://"}}}}}}}
MOST_DOTENV_BYTES, MOST_DOTENV_VARIABLES = 5 * 1024, 20


class GitLab(unittest.TestCase):
    def documents(self, format):
        for variant in golden_reports.VARIANTS:
            yield json.loads(golden_reports.bytes_of(format, variant))

    def test_code_quality(self):
        for issues in self.documents("codequality"):
            jsonschema.validate(issues, CODE_QUALITY)
            self.assertGreater(len(issues), 0)
            fingerprints = [issue["fingerprint"] for issue in issues]
            self.assertEqual(len(set(fingerprints)), len(fingerprints))

    def test_annotations(self):
        links = []
        for document in self.documents("gitlab-annotations"):
            jsonschema.validate(document, ANNOTATIONS)
            links += [link["external_link"] for link in document.get("assay", [])]
        self.assertEqual(links[0]["url"], "https://gitlab.example/shop/-/jobs/7/artifacts/file/deploy/"
                                          "assay-runs/20260214T090000Z-invoices-canary/report.html")
        self.assertTrue(all(len(link["label"]) < 255 for link in links))

    def test_variables_for_later_jobs(self):
        for variant in golden_reports.VARIANTS:
            with self.subTest(variant or "sample"):
                text = golden_reports.text_of("dotenv", variant)
                self.assertLess(len(text.encode()), MOST_DOTENV_BYTES)
                lines = text.splitlines()
                self.assertLessEqual(len(lines), MOST_DOTENV_VARIABLES)
                for line in lines:
                    self.assertRegex(line, r"^ASSAY_[A-Z_]+=[A-Za-z0-9._:/%-]+$")
                self.assertIn("ASSAY_VERDICT=fail", lines)


if __name__ == "__main__":
    unittest.main()
