"""JUnit XML as its readers take it: a strict parser of XML, the junitparser package, and what Jenkins, GitLab and the GitHub
actions are documented to look at."""
import collections
import unittest
import xml.etree.ElementTree as ElementTree

import golden_reports
import junitparser

ELEMENTS = {"testsuites", "testsuite", "properties", "property", "testcase", "failure", "error", "skipped", "system-out"}
COUNTS = ("tests", "failures", "errors", "skipped")


def root_of(variant):
    return ElementTree.fromstring(golden_reports.bytes_of("junit", variant))


def counted(cases):
    """What a reader counts that does not trust the attributes."""
    kinds = collections.Counter(child.tag for case in cases for child in case if child.tag in ("failure", "error", "skipped"))
    return {"tests": len(cases), "failures": kinds["failure"], "errors": kinds["error"], "skipped": kinds["skipped"]}


def jenkins(root):
    """Of its plugin: a case is package, class, name; a suite without a case is dropped; a skip has its message or its text."""
    found = {}
    for suite in root.iter("testsuite"):
        for case in suite.iter("testcase"):
            package, _, simple = case.get("classname", suite.get("name")).rpartition(".")
            failed = next((case.find(kind) for kind in ("failure", "error") if case.find(kind) is not None), None)
            skipped = case.find("skipped")
            found[package, simple, case.get("name")] = {
                "failed": failed is not None, "skipped": skipped is not None and failed is None,
                "details": "" if failed is None else failed.text, "message": "" if failed is None else failed.get("message"),
                "why": "" if skipped is None else skipped.get("message") or skipped.text}
    return found


def gitlab(root):
    """Of its parser: class and name are the key, later ones of one key are lost; the body says why, not the message."""
    found = {}
    for case in root.iter("testcase"):
        status, element = next(((kind, case.find(kind)) for kind in ("failure", "error", "skipped") if case.find(kind) is not None),
                               ("success", None))
        found.setdefault((case.get("classname"), case.get("name")),
                         {"status": status, "file": case.get("file"), "output": None if element is None else element.text})
    return found


def github(root):
    """Of mikepenz/action-junit-report: an annotation for each failure at file and line of the case, times summed up."""
    cases = list(root.iter("testcase"))
    marks = [(case.get("file"), case.get("line"), element.get("message"))
             for case in cases for element in case if element.tag in ("failure", "error")]
    return marks, sum(float(case.get("time")) for case in cases)


class JUnit(unittest.TestCase):
    def variants(self):
        for variant in golden_reports.VARIANTS:
            yield variant, root_of(variant)

    def test_counts_are_those_of_the_cases(self):
        for _, root in self.variants():
            cases = list(root.iter("testcase"))
            self.assertGreater(len(cases), 3)
            for element in (root, *root.iter("testsuite")):
                self.assertEqual({key: int(element.get(key)) for key in COUNTS}, counted(cases))

    def test_the_junitparser_package_reads_the_same(self):
        for variant, root in self.variants():
            read = junitparser.JUnitXml.fromfile(str(golden_reports.path_of("junit", variant)))
            stated = (read.tests, read.failures, read.errors, read.skipped)
            read.update_statistics()
            self.assertEqual((read.tests, read.failures, read.errors, read.skipped), stated)
            self.assertEqual([case.name for suite in read for case in suite], [case.get("name") for case in root.iter("testcase")])

    def test_names_are_unique_for_each_reader(self):
        for _, root in self.variants():
            cases = list(root.iter("testcase"))
            self.assertEqual(len(jenkins(root)), len(cases))
            self.assertEqual(len(gitlab(root)), len(cases))

    def test_readers_agree_on_what_is_red(self):
        for _, root in self.variants():
            red = sum(int(root.get(key)) for key in ("failures", "errors"))
            self.assertGreater(red, 0)
            self.assertEqual(sum(case["failed"] for case in jenkins(root).values()), red)
            self.assertEqual(sum(case["status"] in ("failure", "error") for case in gitlab(root).values()), red)
            self.assertEqual(len(github(root)[0]), red)

    def test_a_failure_says_why_in_message_and_body(self):
        for _, root in self.variants():
            for case in jenkins(root).values():
                if case["failed"]:
                    self.assertTrue(case["details"].strip())
                    self.assertTrue(case["message"].strip())
                if case["skipped"]:
                    self.assertTrue(case["why"].strip())

    def test_a_skip_says_why_to_readers_that_drop_its_message(self):
        for _, root in self.variants():
            for case in root.iter("testcase"):
                if case.find("skipped") is not None:
                    self.assertTrue(case.findtext("system-out").strip())

    def test_times_of_cases_do_not_add_up_to_more_than_the_run(self):
        for _, root in self.variants():
            self.assertLessEqual(github(root)[1], float(root.get("time")))
            self.assertGreater(float(root.get("time")), 0)

    def test_failures_are_annotated_in_the_gate_file_named_from_the_project(self):
        marks, _ = github(root_of("-probes"))
        self.assertIn(("deploy/gate.yaml", "41", "measured 0.617%, limit 0.5%"), marks)
        for file, line, _ in marks:
            self.assertEqual(file, "deploy/gate.yaml")
            self.assertGreater(int(line), 0)

    def test_what_others_said_made_no_element_and_no_attachment(self):
        for _, root in self.variants():
            self.assertLessEqual({element.tag for element in root.iter()}, ELEMENTS)
            for element in root.iter():
                for text in (element.text or "", *element.attrib.values()):
                    self.assertNotIn("[[ATTACHMENT|", text)

    def test_there_is_no_document_type(self):
        for variant, _ in self.variants():
            self.assertNotIn(b"<!", golden_reports.bytes_of("junit", variant))


if __name__ == "__main__":
    unittest.main()
