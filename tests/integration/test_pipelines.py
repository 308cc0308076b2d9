"""What a run leaves with the pipeline that it runs in, end to end: annotations on the gate file, summary, outputs, files."""
import csv
import json
import os
import re
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

import support

CLEAN = {key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "CI_")) and key != "GITLAB_CI"}
SLOW_THRESHOLD = "p50(response_time) < 1ns"


class Pipelines(support.IntegrationTest):
    def setUp(self):
        super().setUp()
        self.project = self.folder / "project"
        (self.project / "deploy").mkdir(parents=True)

    def in_pipeline(self, variables, *arguments):
        """A gate below `deploy` of the project, called from there; it fails on one threshold."""
        server = self.nginx()
        text = support.one_step_gate(f'{{ url: "http://127.0.0.1:{server.port}" }}', thresholds=SLOW_THRESHOLD)
        (self.project / "deploy" / "gate.yaml").write_text(text)
        done = subprocess.run([support.ASSAY, "run", "gate.yaml", "--out", "../report", *arguments], text=True, capture_output=True,
                              cwd=self.project / "deploy", env={**CLEAN, **variables}, timeout=support.RUN_DEADLINE_S)
        run = support.Run(done.returncode, done.stdout, done.stderr, self.project / "report")
        line = next(i for i, each in enumerate(text.splitlines(), 1) if SLOW_THRESHOLD in each)
        return run, line

    def github(self, *arguments):
        self.summary, self.outputs = self.folder / "summary.md", self.folder / "outputs"
        return self.in_pipeline({"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(self.project),
                                 "GITHUB_STEP_SUMMARY": str(self.summary), "GITHUB_OUTPUT": str(self.outputs)}, *arguments)

    def test_annotations_land_on_the_line_of_the_gate_file(self):
        run, line = self.github()
        self.assert_exit(run, 1)
        stop, rest = run.stdout.split("\n", 1)
        word = stop.removeprefix("::stop-commands::")
        report, commands = rest.split(f"\n::{word}::\n")
        self.assertIn("FAIL", report)
        errors = [each for each in commands.splitlines() if each.startswith("::error ")]
        self.assertEqual(len(errors), 1, run.output)
        self.assertTrue(errors[0].startswith(f"::error file=deploy/gate.yaml,line={line},col=5,title=assay%3A {SLOW_THRESHOLD}::"), errors)

    def test_summary_and_outputs(self):
        run, _ = self.github()
        self.assertIn("### FAIL: one-step", self.summary.read_text())
        outputs = dict(re.findall(r"(?m)^(\w+)<<(?:ASSAY_END)\n(.*)\nASSAY_END$", self.outputs.read_text()))
        self.assertEqual(outputs["verdict"], "fail")
        self.assertEqual(outputs["exit_code"], "1")
        self.assertEqual(json.loads(outputs["failed_checks"]), [SLOW_THRESHOLD])
        for name in ("report_path", "report_json"):
            self.assertTrue((self.project / "deploy" / outputs[name]).is_file(), outputs)
        self.assertEqual(json.loads((run.directory / "report.json").read_text())["verdict"]["grade"], "fail")

    def test_a_pipeline_can_be_left_alone(self):
        run, _ = self.github("--ci", "none")
        self.assertNotIn("::error", run.stdout + run.stderr)
        self.assertFalse(self.summary.exists() or self.outputs.exists())

    def test_further_reports_beside_the_run_and_elsewhere(self):
        elsewhere = self.folder / "elsewhere.xml"
        run, line = self.github("--write", "junit", "--write", f"junit={elsewhere}", "--write", "csv", "--write", "tap")
        self.assertEqual(elsewhere.read_bytes(), (run.directory / "junit.xml").read_bytes())
        case = next(case for case in ElementTree.parse(elsewhere).iter("testcase") if case.find("failure") is not None)
        self.assertEqual((case.get("name"), case.get("file"), case.get("line")), (SLOW_THRESHOLD, "deploy/gate.yaml", str(line)))
        with open(run.directory / "series.csv", newline="") as file:
            counted = sum(int(row["count"]) for row in csv.DictReader(file) if row["metric"] == "requests")
        self.assertEqual(counted, run.requests())
        self.assertIn("not ok 1 - thresholds: " + SLOW_THRESHOLD, (run.directory / "checks.tap").read_text())

    def test_a_report_that_cannot_be_written_changes_no_verdict(self):
        run, _ = self.github("--write", "junit=/proc/nowhere/junit.xml")
        self.assert_exit(run, 1)
        self.assertIn("cannot write /proc/nowhere/junit.xml", run.stderr)

    def test_gitlab(self):
        run, line = self.in_pipeline({"GITLAB_CI": "true", "CI_PROJECT_DIR": str(self.project),
                                      "CI_JOB_URL": "https://gitlab.example/shop/-/jobs/7"})
        self.assert_exit(run, 1)
        issues = json.loads((run.directory / "gitlab-codequality.json").read_text())
        self.assertEqual([issue["location"] for issue in issues], [{"path": "deploy/gate.yaml", "lines": {"begin": line}}])
        link = json.loads((run.directory / "gitlab-annotations.json").read_text())["assay"][0]["external_link"]
        self.assertEqual(link["url"], "https://gitlab.example/shop/-/jobs/7/artifacts/file/report/report.html")
        self.assertIn("ASSAY_VERDICT=fail\nASSAY_EXIT_CODE=1\n", (run.directory / "assay.env").read_text())
        self.assertTrue((run.directory / "junit.xml").is_file())

    def test_the_demo_in_a_workflow(self):
        self.summary, self.outputs = self.folder / "summary.md", self.folder / "outputs"

        def demo():
            done = subprocess.run([support.ASSAY, "demo", "errors", "--ci", "github", "--write", "junit", "--out", str(self.folder / "run")],
                                  capture_output=True, text=True, cwd=self.folder, timeout=support.RUN_DEADLINE_S,
                                  env={**CLEAN, "GITHUB_STEP_SUMMARY": str(self.summary), "GITHUB_OUTPUT": str(self.outputs)})
            return support.Run(done.returncode, done.stdout, done.stderr, self.folder / "run")
        run = self.undisturbed(demo)
        self.assert_exit(run, 1)
        self.assertIn("\n::error file=demo.yaml,line=", run.stdout)
        self.assertIn("| baseline | candidate | change | interval | margin | verdict |", self.summary.read_text())
        self.assertGreater(int(ElementTree.parse(run.directory / "junit.xml").getroot().get("failures")), 0)


if __name__ == "__main__":
    unittest.main()
