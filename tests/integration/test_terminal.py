"""A run as it is seen: on a terminal of 80 and of 120 columns and 20 rows, while its size changes, when it is interrupted, and
where no screen can be drawn."""
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest

import support
import terminal_stage

PAINT = re.compile(rb"\x1b\[[0-9;]*m")
MOVES = re.compile(rb"\x1b\[[0-9;?]*[A-Zhl]")
VARIABLES = ("CI", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES", "LC_ALL", "LC_CTYPE", "LANG", "TERM",
             "TMUX", "XTERM_VERSION")


def environment(**changes):
    """Of a usual terminal, whatever the one is that runs the tests."""
    usual = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    usual.update({"TERM": "xterm-256color", "LANG": "C.UTF-8"})
    usual.update(changes)
    return usual


class TerminalTest(support.IntegrationTest):
    def terminal(self, size, arguments, stdout=None, **variables):
        terminal = terminal_stage.Terminal(size)
        self.addCleanup(terminal.close)
        terminal.start([support.ASSAY, *arguments], environment(**variables), self.folder, stdout)
        return terminal

    def demo(self, size, *arguments, stdout=None, **variables):
        return self.terminal(size, ["demo", "--out", "run", *arguments], stdout, **variables)

    def report(self, size, *arguments, **variables):
        """What `assay report` writes on such a terminal, in lines."""
        terminal = self.terminal(size, ["report", "run", *arguments], **variables)
        self.assertEqual(terminal.read_to_the_end(), 0)
        return terminal

    def assert_live(self, terminal, columns):
        """The live screen, whole, below the line that says which demo it is."""
        lines = terminal.screen.text()
        self.assertIn("demo pass", lines[0])
        words = "\n".join(lines)
        for word in ("left", "intended", "in flight", "requests/s", "p50", "p95", "p99", "errors", "baseline", "candidate",
                     "verdict   none yet"):
            self.assertIn(word, words)
        self.assertEqual(words.count("verdict "), 1, words)
        self.assertEqual(terminal.screen.above, [], words)
        for line in lines:
            self.assertLess(len(line), columns, line)

    def assert_only_summary(self, terminal, size):
        """Nothing of the live screen is left: the line of the demo, and what `assay report` writes."""
        lines = terminal.screen.text()
        self.assertIn("demo pass", lines[0])
        self.assertEqual(lines[1:], self.report(size).screen.text())
        self.assertLessEqual(len(lines) - 1, 40)
        self.assertEqual(lines[-1], "report: run/report.html")
        self.assertFalse(terminal.screen.cursor.hidden)


class OnATerminal(TerminalTest):
    def run_at(self, columns):
        terminal = self.demo((columns, 20))
        terminal.read_until(lambda screen: any("█" in line for line in screen.display), "a sparkline")
        self.assert_live(terminal, columns)
        terminal.read_to_the_end()
        self.assert_only_summary(terminal, (columns, 20))

    def test_80_columns(self):
        self.run_at(80)

    def test_120_columns_that_become_80_and_fewer_rows_and_120_again(self):
        terminal = self.demo((120, 20))
        live = lambda screen: any("p50" in line for line in screen.display)
        terminal.read_until(live, "both arms")
        for columns, rows in ((80, 20), (60, 20), (80, 14), (120, 30)):
            terminal.resize(columns, rows)
            for _ in range(2):  # the first one may have been made before
                terminal.read_until_next(live, f"a screen of {columns} columns")
            self.assert_live(terminal, columns)
        terminal.read_to_the_end()
        self.assert_only_summary(terminal, (120, 30))


class Interrupted(TerminalTest):
    def begun(self, *arguments, **variables):
        terminal = self.demo((80, 20), *arguments, **variables)
        terminal.read_until(lambda screen: any("p50" in line for line in screen.display), "both arms")
        return terminal

    def test_an_interrupt_leaves_the_cursor_and_the_summary(self):
        terminal = self.begun()
        terminal.press(b"\x03")
        self.assertEqual(terminal.read_to_the_end(), 130)
        self.assert_only_summary(terminal, (80, 20))

    def test_a_process_that_is_killed_leaves_the_cursor_below_its_screen(self):
        terminal = self.begun()
        terminal.process.kill()
        terminal.read_to_the_end()
        screen = terminal.screen
        self.assertFalse(screen.cursor.hidden)
        self.assertEqual(screen.cursor.x, 0)
        self.assertEqual(screen.display[screen.cursor.y].strip(), "")

    def test_standard_output_holds_the_report_and_nothing_else(self):
        terminal = self.begun("--format", "json", stdout=subprocess.PIPE)
        terminal.process.send_signal(signal.SIGTERM)
        self.assertEqual(terminal.read_to_the_end(), 143)
        self.assertIn("verdict", json.loads(terminal.process.stdout.read()))
        self.assertEqual(len(terminal.screen.text()), 1, "more than the line of the demo is left")

    def test_quiet_draws_nothing_and_ends_with_the_verdict(self):
        gate = self.gate(support.one_step_gate(f'{{ url: "http://127.0.0.1:{self.nginx().port}" }}',
                                               "{ shape: constant-arrival-rate, rate: 50/s, duration: 2s }"))
        terminal = self.terminal((80, 20), ["run", str(gate), "--quiet", "--out", "run"])
        terminal.read_to_the_end()
        lines = terminal.screen.text()
        self.assertIsNone(MOVES.search(terminal.raw))
        self.assertLess(len(lines), 12)
        self.assertEqual(lines[-1], "report: run/report.html")


