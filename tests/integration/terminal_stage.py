"""A terminal that a program can run in, and whose screen a test can read: a pseudo-terminal with pyte behind it.

It breaks long lines anew when it becomes narrower, as terminals of today do. Every wait has a deadline."""
import fcntl
import os
import select
import struct
import subprocess
import termios
import time

import pyte

DEADLINE_S = 120


class Screen(pyte.Screen):
    """Keeps what scrolled away, and reflows."""

    def __init__(self, columns, rows):
        self.above = []
        super().__init__(columns, rows)

    def index(self):
        if self.cursor.y == self.lines - 1:
            self.above.append(self.display[0].rstrip())
        super().index()

    def text(self):
        """All that can be read, scrolled away or not, without blank lines at the end."""
        lines = self.above + [line.rstrip() for line in self.display]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def reflow(self, columns, rows):
        """Of narrow characters only, and with the cursor at the begin of a line."""
        lines, cursor = [], 0
        for number, line in enumerate(self.display[:self.cursor.y + 1]):
            line = line.rstrip()
            if number == self.cursor.y:
                cursor = len(lines)
            lines += [line[at:at + columns] for at in range(0, len(line), columns)] or [""]
        gone = max(len(lines) - rows, 0)
        self.above += lines[:gone]
        self.resize(rows, columns)
        self.buffer.clear()
        for y, line in enumerate(lines[gone:]):
            for x, character in enumerate(line):
                self.buffer[y][x] = self.default_char._replace(data=character)
        self.cursor.x, self.cursor.y = 0, cursor - gone


class Terminal:
    """`size`: (columns, rows), or None for one that does not know."""

    def __init__(self, size):
        self.raw = b""
        self.screen = Screen(*(size or (80, 24)))
        self._stream = pyte.ByteStream(self.screen)
        self._master, self._slave = os.openpty()
        self._tell_size(size or (0, 0))
        self.process = None

    def _tell_size(self, size):
        columns, rows = size
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def start(self, command, environment, folder, stdout=None):
        """Standard error, and output unless `stdout` says otherwise, are this terminal, which controls the process."""
        self.process = subprocess.Popen(
            command, env=environment, cwd=folder, stdin=self._slave, stdout=stdout or self._slave,
            stderr=self._slave, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(self._slave)

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process and self.process.stdout:
            self.process.stdout.close()
        os.close(self._master)

    def _read(self, wait_s):
        """False: nobody writes any more."""
        ready, _, _ = select.select([self._master], [], [], wait_s)
        if not ready:
            return True
        try:
            data = os.read(self._master, 65536)
        except OSError:  # the last writer is gone
            return False
        self.raw += data
        self._stream.feed(data)
        return bool(data)

    def read_until(self, condition, what):
        """Reads until the screen is whole and `condition(screen)` holds."""
        deadline = time.monotonic() + DEADLINE_S
        while not (self._is_whole() and condition(self.screen)):
            if time.monotonic() > deadline or not self._read(deadline - time.monotonic()):
                raise AssertionError(f"never: {what}; the screen shows\n" + "\n".join(self.screen.text()))

    def read_until_next(self, condition, what):
        """The same, but for a screen that is drawn from now on."""
        seen = len(self.raw)
        self.read_until(lambda screen: len(self.raw) > seen and condition(screen), what)

    def read_to_the_end(self):
        deadline = time.monotonic() + DEADLINE_S
        while self._read(deadline - time.monotonic()):
            if time.monotonic() > deadline:
                raise AssertionError("it does not end")
        return self.process.wait(timeout=DEADLINE_S)

    def _is_whole(self):
        return not self.screen.cursor.hidden and self.screen.cursor.x == 0

    def resize(self, columns, rows):
        """Tells the process, as the kernel does, with SIGWINCH."""
        self._read(0)
        self.screen.reflow(columns, rows)
        self._tell_size((columns, rows))

    def press(self, keys):
        os.write(self._master, keys)
