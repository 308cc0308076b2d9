"""The examples under ci/deploy: valid YAML of the right shape, files that assay writes, and commands that the binary knows."""
import os
import re
import shlex
import subprocess
import unittest
from pathlib import Path

import yaml

ASSAY = os.environ.get("ASSAY_BINARY", "build/dev/assay")
FOLDER = Path(__file__).resolve().parent.parent.parent / "ci" / "deploy"
OUTPUTS = {"verdict", "exit_code", "report_path", "report_json", "failed_checks"}
GITLAB_REPORTS = {"junit": "junit.xml", "codequality": "gitlab-codequality.json", "annotations": "gitlab-annotations.json",
                  "dotenv": "assay.env", "metrics": "metrics.txt"}


def text_of(name):
    return (FOLDER / name).read_text()


def workflow():
    # YAML 1.1 takes the key `on` for true.
    return {("on" if key is True else key): value for key, value in yaml.safe_load(text_of("github-workflow.yaml")).items()}


def steps():
    return [step for job in workflow()["jobs"].values() for step in job["steps"]]


def commands_in(script):
    """The calls of assay in a shell script, as words."""
    joined = re.sub(r"\\\n\s*", " ", script)
    return [shlex.split(line.strip(), comments=True) for line in joined.splitlines() if re.match(r"\s*assay ", line)]


def commands():
    yield from (words for step in steps() if "run" in step for words in commands_in(step["run"]))
    for name, job in yaml.safe_load(text_of("gitlab-ci.yaml")).items():
        if name != "stages":
            yield from (words for line in job["script"] for words in commands_in(line))
    yield from commands_in(text_of("Jenkinsfile"))


class Examples(unittest.TestCase):
    def test_the_binary_knows_every_command_option_and_format(self):
        found = list(commands())
        self.assertEqual(len(found), 3)
        for _, command, *words in found:
            help_text = subprocess.run([ASSAY, command, "--help"], capture_output=True, text=True, check=True, timeout=60).stdout
            formats = re.search(r"--format (\S+)", help_text)[1].split("|")
            for option, value in zip(words, [*words[1:], ""]):
                if option.startswith("--"):
                    self.assertRegex(help_text, rf"(?m)^  {option} ")
                if option == "--write":
                    self.assertIn(value, formats)

    def test_the_workflow_has_the_shape_of_one(self):
        document = workflow()
        self.assertLessEqual({"name", "on", "permissions", "jobs"}, set(document))
        for job in document["jobs"].values():
            self.assertIn("runs-on", job)
            self.assertIn("timeout-minutes", job)
        for step in steps():
            self.assertEqual(("run" in step) + ("uses" in step), 1, step)

    def test_no_expression_stands_in_a_script(self):
        """What stands in ${{ }} becomes part of the script, whoever wrote it; through `env` it stays a value."""
        for step in steps():
            self.assertNotIn("${{", step.get("run", ""))

    def test_only_outputs_that_there_are(self):
        used = set(re.findall(r"steps\.gate\.outputs\.(\w+)", text_of("github-workflow.yaml")))
        self.assertTrue(used)
        self.assertLessEqual(used, OUTPUTS)

    def test_the_scripts_are_scripts(self):
        for step in steps():
            if "run" in step:
                subprocess.run(["bash", "-n"], input=step["run"], text=True, check=True, timeout=60)

    def test_gitlab_takes_the_files_that_assay_writes_for_it(self):
        gate = yaml.safe_load(text_of("gitlab-ci.yaml"))["gate"]
        self.assertEqual(gate["artifacts"]["reports"], {kind: f"assay-report/{file}" for kind, file in GITLAB_REPORTS.items()})
        self.assertEqual(gate["artifacts"]["when"], "always")
        self.assertIn(gate["stage"], yaml.safe_load(text_of("gitlab-ci.yaml"))["stages"])

    def test_the_jenkinsfile_closes_what_it_opens(self):
        code = re.sub(r"//[^\n]*|'''.*?'''|'[^'\n]*'|\"[^\"\n]*\"", "", text_of("Jenkinsfile"), flags=re.S)
        depth = []
        for letter in code:
            if letter in "({[":
                depth.append(letter)
            if letter in ")}]":
                self.assertTrue(depth and depth.pop() + letter in ("()", "{}", "[]"))
        self.assertEqual(depth, [])


if __name__ == "__main__":
    unittest.main()