class PlainLines(TerminalTest):
    """Where lines cannot be drawn again, or nobody looks."""

    def lines_with(self, **variables):
        terminal = self.demo((80, 20), **variables)
        terminal.read_until(lambda screen: any("in flight" in line for line in screen.display), "a plain line")
        terminal.press(b"\x03")
        self.assertEqual(terminal.read_to_the_end(), 130)
        self.assertIsNone(MOVES.search(terminal.raw), terminal.raw)
        return terminal

    def test_a_pipeline(self):
        self.lines_with(CI="true")

    def test_a_dumb_terminal(self):
        self.assertNotIn(b"\x1b", self.lines_with(TERM="dumb").raw)


class Reports(TerminalTest):
    """What the environment says, by a run that is stored once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        stage = tempfile.TemporaryDirectory()
        cls.addClassCleanup(stage.cleanup)
        cls.stored = pathlib.Path(stage.name) / "run"
        process = subprocess.Popen([support.ASSAY, "demo", "--out", str(cls.stored)], text=True, env=environment(),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        while "in flight" not in process.stderr.readline():
            assert process.poll() is None, "the demo ended before its first progress line"
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=support.RUN_DEADLINE_S)
        assert process.returncode == 130, process.returncode

    def raw(self, size, *arguments, **variables):
        terminal = self.terminal(size, ["report", str(self.stored), *arguments], **variables)
        self.assertEqual(terminal.read_to_the_end(), 0)
        return terminal.raw

    def piped(self, *arguments, **variables):
        return subprocess.run([support.ASSAY, "report", str(self.stored), *arguments], env=environment(**variables),
                              capture_output=True, check=True, timeout=60).stdout

    def assert_painted(self, painted, raw):
        self.assertEqual(PAINT.search(raw) is not None, painted, raw)

    def test_colour(self):
        size = (80, 20)
        self.assert_painted(True, self.raw(size))
        self.assert_painted(False, self.raw(size, NO_COLOR="1"))
        self.assert_painted(True, self.raw(size, NO_COLOR=""))
        self.assert_painted(False, self.raw(size, NO_COLOR="1", FORCE_COLOR="1"))
        self.assert_painted(True, self.raw(size, "--color", "always", NO_COLOR="1"))
        self.assert_painted(False, self.raw(size, "--color", "never"))
        self.assert_painted(False, self.raw(size, TERM="dumb"))
        self.assert_painted(True, self.raw(size, TERM="dumb", FORCE_COLOR="1"))

    def test_colour_in_a_pipe(self):
        self.assert_painted(False, self.piped())
        self.assert_painted(True, self.piped(FORCE_COLOR="1"))
        self.assert_painted(True, self.piped(CLICOLOR_FORCE="1"))
        self.assert_painted(False, self.piped(FORCE_COLOR="0"))
        self.assert_painted(True, self.piped("--color", "always"))

    def test_a_terminal_that_does_not_know_its_size(self):
        def widest(**variables):
            text = PAINT.sub(b"", self.raw(None, **variables)).decode()
            return max(len(line) for line in text.splitlines()[:-2])  # but for paths
        self.assertLessEqual(widest(), 80)
        self.assertLessEqual(widest(COLUMNS="50"), 50)
        self.assertTrue(50 < widest(COLUMNS="no number") <= 80)

    def test_a_locale_without_utf8_gets_ascii(self):
        self.assertTrue(self.raw((80, 20), LANG="C").isascii())
        self.assertFalse(self.raw((80, 20), LANG="C", LC_ALL="en_GB.utf8").isascii())
        self.assertFalse(self.piped(LANG="C").isascii())

    def test_all_or_what_fits(self):
        usual, full = self.piped(), self.piped("--verbose")
        self.assertLessEqual(len(usual.splitlines()), 40)
        self.assertIn(b"\nGenerator\n", full)
        self.assertNotIn(b"\nGenerator\n", usual)


if __name__ == "__main__":
    unittest.main()
