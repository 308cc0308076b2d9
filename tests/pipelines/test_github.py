"""What GitHub's runner makes of the workflow commands, and its renderer of the summary."""
import html.parser
import re
import subprocess
import unittest

import golden_reports

LEVELS = {"error", "warning", "notice"}
PROPERTIES = {"file", "line", "col", "title"}
MOST_OF_A_LEVEL = 10
MOST_COMMENT_BYTES = 65536


def unescaped(text, in_property=False):
    for code, character in (("%0D", "\r"), ("%0A", "\n"), *((("%3A", ":"), ("%2C", ",")) if in_property else ()), ("%25", "%")):
        text = text.replace(code, character)
    return text


def commands_in(log):
    """A line that begins with two colons is a command; so, to old runners, is one that holds "##[command]" anywhere."""
    for line in re.split(r"\r\n|\r|\n", log):
        found = re.fullmatch(r"\s*::([a-z-]+)(?: (.*?))?::(.*)", line)
        if found:
            pairs = dict(pair.split("=", 1) for pair in (found[2] or "").split(",") if "=" in pair)
            yield found[1], {key: unescaped(value, True) for key, value in pairs.items()}, unescaped(found[3])
        elif line.strip() and (line.strip().startswith("::") or "##[" in line):
            yield "stray", {}, line


class Commands(unittest.TestCase):
    def variants(self):
        for variant in golden_reports.VARIANTS:
            log = golden_reports.text_of("github", variant)
            yield log, list(commands_in(log))

    def test_every_line_is_one_annotation(self):
        for log, commands in self.variants():
            self.assertEqual(len(commands), len(log.splitlines()))
            for level, properties, message in commands:
                self.assertIn(level, LEVELS)
                self.assertLessEqual(set(properties), PROPERTIES)
                self.assertTrue(message)

    def test_no_more_than_the_runner_takes(self):
        for _, commands in self.variants():
            for level in LEVELS:
                self.assertLessEqual(sum(command[0] == level for command in commands), MOST_OF_A_LEVEL)

    def test_errors_come_first_at_their_place_in_the_project(self):
        commands = list(commands_in(golden_reports.text_of("github", "-probes")))
        levels = [level for level, _, _ in commands]
        self.assertEqual(levels, sorted(levels, key=["error", "warning", "notice"].index))
        _, properties, message = commands[0]
        self.assertEqual(properties, {"file": "deploy/gate.yaml", "line": "41", "col": "5", "title": "assay: error_rate < 0.5%"})
        self.assertEqual(message, "More of the candidate's requests failed than the limit allows.")


class Tags(html.parser.HTMLParser):
    ALLOWED = {"h3", "p", "ul", "li", "strong", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "br", "hr"}

    def __init__(self, text):
        super().__init__()
        self.others, self.words, self.open = [], "", []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag not in self.ALLOWED or any(name not in ("align", "style") for name, _ in attributes):
            self.others.append((tag, attributes))

    def handle_data(self, data):
        self.words += data


class Summary(unittest.TestCase):
    def variants(self):
        for variant in ("", "-hostile"):
            done = subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough", "-e", "tasklist"],
                                  input=golden_reports.bytes_of("markdown", variant), capture_output=True, check=True, timeout=60)
            yield golden_reports.text_of("markdown", variant), Tags(done.stdout.decode())

    def test_what_others_said_made_no_link_image_or_tag(self):
        for _, page in self.variants():
            self.assertEqual(page.others, [])

    def test_nobody_is_called_and_nothing_is_referred_to(self):
        for _, page in self.variants():
            self.assertIsNone(re.search(r"@\w", page.words))
            self.assertIsNone(re.search(r"#\d", page.words))
            self.assertIsNone(re.search(r"https?://\w", page.words))

    def test_no_line_is_a_command_of_gitlab(self):
        for text, _ in self.variants():
            self.assertIsNone(re.search(r"(?m)^/\w", text))

    def test_it_fits_into_a_comment_and_begins_with_its_mark(self):
        for text, _ in self.variants():
            self.assertLess(len(text.encode()), MOST_COMMENT_BYTES)
            self.assertRegex(text.splitlines()[0], r"^<!-- assay:gate=[A-Za-z0-9._-]+ -->$")
            self.assertEqual(text.count("-->"), 1)

    def test_the_table_has_arms_change_interval_and_verdict(self):
        _, page = next(self.variants())
        for word in ("baseline", "candidate", "change", "interval", "margin", "verdict"):
            self.assertIn(word, page.words)


if __name__ == "__main__":
    unittest.main()
