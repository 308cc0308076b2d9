"""Servers that misbehave: assay ends in time and in little memory, never passes, and tells nobody a secret.

Every server is a raw socket on 127.0.0.1 in a thread of this test. What it sends is made while it is sent: the memory
that the kernel counts for a child begins with that of this process.
"""
import concurrent.futures
import contextlib
import functools
import json
import os
import pathlib
import random
import re
import signal
import socket
import struct
import subprocess
import threading
import time
import unittest
import urllib.parse
import xml.etree.ElementTree
import zlib

import probe_stage
import support

TIMEOUT_S = 1
END_DEADLINE_S = TIMEOUT_S + 3
KILL_AFTER_S = 20
MOST_BYTES = 300 << 20
PEER_DEADLINE_S = 15
AT_ONCE = 6  # of those that mostly wait
BLOCK = 1 << 16


class Gone(Exception):
    """The peer has left, or the test is over."""


class Peer:
    """One connection of a Speaker."""

    def __init__(self, connection, stop):
        self.connection, self.stop = connection, stop
        self.deadline = time.monotonic() + PEER_DEADLINE_S
        connection.settimeout(1)

    def check(self):
        if self.stop.is_set() or time.monotonic() > self.deadline:
            raise Gone

    def send(self, data):
        try:
            self.connection.sendall(data)
        except OSError:
            raise Gone from None

    def endless(self, block):
        while True:
            self.check()
            self.send(block)

    def trickle(self, data):
        """One byte a second, until the peer has had enough."""
        for i in range(len(data)):
            self.check()
            self.send(data[i:i + 1])
            if self.is_closed_within(1):
                raise Gone

    def is_closed_within(self, seconds):
        self.connection.settimeout(seconds)
        try:
            return self.connection.recv(BLOCK) == b""
        except TimeoutError:
            return False
        except OSError:
            return True

    def silence(self):
        while not self.is_closed_within(1):
            self.check()

    def hear(self, end=b"\r\n\r\n", most=1 << 20):
        heard = b""
        while end not in heard and len(heard) < most:
            self.check()
            try:
                more = self.connection.recv(BLOCK)
            except TimeoutError:
                continue
            except OSError:
                raise Gone from None
            if not more:
                raise Gone
            heard += more
        return heard


class Speaker:
    """A TCP server whose connections are each served by `serve(peer)` on a thread of their own."""

    def __init__(self, test, serve, host="127.0.0.1", port=0):
        self.serve, self.stop, self.connections, self.requests = serve, threading.Event(), 0, []
        self.listener = socket.create_server((host, port), backlog=128)
        self.listener.settimeout(1)
        self.port = self.listener.getsockname()[1]
        self.threads = [threading.Thread(target=self._accept, daemon=True)]
        self.threads[0].start()
        test.addCleanup(self.end)

    def _accept(self):
        while not self.stop.is_set():
            try:
                connection, _ = self.listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._talk, args=(connection,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _talk(self, connection):
        with connection:
            try:
                self.serve(Peer(connection, self.stop))
            except Gone:
                pass

    def end(self):
        self.stop.set()
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)  # wakes accept()
        self.listener.close()
        for thread in self.threads:
            thread.join(timeout=3)


class NameServer:
    """DNS over UDP, and over TCP where `over_tcp(peer, query)` is given; `answer(query)` returns datagrams."""

    def __init__(self, test, answer, over_tcp=None):
        self.stop = threading.Event()
        self.socket, self.port = self._bind(test, over_tcp)
        self.socket.settimeout(1)
        self.thread = threading.Thread(target=self._serve, args=(answer,), daemon=True)
        self.thread.start()
        test.addCleanup(self.end)

    def _bind(self, test, over_tcp):
        """The same port of both."""
        for _ in range(20):
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            udp.bind(("127.0.0.1", 0))
            port = udp.getsockname()[1]
            if over_tcp is None:
                return udp, port
            try:
                Speaker(test, functools.partial(self._over_tcp, over_tcp), port=port)
                return udp, port
            except OSError:
                udp.close()
        raise RuntimeError("no port is free over UDP and TCP")

    @staticmethod
    def _over_tcp(over_tcp, peer):
        heard = b""
        while len(heard) < 2 or len(heard) < 2 + struct.unpack(">H", heard[:2])[0]:
            peer.check()
            heard += peer.connection.recv(BLOCK) or peer.endless(b"")
        over_tcp(peer, heard[2:])

    def _serve(self, answer):
        while not self.stop.is_set():
            try:
                query, sender = self.socket.recvfrom(BLOCK)
            except TimeoutError:
                continue
            except OSError:
                return
            if self.stop.is_set():
                return
            for datagram in answer(query):
                self.socket.sendto(datagram, sender)

    def end(self):
        self.stop.set()
        self.socket.sendto(b"", self.socket.getsockname())  # wakes recvfrom()
        self.thread.join(timeout=3)
        self.socket.close()


class Probing:
    """One finished `assay probe` with what it took."""

    def __init__(self, arguments, folder, environment=None):
        self.folder = folder
        name = f"probing{threading.get_ident()}-{time.monotonic_ns()}"
        out, err = folder / f"{name}.out", folder / f"{name}.err"
        with open(out, "wb") as stdout, open(err, "wb") as stderr:
            process = subprocess.Popen([support.ASSAY, "probe", *arguments], stdin=subprocess.DEVNULL, stdout=stdout,
                                       stderr=stderr, cwd=folder, env=environment)
            began = time.monotonic()
            watchdog = threading.Timer(KILL_AFTER_S, process.kill)
            watchdog.start()
            _, status, usage = os.wait4(process.pid, 0)
            self.wall_s = time.monotonic() - began
            watchdog.cancel()
        process.returncode = self.exit_code = os.waitstatus_to_exitcode(status)
        self.peak_bytes = usage.ru_maxrss * 1024
        self.stdout, self.stderr = out.read_bytes(), err.read_bytes()

    @property
    def output(self):
        """The end, with what tells why: for messages."""
        text = (self.stdout + b"\n--- stderr\n" + self.stderr).decode(errors="backslashreplace")
        return f"exit {self.exit_code}, {self.wall_s:.2f} s, {self.peak_bytes >> 20} MiB\n{text[:4000]}"

    @functools.cached_property
    def results(self):
        return json.loads(self.stdout.decode("utf-8"))


class HostileTest(probe_stage.ProbeTest):
    def probing(self, lines, target="http://127.0.0.1:1", *, format="json", environment=None, extra=""):
        """`lines`: the list under `probes:`; each probe gets the timeout of this test unless it has its own."""
        text = f"version: 1\nname: hostile\ntargets:\n  candidate: {target}\n{extra}\nprobes:\n{lines}\n"
        gate = self.folder / f"gate{threading.get_ident()}-{time.monotonic_ns()}.yaml"
        gate.write_text(text)
        return Probing([str(gate), "--format", format], self.folder, environment)

    def check_end(self, probing):
        """It ended by itself, in time and in little memory, with text that a terminal and a parser can take."""
        self.assertLess(probing.wall_s, END_DEADLINE_S, probing.output)
        self.assertLess(probing.peak_bytes, MOST_BYTES, probing.output)
        self.assertIn(probing.exit_code, (1, 4), probing.output)
        self.assert_harmless(probing.stdout)
        self.assert_harmless(probing.stderr)

    def assert_harmless(self, output):
        text = output.decode("utf-8")  # strict
        evil = [c for c in text if (ord(c) < 0x20 and c != "\n") or 0x7F <= ord(c) <= 0x9F]
        self.assertEqual(evil, [], text[:3000])

    def bad_cases(self, probing):
        """Names of the test cases that failed; a text that cannot be parsed is a failure of this test."""
        try:
            suite = xml.etree.ElementTree.fromstring(probing.stdout)
        except xml.etree.ElementTree.ParseError as error:
            line = probing.stdout.decode().splitlines()[error.position[0] - 1]
            return self.fail(f"{error}: {line[max(0, error.position[1] - 200):error.position[1] + 20]!r}")
        return [case.get("name") for case in suite.iter("testcase") if case.find("failure") is not None or case.find("error") is not None]

    def check_state(self, probing, states, word):
        self.assertEqual(len(probing.results), 1, probing.output)
        found = probing.results[0]
        self.assertIn(found["state"], states, probing.output)
        self.assertEqual(probing.exit_code, 1 if found["state"] == "fail" else 4, probing.output)
        self.assertRegex(f'{found["reason"]} {json.dumps(found["facts"])}', word or ".", probing.output)

    def check_cases(self, cases, at_once=AT_ONCE):
        """`cases`: name -> (probing without arguments, allowed states, a pattern of the reason)."""
        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            begun = {name: pool.submit(case[0]) for name, case in cases.items()}
            for name, (_, states, word) in cases.items():
                with self.subTest(name):
                    probing = begun[name].result()
                    self.check_end(probing)
                    self.check_state(probing, states, word)

    def against(self, serve, probe):
        """What asks a Speaker: `probe` is one flow map, in which {port} and {address} are filled in."""
        def ask():
            speaker = Speaker(self, serve)
            lines = probe.replace("{port}", str(speaker.port)).replace("{address}", f"127.0.0.1:{speaker.port}")
            return self.probing(f"  - {{ timeout: {TIMEOUT_S}s, {lines} }}", f"http://127.0.0.1:{speaker.port}")
        return ask


FAIL, ERROR, NO_PASS = ("fail",), ("error",), ("fail", "error")


def then(*parts):
    """A server of HTTP that hears a request and then says the parts; a part may be a function of the peer."""
    def serve(peer):
        peer.hear()
        for part in parts:
            part(peer) if callable(part) else peer.send(part)
    return serve


def head(*fields, status=b"200 OK"):
    return b"HTTP/1.1 " + status + b"\r\n" + b"".join(field + b"\r\n" for field in fields) + b"\r\n"


def page(body, *fields, status=b"200 OK", kind=b"application/json"):
    return head(b"Content-Type: " + kind, b"Content-Length: %d" % len(body), *fields, status=status) + body


def endless(block):
    return lambda peer: peer.endless(block)


def trickle(data):
    return lambda peer: peer.trickle(data)


def silence(peer):
    peer.silence()


# ---- a bomb of 1 GiB of zeros, which nobody ever holds unpacked
@functools.cache
def bomb(wrapper):
    """`wrapper`: "gzip" or "deflate". Equal blocks, each of which begins with an empty memory, so that one is enough."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    zeros = bytes(1 << 20)
    block = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    last = packer.flush(zlib.Z_FINISH)
    if wrapper == "deflate":  # Adler-32 of n zeros is (n mod 65521) << 16 | 1
        return b"\x78\xda" + block * 1024 + last + struct.pack(">I", ((1 << 30) % 65521) << 16 | 1)
    check = functools.reduce(lambda crc, _: zlib.crc32(zeros, crc), range(1024), 0)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + block * 1024 + last + struct.pack("<II", check, 1 << 30)


def text_or(coding, packed):
    """A page that is plain text for those who ask for no encoding, and `packed` for the others."""
    def serve(peer):
        request = peer.hear().lower()
        asked = any(f"accept-encoding: {word}".encode() in request for word in ("gzip", "deflate", "br", "zstd"))
        if asked:
            peer.send(page(packed(), b"Content-Encoding: " + coding, b"Vary: Accept-Encoding", b"Connection: close",
                           kind=b"text/html"))
        else:
            peer.send(page(b"words " * 1000, b"Connection: close", kind=b"text/html"))
    return serve


class HostileHttp(HostileTest):
    def test_answers_without_end(self):
        anything = "kind: http, path: /, expect: { status: 200, body: { contains: hello } }"
        chunked = head(b"Content-Type: text/html", b"Transfer-Encoding: chunked")
        self.check_cases({name: (self.against(serve, anything), states, word) for name, (serve, states, word) in {
            "endless headers": (then(b"HTTP/1.1 200 OK\r\n", endless(b"X-Filler: aaaaaaaaaaaaaaaa\r\n" * 1000)),
                                FAIL, "headers|header"),
            "one header without an end": (then(b"HTTP/1.1 200 OK\r\nX-Filler: ", endless(b"a" * BLOCK)), FAIL, "header"),
            "a header value of 1 MiB": (then(b"HTTP/1.1 200 OK\r\nX-Filler: ", b"a" * (1 << 20), b"\r\n\r\nhello"), FAIL, "header"),
            "endless folded header": (then(b"HTTP/1.1 200 OK\r\nX-A: b\r\n", endless(b" folded\r\n" * 1000)), FAIL, "header"),
            "endless interim answers": (then(endless(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100)), FAIL, "headers|header"),
            "endless 100 Continue": (then(endless(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)), FAIL, "headers|header"),
            "endless status line": (then(b"HTTP/1.1 200 ", endless(b"O" * BLOCK)), FAIL, ""),
            "no HTTP at all": (then(endless(b"\xff" * BLOCK)), FAIL, ""),
            "endless body": (then(head(b"Content-Type: text/html"), endless(b"x" * BLOCK)), FAIL, "the body went on after 67108864 bytes"),
            "endless chunks": (then(chunked, endless(b"10000\r\n" + b"x" * BLOCK + b"\r\n")), FAIL, "the body went on after"),
            "endless tiny chunks": (then(chunked, endless(b"1\r\nx\r\n" * 10000)), FAIL, "timeout|went on after"),
            "a chunk size without an end": (then(chunked, endless(b"0" * BLOCK)), FAIL, ""),
            "a chunk extension without an end": (then(chunked, b"5;a=", endless(b"x" * BLOCK)), FAIL, ""),
            "endless trailers": (then(chunked, b"5\r\nhello\r\n0\r\n", endless(b"X-Trailer: aaaaaaaaaaaaaaa\r\n" * 1000)), FAIL, "headers|header"),
            "a length of 8 EiB": (then(head(b"Content-Length: 9223372036854775807"), endless(b"x" * BLOCK)), FAIL, "went on after|body"),
            "a length beyond 64 bits": (then(head(b"Content-Length: 99999999999999999999999"), b"hello"), FAIL, ""),
            "a negative length": (then(head(b"Content-Length: -5"), b"hello"), FAIL, ""),
            "two lengths": (then(head(b"Content-Length: 3", b"Content-Length: 5"), b"hel"), FAIL, ""),
            "a header a byte a second": (then(b"HTTP/1.1 200 OK\r\n", trickle(b"X-A: b\r\n" * 100)), FAIL, "timeout"),
            "a body a byte a second": (then(head(b"Content-Length: 5"), trickle(b"hello")), FAIL, "timeout"),
            "no answer": (silence, FAIL, "timeout"),
            "half an answer": (then(head(b"Content-Length: 9"), b"hello"), FAIL, "closed"),
            "upgrade of protocol": (then(head(b"Upgrade: h2c", b"Connection: Upgrade", status=b"101 Switching Protocols"),
                                         endless(b"\0" * BLOCK)), FAIL, ""),
        }.items()})

    def test_compressed_without_end(self):
        compression = "kind: compression, path: /, encodings: [%s]"
        plain = "kind: http, path: /, headers: { Accept-Encoding: gzip }, expect: { status: 200, body: { contains: hello } }"
        def twice():
            packer = zlib.compressobj(9, zlib.DEFLATED, 31)
            return packer.compress(bomb("gzip")) + packer.flush()
        after = "the body went on after 67108864 bytes"
        self.check_cases({
            "gzip of 1 GiB": (self.against(text_or(b"gzip", lambda: bomb("gzip")), compression % "gzip"), FAIL, after),
            "deflate of 1 GiB": (self.against(text_or(b"deflate", lambda: bomb("deflate")), compression % "deflate"), FAIL, after),
            "gzip twice": (self.against(text_or(b"gzip, gzip", twice), compression % "gzip"), FAIL, after),
            "gzip a hundred times": (self.against(text_or(b", ".join([b"gzip"] * 100), twice), compression % "gzip"), FAIL, ""),
            "gzip that is none": (self.against(text_or(b"gzip", lambda: b"\xff" * 1000), compression % "gzip"), FAIL, ""),
            "gzip that is cut": (self.against(text_or(b"gzip", lambda: bomb("gzip")[:500]), compression % "gzip"), FAIL, ""),
            "gzip without end": (self.against(then(head(b"Content-Encoding: gzip"), b"\x1f\x8b\x08\0\0\0\0\0\0\x03",
                                                   endless(zlib.compress(b"")[2:-4].replace(b"\x03\0", b"\0\0\0\xff\xff") * 4096)),
                                              compression % "gzip"), FAIL, ""),
            "br of garbage": (self.against(text_or(b"br", lambda: b"\xff" * 100000), compression % "br"), FAIL, ""),
            "zstd of garbage": (self.against(text_or(b"zstd", lambda: b"\xff" * 100000), compression % "zstd"), FAIL, ""),
            "an encoding that nobody asked for": (self.against(then(page(bomb("gzip"), b"Content-Encoding: gzip")), plain), FAIL, "body"),
        })

    def test_text_that_is_no_text(self):
        self.check_text(b"\xff\xfe\xc3\x28\xe2\x82 \xed\xa0\x80 \xf5\x80 \x1b[31m\x07\x08\x9b1m ]]> </script> <!-- \xe2\x80\xae")

    def test_text_with_control_characters_of_two_bytes(self):
        """U+009B is what terminals take for ESC [, and is valid UTF-8."""
        self.check_text(b"\xc2\x9b31m \xc2\x9d0;title\xc2\x9c")

    def test_text_that_xml_cannot_hold(self):
        """U+FFFE and U+FFFF are valid UTF-8, and no characters of XML."""
        self.check_text(b"\xef\xbf\xbe \xef\xbf\xbf")

    def check_text(self, evil):
        """Text like this in every part of an answer."""
        header = evil.replace(b"\x08", b"")
        expect = "kind: http, path: /, expect: { status: 200, %s }"
        json_body = b'{"status": "' + evil + b'"}'
        cases = {
            "in a header": (then(page(b"{}", b"X-Evil: " + header)), expect % "header: { x-evil: fine }", ""),
            "in a header's name": (then(page(b"{}", b"X-\xff\xc3\x28: fine")), expect % "header: { x-other: fine }", ""),
            "in the reason": (then(page(b"{}", status=b"500 " + header)), expect % "body: { contains: hello }", "500"),
            "in a body": (then(page(evil)), expect % "body: { equals: hello }", ""),
            "in JSON": (then(page(json_body)), expect % "json: { /status: ok }", ""),
            "in the media type": (then(page(b"{}", b"Content-Type: " + header)), expect % "header: { content-type: text/html }", ""),
            "in a version": (then(page(b"{}", b"X-Version: 1" + header)), "kind: version, header: X-Version, expect: '1'", ""),
            "in a location": (then(page(b"", b"Location: /" + header, status=b"302 Found")), "kind: redirect, from: /, to: /end", ""),
            "in a cookie's name": (then(page(b"", b"Set-Cookie: a" + header + b"=1")), "kind: cookies, all: { secure: true }", ""),
            "in a cookie": (then(page(b"", b"Set-Cookie: a=1; Path=/" + header)), "kind: cookies, all: { secure: true }", ""),
            "in a policy": (then(page(b"", b"Content-Security-Policy: default-src " + header)),
                            "kind: headers, path: /, expect: { content-security-policy: { grade: strict } }", ""),
            "in cache control": (then(page(b"", b"Cache-Control: max-age=" + header)), "kind: caching, expect: { /: { max_age: '>= 1h' } }", ""),
            "in an allowed origin": (then(page(b"", b"Access-Control-Allow-Origin: " + header)), "kind: cors, path: /, allowed: ['https://a.test']", ""),
            "in a metric's name": (then(page(b"ok" + evil.replace(b"\n", b"") + b" 1\n", kind=b"text/plain")), "kind: metrics, path: /", "line 1"),
            "in a label": (then(page(b'ok{a="' + evil + b'"} 1\nok{a="' + evil + b'"} 1\n', kind=b"text/plain")), "kind: metrics, path: /", ""),
            "in a dependency": (then(page(b'{"checks": {"db": "\xe2\x80\xae\\u0000\\u001b[2J]]>\\ud800"}}')),
                                "kind: health, path: /, dependencies: { db: /checks/db }", ""),
            "NUL in a header": (then(page(b"{}", b"X-Evil: a\0b")), expect % "header: { x-evil: fine }", ""),
            "NUL in a body": (then(page(b"\0" * 1000)), expect % "body: { contains: hello }", ""),
        }
        self.check_cases({name: (self.against(serve, probe), FAIL, word) for name, (serve, probe, word) in cases.items()})
        self.check_formats({name: (serve, probe) for name, (serve, probe, _) in cases.items()})

    def check_formats(self, cases):
        """Formats for parsers stay well-formed, and those for terminals hold nothing that a terminal obeys."""
        lines = "\n".join(f"  - {{ name: \"{name}\", target: 'http://127.0.0.1:{Speaker(self, serve).port}', timeout: {2 * TIMEOUT_S}s, {probe} }}"
                          for name, (serve, probe) in cases.items())
        for format in ("junit", "table"):
            with self.subTest(format=format):
                probing = self.probing(lines, format=format)
                self.check_end(probing)
                if format == "junit":
                    self.assertEqual(len(self.bad_cases(probing)), len(cases), probing.output)

    def test_json_that_is_no_json(self):
        ready = "kind: health, ready: /, dependencies: { db: /checks/db }"
        status = "kind: http, path: /, expect: { json: { /status: ok } }"
        version = "kind: version, path: /, json: /version, expect: '1'"
        deep = 100_000
        bodies = {
            "NaN": b'{"status": NaN, "checks": {"db": NaN}, "version": NaN}',
            "infinity": b'{"status": Infinity, "checks": {"db": -Infinity}, "version": Infinity}',
            "a number without an end": b'{"version": ' + b"1" * 1_000_000 + b', "status": 1e999999999, "checks": {"db": 1e999999999}}',
            "arrays, 100,000 deep": b'{"status": ' + b"[" * deep + b"]" * deep + b"}",
            "objects, 100,000 deep": b'{"a":' * deep + b"1" + b"}" * deep,
            "objects, 100,000 deep and open": b'{"checks":' * deep,
            "arrays, 100,000 deep and open": b"[" * deep,
            "empty objects between": b'[{"a":' * deep,
            "a lone surrogate": b'{"status": "\\ud800", "checks": {"db": "\\udc00\\ud800"}, "version": "\\ud800"}',
            "zero bytes": b'{"status": "ok\\u0000", "checks": {"db": "true\\u0000"}, "version": "1\\u0000"}',
            "UTF-16": '\ufeff{"status": "ok", "checks": {"db": true}, "version": "1"}'.encode("utf-16-le"),
            "a trailing comma": b'{"status": "ok", "checks": {"db": true}, "version": "1",}',
            "a comment": b'{"status": "ok", /* */ "checks": {"db": true}, "version": "1"}',
            "two documents": b'{"status": "ok", "checks": {"db": true}, "version": "1"}{}',
            "cut": b'{"status": "ok", "checks": {"db": true}, "version": "1"',
            "nothing": b"",
            "spaces": b" " * 1_000_000,
        }
        cases = {f"{name}, {kind}": (self.against(then(page(body)), probe), FAIL, "")
                 for name, body in bodies.items()
                 for kind, probe in (("health", ready), ("http", status), ("version", version))}
        twice = b'{"status": "bad", "status": "ok", "checks": {"db": false}, "checks": {"db": true}, "version": "0", "version": "1"}'
        cases |= {f"duplicate keys, {kind}": (self.against(then(page(twice)), probe), FAIL, "")
                  for kind, probe in (("health", ready), ("http", status), ("version", version))}
        self.check_cases(cases)

    def test_redirects_without_end(self):
        def lead_on(peer):
            path = peer.hear().split()[1]
            peer.send(page(b"", b"Location: " + path + b"x", b"Connection: close", status=b"302 Found"))

        def redirect(*locations):
            return then(page(b"", *(b"Location: " + l for l in locations), b"Connection: close", status=b"302 Found"))

        def ping_pong(peer):
            path = peer.hear().split()[1]
            peer.send(page(b"", b"Location: " + (b"/b" if path == b"/a" else b"/a"), b"Connection: close", status=b"302 Found"))

        probe = "kind: redirect, from: /a, to: /end"
        self.check_cases({name: (self.against(serve, probe), states, word) for name, (serve, states, word) in {
            "to itself": (redirect(b"/a"), FAIL, "loop"),
            "between two": (ping_pong, FAIL, "loop"),
            "on and on": (lead_on, FAIL, "hops"),
            "with CR and LF written out": (redirect(b"/end%0d%0aSet-Cookie:%20a=b"), FAIL, ""),
            "with a bare CR": (redirect(b"/end\rX-Injected: 1"), FAIL, ""),
            "folded": (redirect(b"/end\r\n /more"), FAIL, ""),
            "with a NUL": (redirect(b"/end\0more"), FAIL, ""),
            "two of them": (redirect(b"/end", b"/other"), FAIL, "different"),
            "a location of 200 KiB": (redirect(b"/" + b"a" * 200_000), FAIL, ""),
            "empty": (redirect(b""), FAIL, ""),
            "no location": (redirect(), FAIL, "absent"),
            "a relative path": (redirect(b"../" * 1000 + b"etc/passwd"), FAIL, ""),
        }.items()})

    def test_hosts_that_are_not_listed_are_never_asked(self):
        trap = Speaker(self, then(page(b"caught")), host="127.0.0.2")
        t = str(trap.port)
        locations = {
            "another host": f"http://127.0.0.2:{t}/", "no scheme": f"//127.0.0.2:{t}/",
            "a user in front": f"http://127.0.0.1@127.0.0.2:{t}/",
            "a user and a port in front": f"http://127.0.0.1:{{port}}@127.0.0.2:{t}/",
            "backslashes": f"http:\\\\127.0.0.2:{t}/", "slash and backslash": f"/\\127.0.0.2:{t}/",
            "a tab in the scheme": f"ht\ttp://127.0.0.2:{t}/", "capitals": f"HTTP://127.0.0.2:{t}/",
            "one number": f"http://2130706434:{t}/", "hexadecimal": f"http://0x7f000002:{t}/", "octal": f"http://0177.0.0.2:{t}/",
            "short": f"http://127.2:{t}/", "in IPv6": f"http://[::ffff:127.0.0.2]:{t}/", "a final dot": f"http://127.0.0.2.:{t}/",
            "three slashes": f"http:///127.0.0.2:{t}/", "one slash": f"http:/127.0.0.2:{t}/",
            "a percent sign": f"http://127.0.0.%32:{t}/", "a fragment": f"http://127.0.0.1:{{port}}#@127.0.0.2:{t}/",
            "a question mark": f"http://127.0.0.2:{t}?@127.0.0.1:{{port}}/", "wide dots": f"http://127\u30020\u30020\u30022:{t}/",
            "a name below": f"http://127.0.0.1.127.0.0.2.nip.invalid:{t}/", "a CR": f"http://127.0.0.1:{{port}}\r@127.0.0.2:{t}/",
            "ftp": f"ftp://127.0.0.2:{t}/", "gopher": f"gopher://127.0.0.2:{t}/_GET", "a file": "file:///etc/passwd",
            "script": "javascript:alert(1)", "data": "data:text/html,hello", "dict": f"dict://127.0.0.2:{t}/",
        }

        def lead(location):
            def serve(peer):
                port = str(peer.connection.getsockname()[1])
                peer.hear()
                peer.send(page(b"", b"Location: " + location.replace("{port}", port).encode(), b"Connection: close", status=b"302 Found"))
            return serve

        self.check_cases({name: (self.against(lead(location), "kind: redirect, from: /a, to: /end"), FAIL, "")
                          for name, location in locations.items()})
        self.assertEqual(trap.connections, 0)

    def test_other_kinds_follow_nothing(self):
        trap = Speaker(self, then(page(b'{"status": "ok"}', b"X-Version: 1")), host="127.0.0.2")
        elsewhere = f"http://127.0.0.2:{trap.port}/".encode()
        away = then(page(b"", b"Location: " + elsewhere, b"Refresh: 0;url=" + elsewhere, b"Connection: close",
                         b"Alt-Svc: h2=\"127.0.0.2:%d\"; ma=3600" % trap.port, b"Link: <" + elsewhere + b">; rel=preload",
                         status=b"302 Found"))
        probes = {
            "http": "kind: http, path: /, expect: { status: 200 }",
            "health": "kind: health, path: /",
            "version": "kind: version, header: X-Version, expect: '1'",
            "metrics": "kind: metrics, path: /",
            "headers": "kind: headers, path: /, expect: { x-frame-options: DENY }",
            "cookies": "kind: cookies, path: /, expect: { session: { secure: true } }",
            "compression": "kind: compression, path: /",
            "caching": "kind: caching, expect: { /: { immutable: true } }",
            "cors": "kind: cors, path: /, allowed: ['https://a.test']",
            "recovery": "kind: recovery, smoke: [/], expect: { status: 200 }, interval: 100ms, rto: 1s",
            "replicas": "kind: replicas, header: X-Instance, exactly: 1",
            "prometheus": "kind: replicas, promql: { prometheus: 'http://{address}', query: up }, exactly: 1",
        }
        self.check_cases({name: (self.against(away, probe), ERROR if name == "prometheus" else FAIL, "") for name, probe in probes.items()})
        self.assertEqual(trap.connections, 0)

    def test_no_proxy_is_taken_from_the_environment(self):
        trap = Speaker(self, then(page(b"caught")), host="127.0.0.2")
        polite = Speaker(self, then(page(b"hello")))
        proxy = f"http://127.0.0.2:{trap.port}"
        environment = {**os.environ, "http_proxy": proxy, "HTTP_PROXY": proxy, "ALL_PROXY": proxy, "all_proxy": proxy, "no_proxy": ""}
        probing = self.probing("  - { kind: http, path: /, expect: { body: { contains: hello } } }",
                               f"http://127.0.0.1:{polite.port}", environment=environment)
        self.assertEqual(probing.exit_code, 0, probing.output)
        self.assertEqual(trap.connections, 0)

    def exposition(self, blocks, form, lines=10_000):
        """A server whose metrics are blocks of so many lines, from a file; in `form`, @@ stands for the block."""
        path = self.folder / f"exposition{len(list(self.folder.glob('exposition*')))}"
        block = b"".join(form(i) for i in range(lines))
        with open(path, "wb") as file:
            for number in range(blocks):
                file.write(block.replace(b"@@", b"%02d" % number))

        def serve(peer):
            peer.hear()
            peer.send(head(b"Content-Type: text/plain; version=0.0.4", b"Connection: close"))
            with open(path, "rb") as file:
                while block := file.read(BLOCK):
                    peer.check()
                    peer.send(block)
        return serve

    def test_metrics_without_end(self):
        text = head(b"Content-Type: text/plain")
        probe = "kind: metrics, path: /, require: [{ name: http_requests_total }]"
        self.check_cases({name: (self.against(serve, probe), FAIL, word) for name, (serve, word) in {
            "50 MB": (then(text, *[b'http_requests_total{a="b"} 1\n' * 10_000] * 173), "more than the 16777216 bytes"),
            "1 million series": (self.exposition(100, lambda i: b'm{i="@@%04d"} 1\n' % i), "more than 200000 samples"),
            "190,000 series, none as asked for": (self.exposition(19, lambda i: b'm{i="@@%04d",filler="%s"} 1\n' % (i, b"x" * 40)), "absent"),
            "190,000 names": (self.exposition(19, lambda i: b"http_@@%04d_%s 1\n" % (i, b"x" * 60)), "absent"),
            "90,000 broken histograms": (self.exposition(9, lambda i: b'h_bucket{i="@@%d",le="1"} 9\nh_bucket{i="@@%d",le="+Inf"} 3\n' % (i, i)), ""),
            "90,000 typed histograms": (self.exposition(9, lambda i: b'# TYPE h%d@@ histogram\nh%d@@_bucket{le="1"} 9\nh%d@@_bucket{le="+Inf"} 3\n' % (i, i, i)), "bucket"),
            "the same series 190,000 times": (then(text, *[b"http_requests_total 1\n" * 1000] * 190), "each series once"),
            "a label of 15 MB": (then(text, b'a{b="', *[b"x" * BLOCK] * 230), "line 1"),
            "a name of 15 MB": (then(text, *[b"x" * BLOCK] * 230), "line 1"),
            "100,000 labels": (then(page(b"a{" + b",".join(b'l%d="1"' % i for i in range(100_000)) + b"} 1\n", kind=b"text/plain")), "64 labels"),
            "15 MB of line ends": (then(text, *[b"\n" * BLOCK] * 230), ""),
            "15 MB of comments": (then(text, *[b"#\n" * (BLOCK // 2)] * 230), ""),
            "without end": (then(text, endless(b"a 1\n" * 10_000)), "went on after|more than"),
        }.items()}, at_once=1)

    def test_many_large_answers(self):
        """Of hundreds of answers only the headers are looked at: their bodies of 1 MiB must not be kept all together."""
        def serve(peer):
            while path := peer.hear().split()[1]:
                if path == b"/metrics":
                    peer.send(page(b'hits_total{a="b"} 1\n', kind=b"text/plain"))
                    continue
                peer.send(head(b"X-Instance: a", b"Content-Length: %d" % (16 * BLOCK)))
                for _ in range(16):
                    peer.send(b"x" * BLOCK)

        origins = ", ".join(f"'https://a{i}.test'" for i in range(32))
        for kind, probe in {"replicas": "header: X-Instance, connections: 400, exactly: 2",
                            "version": "header: X-Instance, expect: b, samples: 400",
                            "metrics": "moves: [{ counter: hits_total, path: /hit, requests: 400 }]",
                            "cors": f"path: /, allowed: [{origins}]"}.items():
            with self.subTest(kind):
                probing = self.against(serve, f"kind: {kind}, {probe}")()
                self.check_state(probing, FAIL, "")
                self.assertLess(probing.peak_bytes, MOST_BYTES, probing.output)

    def test_a_large_answer_does_not_hold_up_others(self):
        """While one answer is looked at, those of others come in; what came in time must not count as late."""
        large = self.exposition(19, lambda i: b"http_@@%04d_%s 1\n" % (i, b"x" * 60))
        speakers = [Speaker(self, large) for _ in range(3)]
        lines = [f"  - {{ kind: metrics, name: large {i}, target: 'http://127.0.0.1:{speaker.port}', path: /, timeout: 5s, "
                 "require: [{ name: http_requests_total }] }" for i, speaker in enumerate(speakers)]
        for wait_ms in (0, 100, 200, 300, 400, 500):
            slow = Speaker(self, then(lambda peer, wait_ms=wait_ms: peer.stop.wait(wait_ms / 1000), page(b"{}")))
            lines.append(f"  - {{ kind: http, name: after {wait_ms} ms, target: 'http://127.0.0.1:{slow.port}', path: /, timeout: {TIMEOUT_S}s }}")
        probing = self.probing("\n".join(lines))
        self.assertLess(probing.peak_bytes, 2 * MOST_BYTES, probing.output)
        self.assertEqual({probe["name"]: probe["reason"] for probe in probing.results
                          if probe["state"] != "pass" and probe["kind"] == "http"}, {}, probing.output)


class HostileProtocols(HostileTest):
    """Those who speak something else than they should, or never stop."""

    GARBAGE = random.Random(7).randbytes(BLOCK)
    SPEECH = {
        "zeros": endless(bytes(BLOCK)),
        "ones": endless(b"\xff" * BLOCK),
        "lines": endless((b"x" * 78 + b"\r\n") * 800),
        "a line without an end": endless(b"A" * BLOCK),
        "garbage": endless(GARBAGE),
        "silence": silence,
        "a byte a second": trickle(b"S" * 100),
        "nothing": lambda peer: None,
        "HTTP": lambda peer: peer.send(page(b"hello", kind=b"text/html")),
    }
    PROBES = {
        "ssh": "kind: ssh, address: '{address}', methods: [publickey]",
        "smtp": "kind: smtp, address: '{address}', starttls: offered",
        "redis": "kind: redis, address: '{address}'",
        "postgres": "kind: postgres, address: '{address}', tls: any, auth: any",
        "amqp": "kind: amqp, address: '{address}', mechanisms: [PLAIN]",
        "nats": "kind: nats, address: '{address}'",
        "tcp": "kind: tcp, address: '{address}', until: close, expect: { equals: hello }",
        "tls": "kind: tls, address: '{address}', expect: { min_version: '1.2', chain: any }",
        "grpc": "kind: grpc-health, target: 'http://{address}'",
    }

    def test_strangers(self):
        self.check_cases({f"{kind}, {what}": (self.against(serve, probe), FAIL, "")
                          for kind, probe in self.PROBES.items() for what, serve in self.SPEECH.items()})

    def test_speakers_of_the_protocol_that_never_stop(self):
        def names(*lists):
            return b"".join(struct.pack(">I", len(l)) + l for l in lists)

        kex = b"\x14" + bytes(16) + names(b"curve25519-sha256", b"ssh-ed25519", *[b"aes128-ctr"] * 2, *[b"hmac-sha2-256"] * 2,
                                          *[b"none"] * 2, b"", b"") + bytes(5)
        padding = 8 - (len(kex) + 5) % 8 + 8
        kex_packet = struct.pack(">IB", len(kex) + 1 + padding, padding) + kex + bytes(padding)
        long_names = b"\x14" + bytes(16) + b"\xff\xff\xff\xff" + b"a" * 100
        lying_names = struct.pack(">IB", len(long_names) + 5, 4) + long_names + bytes(4)
        start = struct.pack(">HH", 10, 10) + b"\0\x09"
        def amqp(payload):
            return b"\1\0\0" + struct.pack(">I", len(payload)) + payload + b"\xce"
        def field(value):
            return b"\7product" + value
        nested = b"F" + struct.pack(">I", 60_000) + (b"\1aF\0\0\xff\xff" * 8000)[:60_000]
        greeting = b"220 mail.test ESMTP\r\n"
        info = b'INFO {"version":"2.10.0","auth_required":true}\r\n'

        def frames(*parts):
            return lambda peer: [part(peer) if callable(part) else peer.send(part) for part in parts]
        def h2(kind, flags=0, stream=0, payload=b""):
            return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload
        hello = frames(lambda peer: peer.hear(b"SM\r\n\r\n"), h2(4))
        def grpc(*parts):
            return frames(hello, *parts)
        def smtp(*parts):
            return frames(greeting, lambda peer: peer.hear(b"\r\n"), *parts)

        self.check_cases({f"{kind}, {what}": (self.against(serve, self.PROBES[kind]), FAIL, "") for kind, what, serve in (
            ("ssh", "lines before the banner", endless(b"welcome\r\n" * 1000)),
            ("ssh", "an endless banner", frames(b"SSH-2.0-", endless(b"x" * BLOCK))),
            ("ssh", "a packet of 4 GiB", frames(b"SSH-2.0-x\r\n\xff\xff\xff\xff", endless(b"\x14" * BLOCK))),
            ("ssh", "names of 4 GiB", frames(b"SSH-2.0-x\r\n", lying_names, silence)),
            ("ssh", "a login without an end", frames(b"SSH-2.0-x\r\n", kex_packet, endless(struct.pack(">IB", 12, 4) + b"\2" + bytes(10)))),
            ("ssh", "a login in silence", frames(b"SSH-2.0-x\r\n", kex_packet, silence)),
            ("smtp", "a greeting without an end", endless(b"220-mail.test\r\n" * 1000)),
            ("smtp", "extensions without an end", smtp(endless(b"250-X-MORE\r\n" * 1000))),
            ("smtp", "a TLS of garbage", smtp(b"250-mail.test\r\n250 STARTTLS\r\n", lambda peer: peer.hear(b"STARTTLS\r\n"), b"220 go\r\n", endless(self.GARBAGE))),
            ("smtp", "answers to more than was asked", frames((greeting + b"250-mail.test\r\n250 STARTTLS\r\n220 go\r\n") * 1000, silence)),
            ("redis", "an array of a billion", frames(b"*1000000000\r\n", endless(b":1\r\n" * 10_000))),
            ("redis", "a text of 100 GB", frames(b"$99999999999\r\n", endless(b"x" * BLOCK))),
            ("redis", "arrays in arrays", endless(b"*1\r\n" * 10_000)),
            ("redis", "an error without an end", frames(b"-", endless(b"NOAUTH " * 9000))),
            ("redis", "an array of the most", frames(b"*1024\r\n" * 4, endless(b"+x\r\n" * 10_000))),
            ("postgres", "a message of 2 GiB", frames(lambda p: p.hear(b"\x16\x2f"), b"N", lambda p: p.hear(b"\0\0"), b"R\x7f\xff\xff\xff", endless(bytes(BLOCK)))),
            ("postgres", "an error without an end", frames(lambda p: p.hear(b"\x16\x2f"), b"E\0\0\x7f\xffSFATAL\0M", endless(b"x" * BLOCK))),
            ("postgres", "a TLS of garbage", frames(lambda p: p.hear(b"\x16\x2f"), b"S", endless(self.GARBAGE))),
            ("postgres", "notices without an end", frames(lambda p: p.hear(b"\x16\x2f"), b"N", endless(b"N\0\0\0\x05\0" * 10_000))),
            ("amqp", "a frame of 4 GiB", frames(b"\1\0\0\xff\xff\xff\xff", endless(bytes(BLOCK)))),
            ("amqp", "tables in tables", frames(amqp(start + struct.pack(">I", len(field(nested))) + field(nested) + bytes(8)), silence)),
            ("amqp", "a length that lies", frames(amqp(start + b"\xff\xff\xff\xff"), silence)),
            ("amqp", "heartbeats without an end", endless(b"\x08\0\0\0\0\0\0\xce" * 1000)),
            ("nats", "an INFO without an end", frames(b"INFO {", endless(b'"a":1,' * 10_000))),
            ("nats", "an INFO 30,000 deep", frames(b'INFO {"version":' + b"[" * 30_000 + b"]" * 30_000 + b"}\r\n", silence)),
            ("nats", "PING without an end", frames(info, endless(b"PING\r\n" * 10_000))),
            ("nats", "INFO without an end", endless(info * 1000)),
            ("tls", "alerts without an end", endless(b"\x15\x03\x03\0\2\1\0" * 8000)),
            ("tls", "records of no bytes", endless(b"\x16\x03\x03\0\0" * 8000)),
            ("tls", "a hello of 16 MiB", frames(b"\x16\x03\x03\x40\0\2\xff\xff\xff" + bytes(16380), endless(b"\x16\x03\x03\x40\0" + bytes(16384)))),
            ("grpc", "settings without an end", grpc(endless(h2(4) * 5000))),
            ("grpc", "pings without an end", grpc(endless(h2(6, payload=bytes(8)) * 4000))),
            ("grpc", "headers without an end", grpc(h2(1, 0, 1, b"\x88"), endless(h2(9, 0, 1, b"\x00\x01a\x01b" * 2000)))),
            ("grpc", "data without an end", grpc(h2(1, 4, 1, b"\x88"), endless(h2(0, 0, 1, b"\0\xff\xff\xff\xff" + bytes(16000))))),
            ("grpc", "a table of names without an end", grpc(endless(h2(1, 4, 1, b"\x88" + b"\x40\x01a\x7f\x80\xff\xff\xff\x0f")))),
        )})

    def test_polite_servers_pass_beside_hostile_ones(self):
        """What is endless for one probe must not take the time of another, which asks at the same moment."""
        polite = Speaker(self, then(page(b'{"status": "ok"}', b"X-Version: 1", b"Connection: close")))
        hostile = [Speaker(self, serve) for serve in self.SPEECH.values()]
        lines = [f"  - {{ kind: {kind}, name: 'hostile {kind} {i}', timeout: {TIMEOUT_S}s, {probe} }}"
                 for i, speaker in enumerate(hostile)
                 for kind, probe in (("http", f"target: 'http://127.0.0.1:{speaker.port}', expect: {{ status: 404 }}"),
                                     ("redis", f"address: '127.0.0.1:{speaker.port}'"), ("nats", f"address: '127.0.0.1:{speaker.port}'"))]
        lines += [f"  - {{ kind: http, name: polite {i}, path: /, timeout: {TIMEOUT_S}s, expect: {{ json: {{ /status: ok }} }} }}" for i in range(5)]
        probing = self.probing("\n".join(lines), f"http://127.0.0.1:{polite.port}")
        self.check_end(probing)
        passed = {probe["name"] for probe in probing.results if probe["state"] in ("pass", "warn")}
        self.assertEqual(passed, {f"polite {i}" for i in range(5)}, probing.output)


# ---- DNS by hand
QUESTION = b"\x03www\x07example\x04test\0"


def reply(query, *records, flags=0x8180, count=None):
    return query[:2] + struct.pack(">HHHHH", flags, 1, len(records) if count is None else count, 0, 0) + query[12:query.index(b"\0", 12) + 5] + b"".join(records)


def record(kind, data, name=b"\xc0\x0c", length=None):
    return name + struct.pack(">HHIH", kind, 1, 60, len(data) if length is None else length) + data


def txt(data):
    pieces = [data[i:i + 255] for i in range(0, len(data), 255)]
    return record(16, b"".join(bytes([len(piece)]) + piece for piece in pieces))


class HostileDns(HostileTest):
    def asking(self, probe, answer, over_tcp=None):
        def ask():
            server = NameServer(self, answer, over_tcp)
            return self.probing(f"  - {{ kind: dns, host: www.example.test, timeout: {TIMEOUT_S}s, resolvers: ['127.0.0.1:{server.port}'], {probe} }}")
        return ask

    def test_replies_that_are_none(self):
        address = "type: A, expect: [192.0.2.1]"
        text = "type: TXT, expect: [hello]"
        alias = "type: CNAME, expect: [other.test]"
        good = record(1, bytes([192, 0, 2, 1]))
        once = lambda make: lambda query: [make(query)]
        end = len(QUESTION) + 16

        def flood(query):
            return [struct.pack(">H", i) + reply(query, good)[2:] for i in range(2000) if struct.pack(">H", i) != query[:2]]

        def truncated(query):
            return [reply(query, flags=0x8380)]

        def many_texts(peer, query):
            whole = reply(query, *[txt(b"x" * 250) for _ in range(240)])
            peer.send(struct.pack(">H", len(whole)) + whole)
            peer.silence()

        def one_long_text(peer, query):
            whole = reply(query, txt(b"x" * 65000))
            peer.send(struct.pack(">H", len(whole)) + whole)
            peer.silence()

        def aliases(peer, query):
            links = [record(5, b"\4%04d\0" % (i + 1), b"\xc0\x0c" if i == 0 else b"\4%04d\0" % i) for i in range(2500)]
            whole = reply(query, *links)
            peer.send(struct.pack(">H", len(whole)) + whole)
            peer.silence()

        long_name = b"\x3f" + b"a" * 63 + b"\x3f" + b"b" * 63 + b"\x3f" + b"c" * 63
        to_long = struct.pack(">H", 0xC000 | end + 12)
        cases = {
            "a name that points at itself": (address, once(lambda q: reply(q, record(1, bytes(4), struct.pack(">H", 0xC000 | end)))), None, "broken"),
            "names that point at each other": (address, once(lambda q: reply(q, record(1, bytes(4), struct.pack(">HH", 0xC000 | end + 2, 0xC000 | end)))), None, ""),
            "a name that points ahead": (address, once(lambda q: reply(q, record(1, bytes(4), b"\xff\xff"))), None, "broken"),
            "an alias that points at itself": (alias, once(lambda q: reply(q, record(5, struct.pack(">H", 0xC000 | end + 12)))), None, ""),
            "an alias to itself": (address, once(lambda q: reply(q, record(5, b"\xc0\x0c"))), None, "circle"),
            "aliases in a circle": (address, once(lambda q: reply(q, record(5, b"\1b\0"), record(5, b"\xc0\x0c", b"\1b\0"))), None, "circle"),
            "2,500 aliases": (address, truncated, aliases, ""),
            "more records than there are": (address, once(lambda q: reply(q, good, count=65535)), None, ""),
            "a length that lies": (address, once(lambda q: reply(q, record(1, bytes(4), length=65535))), None, ""),
            "an address of five bytes": (address, once(lambda q: reply(q, record(1, bytes(5)))), None, ""),
            "a text that lies": (text, once(lambda q: reply(q, record(16, b"\xffhello"))), None, ""),
            "labels of unknown form": (address, once(lambda q: reply(q, record(1, bytes(4), b"\x41a\x81b\0"))), None, ""),
            "a name of a thousand bytes": (alias, once(lambda q: reply(q, record(5, long_name * 5 + b"\0"))), None, ""),
            "3,000 long names": (address, once(lambda q: reply(q, record(5, long_name + b"\0"), *[record(5, to_long, to_long)] * 3000)), None, ""),
            "an empty datagram": (address, lambda query: [b""], None, ""),
            "eleven bytes": (address, once(lambda q: reply(q)[:11]), None, ""),
            "the query itself": (address, lambda query: [query], None, ""),
            "garbage": (address, lambda query: [query[:2] + random.Random(7).randbytes(500)], None, ""),
            "other people's replies": (address, flood, None, "timeout|no reply"),
            "the answer to another question": (address, once(lambda q: q[:2] + b"\x81\x80\0\1\0\1\0\0\0\0\5other\0\0\1\0\1" + record(1, bytes([192, 0, 2, 1]))), None, ""),
            "silence": (address, lambda query: [], None, "timeout"),
            "60 KB of text": (text, once(lambda q: reply(q, txt(b"x" * 60_000))), None, ""),
            "240 texts over TCP": (text, truncated, many_texts, ""),
            "65 KB of text over TCP": (text, truncated, one_long_text, ""),
            "cut off, and nobody on TCP": (text, truncated, None, ""),
            "cut off, and silence on TCP": (text, truncated, lambda peer, query: peer.silence(), "timeout|no reply"),
            "cut off, and a byte a second": (text, truncated, lambda peer, query: peer.trickle(b"\xff" * 50), "timeout|no reply"),
            "cut off, and no end on TCP": (text, truncated, lambda peer, query: peer.endless(b"\xff" * BLOCK), ""),
            "cut off without end": (text, truncated, lambda peer, query: peer.send(struct.pack(">H", len(reply(query))) + reply(query, flags=0x8380)), ""),
            "a text that a terminal obeys": (text, once(lambda q: reply(q, txt(b"\x1b[2J\xff\x9b]]></script>\0"))), None, ""),
            "a name that a terminal obeys": (alias, once(lambda q: reply(q, record(5, b"\x08\x1b[2J\xff\x9b>\0"))), None, ""),
        }
        self.check_cases({name: (self.asking(probe, answer, over_tcp), FAIL, word)
                          for name, (probe, answer, over_tcp, word) in cases.items()})


class HostileCommands(HostileTest):
    def command(self, script, more=""):
        def run():
            folder = self.folder / f"command{threading.get_ident()}-{time.monotonic_ns()}"
            folder.mkdir()
            (folder / "script.sh").write_text(script)
            self.folders[script] = folder
            return self.probing(f"  - {{ kind: command, argv: [sh, script.sh], folder: '{folder}', timeout: {TIMEOUT_S}s{more} }}")
        return run

    def setUp(self):
        super().setUp()
        self.folders = {}

    def end_by_number(self, path):
        """Ends what a script has left, by the number that it wrote down."""
        for number in path.read_text().split() if path.exists() else []:
            try:
                os.kill(int(number), signal.SIGKILL)
            except ProcessLookupError:
                pass

    @staticmethod
    def runs(number):
        try:
            return pathlib.Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] not in ("Z", "X")
        except FileNotFoundError:
            return False

    def test_commands_that_do_not_end(self):
        scripts = {
            "prints without end": "exec yes", "complains without end": "yes >&2",
            "both": "yes & yes >&2", "prints one line without end": "exec cat /dev/zero",
            "will not be ended": "trap '' TERM INT HUP; while :; do sleep 1; done",
            "closes its outputs": "exec >&- 2>&-; sleep 30", "stops itself": "kill -STOP $$",
            "reads": "cat; sleep 30", "sends 1 GB and ends": "head -c 1000000000 /dev/zero; exit 3",
            "ends its whole group": "kill -9 0", "ends by a signal": "kill -SEGV $$",
        }
        self.check_cases({name: (self.command(script, ", stdout: { contains: hello }"), FAIL, "") for name, script in scripts.items()})

    def test_children_that_keep_the_pipe_open(self):
        left = {
            "ended": "sleep 30 & echo $! > left; echo bad; exit 3",
            "in a session of its own": "setsid sh -c 'echo $$ > left; exec sleep 30' & while [ ! -s left ]; do :; done; echo bad; exit 3",
        }
        for name, script in left.items():
            with self.subTest(name):
                probing = self.command(script)()
                self.addCleanup(self.end_by_number, self.folders[script] / "left")
                self.check_end(probing)
                self.check_state(probing, FAIL, "3: bad")
                self.assertLess(probing.wall_s, TIMEOUT_S, "it waited for the child: " + probing.output)

    def test_children_end_at_the_timeout(self):
        script = "sleep 30 & echo $! > left; (sleep 30 & echo $! >> left; wait) & trap '' TERM; while [ $(wc -l < left) -lt 2 ]; do :; done; wait; sleep 30"
        probing = self.command(script)()
        left = self.folders[script] / "left"
        self.addCleanup(self.end_by_number, left)
        self.check_end(probing)
        self.check_state(probing, FAIL, "killed")
        numbers = left.read_text().split()
        self.assertEqual(len(numbers), 2)
        deadline = time.monotonic() + 3
        while any(self.runs(number) for number in numbers) and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertEqual([number for number in numbers if self.runs(number)], [], probing.output)

    def test_one_that_left_its_group_does_not_hold_up_the_timeout(self):
        script = "setsid sh -c 'echo $$ > left; exec sleep 30' & while [ ! -s left ]; do :; done; sleep 30"
        probing = self.command(script)()
        self.addCleanup(self.end_by_number, self.folders[script] / "left")
        self.check_end(probing)
        self.check_state(probing, FAIL, "killed")

    def test_output_that_is_no_text(self):
        for format in ("json", "junit", "table"):
            with self.subTest(format):
                script = self.folder / "evil.sh"
                script.write_text("printf '\\033[2J\\377\\233]]></script>\\357\\277\\277'; printf '\\033]0;title\\007\\377' >&2; exit 3\n")
                probing = self.probing(f"  - {{ kind: command, argv: [sh, '{script}'], stdout: {{ equals: hello }}, stderr: {{ equals: hello }} }}", format=format)
                self.check_end(probing)
                if format == "junit":
                    self.assertEqual(self.bad_cases(probing), ["command"])

    def test_lists_of_backups_without_end(self):
        scripts = {"endless": "yes \"1000 $(date -u +%Y-%m-%dT%H:%M:%SZ) a.gz\"",
                   "garbage": "head -c 50000 /dev/urandom", "too long": "yes \"1000 $(date -u +%Y-%m-%dT%H:%M:%SZ) a.gz\" | head -n 5000",
                   "one long line": "printf '1000 2026-01-01T00:00:00Z '; head -c 50000 /dev/zero | tr '\\0' x",
                   "a size beyond 64 bits": "echo 99999999999999999999999 2026-01-01T00:00:00Z a.gz",
                   "a month of 13": "echo 1000 2026-13-01T00:00:00Z a.gz", "no zone": "echo 1000 2026-01-01T00:00:00 a.gz",
                   "nothing": "true", "a failure": "exit 3"}
        def listing(script):
            def run():
                path = self.folder / f"list{threading.get_ident()}-{time.monotonic_ns()}.sh"
                path.write_text(script)
                return self.probing(f"  - {{ kind: backup-freshness, list: {{ command: [sh, '{path}'] }}, max_age: 1h, timeout: {TIMEOUT_S}s }}")
            return run
        self.check_cases({name: (listing(script), NO_PASS, "") for name, script in scripts.items()})


# ---- secrets
SECRET = 'Zq7"x/+K3y\\&<w>=9%Tv'
LONG_SECRET = "Q7mVx2Kp9RtYw4Zc8LbN5sHdJ3fG6aEu"  # of letters and digits: the same in every encoding


def percent(text, safe="", lower=False):
    coded = urllib.parse.quote(text, safe=safe)
    return re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), coded) if lower else coded


PLAIN_FORMS = {"plain": SECRET}
URL_FORMS = {"URL-encoded": percent(SECRET), "URL-encoded in small letters": percent(SECRET, lower=True),
             "URL-encoded as a form": urllib.parse.quote_plus(SECRET), "URL-encoded as a path": percent(SECRET, "/+=&")}
JSON_FORMS = {"JSON-escaped": json.dumps(SECRET)[1:-1], "JSON-escaped with slashes": json.dumps(SECRET)[1:-1].replace("/", "\\/"),
              "JSON-escaped for HTML": json.dumps(SECRET)[1:-1].replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"),
              "JSON-escaped for HTML in capitals": json.dumps(SECRET)[1:-1].replace("&", "\\u0026").replace("<", "\\u003C").replace(">", "\\u003E")}
FORMS = {**PLAIN_FORMS, **URL_FORMS, **JSON_FORMS}


class Secrets(HostileTest):
    ENVIRONMENT = {**os.environ, "TOKEN": SECRET, "LONG_TOKEN": LONG_SECRET}
    DECLARED = "secrets: [TOKEN, LONG_TOKEN]"

    def texts(self, probing, format):
        """Everything that is said, raw and as its reader decodes it."""
        texts = [probing.stdout.decode(), probing.stderr.decode()]
        if format == "json":
            def walk(value):
                if isinstance(value, str):
                    texts.append(value)
                for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
                    walk(inner)
            walk(probing.results)
        if format == "junit":
            for element in xml.etree.ElementTree.fromstring(probing.stdout).iter():
                texts += [element.text or "", *element.attrib.values()]
        return texts

    def assert_secret_is_kept(self, probing, format, forms):
        found = [(name, text) for text in self.texts(probing, format) for name, form in forms.items() if form in text]
        self.assertEqual(sorted({name for name, _ in found}), [], found[-1:])
        parts = [line for text in self.texts(probing, format) for line in text.splitlines() if self.holds_part(line)]
        self.assertEqual([line.strip()[:400] for line in parts[:3]], [], f"{len(parts)} lines with a part of the secret")

    @staticmethod
    def holds_part(text, length=8):
        folded, secret = text.lower(), LONG_SECRET.lower()
        return any(secret[i:i + length] in folded for i in range(len(secret) - length + 1))

    def check_echo(self, forms):
        """The token is sent in a header; the server echoes it in each form, in every place that a probe shows."""
        heard = []

        def serve(peer):
            request = peer.hear()
            heard.append(request)
            asked = re.match(rb"\w+ /f(\d+)/(\w+) ", request)
            if not asked:
                return peer.send(page(b"", status=b"404 Not Found"))  # where a redirect leads
            form, place = list(forms.values())[int(asked[1])].encode(), asked[2]
            answers = {
                b"header": page(b"{}", b"X-Echo: " + form), b"reason": page(b"{}", status=b"500 " + form),
                b"body": page(form, kind=b"text/plain"), b"json": page(b'{"echo": "%s", "checks": {"db": "%s"}}' % (form, form)),
                b"version": page(b"{}", b"X-Version: " + form), b"location": page(b"", b"Location: /" + form, status=b"302 Found"),
                b"query": page(b"", b"Location: https://other.test/?token=" + form, status=b"302 Found"),
                b"cookie": page(b"", b"Set-Cookie: a%s=1; Path=/%s" % (form, form)), b"cache": page(b"", b"Cache-Control: max-age=1, " + form),
                b"type": page(b"", b"Content-Type: " + form), b"metrics": page(b"%s 1\n" % form, kind=b"text/plain"),
                b"label": page(b'a{b="%s"} 1\na{b="%s"} 1\n' % (form, form), kind=b"text/plain"),
                b"origin": page(b"", b"Access-Control-Allow-Origin: " + form), b"policy": page(b"", b"Content-Security-Policy: default-src " + form),
            }
            peer.send(answers[place])

        speaker = Speaker(self, serve)
        lines = []
        for i in range(len(forms)):
            lines += [f"  - {{ headers: {{ X-Token: '${{TOKEN}}', X-Long: '${{LONG_TOKEN}}' }}, timeout: {TIMEOUT_S}s, {probe} }}" for probe in (
                f"kind: http, path: /f{i}/header, expect: {{ header: {{ x-echo: other }} }}",
                f"kind: http, path: /f{i}/reason", f"kind: http, path: /f{i}/body, expect: {{ body: {{ equals: other }} }}",
                f"kind: http, path: /f{i}/json, expect: {{ json: {{ /echo: other, /checks: other }} }}",
                f"kind: health, path: /f{i}/json, dependencies: {{ db: /checks/db }}, shape: {{ /echo: number }}",
                f"kind: cookies, path: /f{i}/cookie, all: {{ secure: true, path: / }}, expect: {{ session: {{ secure: true }} }}",
                f"kind: caching, expect: {{ /f{i}/cache: {{ max_age: '>= 1h' }} }}",
                f"kind: http, path: /f{i}/type, expect: {{ header: {{ content-type: text/html }} }}",
                f"kind: metrics, path: /f{i}/metrics", f"kind: metrics, path: /f{i}/label",
                f"kind: headers, path: /f{i}/policy, expect: {{ content-security-policy: {{ grade: strict }}, x-frame-options: DENY }}",
            )]
            lines += [f"  - {{ timeout: {TIMEOUT_S}s, {probe} }}" for probe in (
                f"kind: version, path: /f{i}/version, header: X-Version, expect: other",
                f"kind: version, path: /f{i}/json, json: /echo, expect: other",
                f"kind: replicas, path: /f{i}/version, header: X-Version, exactly: 2, connections: 2",
                f"kind: redirect, from: /f{i}/location, to: /end, max_hops: 1", f"kind: redirect, from: /f{i}/query, to: /end",
                f"kind: cors, path: /f{i}/origin, allowed: ['https://a.test']",
            )]
        for format in ("json", "table", "junit"):
            with self.subTest(format=format):
                probing = self.probing("\n".join(lines), f"http://127.0.0.1:{speaker.port}", format=format,
                                       environment=self.ENVIRONMENT, extra=self.DECLARED)
                self.assertEqual(probing.exit_code, 1, probing.output)
                if format == "json":
                    self.assertEqual([p["name"] for p in probing.results if p["state"] == "pass"], [], probing.output)
                self.assert_secret_is_kept(probing, format, forms)
        self.assertTrue(any(f"X-Token: {SECRET}\r\n".encode() in request for request in heard), "the token was never sent")

    def test_echoed_plainly(self):
        self.check_echo(PLAIN_FORMS)

    def test_echoed_in_a_url(self):
        self.check_echo(URL_FORMS)

    def test_echoed_in_json(self):
        self.check_echo(JSON_FORMS)

    def check_parts(self, lines, target="http://127.0.0.1:1"):
        """No part of the long secret is told, wherever a text is cut."""
        for format in ("json", "table", "junit"):
            with self.subTest(format=format):
                probing = self.probing("\n".join(lines), target, format=format, environment=self.ENVIRONMENT, extra=self.DECLARED)
                self.assertEqual(probing.exit_code, 1, probing.output)
                self.assert_secret_is_kept(probing, format, FORMS)

    PADS = range(0, 640, 9)

    def test_cut_in_answers(self):
        """A text that is clipped in the middle of a secret, at every place where it may be clipped."""
        secret = LONG_SECRET.encode()

        def serve(peer):
            path = peer.hear().split()[1].split(b"/")
            if len(path) < 3:
                return peer.send(page(b"", status=b"404 Not Found"))  # where a redirect leads
            pad, place = b"." * int(path[1]), path[2]
            peer.send({b"header": page(b"", b"X-Echo: " + pad + secret), b"body": page(pad + secret),
                       b"json": page(b'{"echo": "%s%s"}' % (pad, secret)), b"version": page(b"", b"X-Version: 1" + pad + secret),
                       b"location": page(b"", b"Location: /%s%s" % (pad, secret), status=b"302 Found")}[place])

        speaker = Speaker(self, serve)
        lines = [f"  - {{ timeout: 3s, {probe} }}" for pad in self.PADS for probe in (
            f"kind: http, path: /{pad}/header, expect: {{ header: {{ x-echo: other }} }}",
            f"kind: http, path: /{pad}/body, expect: {{ body: {{ equals: other }} }}",
            f"kind: http, path: /{pad}/json, expect: {{ json: {{ /echo: other }} }}",
            f"kind: redirect, from: /{pad}/location, to: /end, max_hops: 1",
        )] + [f"  - {{ kind: version, timeout: 3s, path: /{pad}/version, header: X-Version, expect: other }}" for pad in range(0, 220, 9)]
        self.check_parts(lines, f"http://127.0.0.1:{speaker.port}")

    def test_cut_in_metrics(self):
        secret = LONG_SECRET.encode()

        def serve(peer):
            path = peer.hear().split()[1].split(b"/")
            pad, place = b"." * int(path[1]), path[2]
            peer.send(page({b"line": pad + secret + b"\n", b"value": b"a " + pad + secret + b"\n", b"label": b'a{b="c" ' + pad + secret + b'"} 1\n',
                            b"series": (b'a{b="' + pad + secret + b'"} 1\n') * 2, b"name": b"m" + secret + b" 1\n# TYPE m" + secret + b" gauge\n"}[place],
                           kind=b"text/plain"))

        speaker = Speaker(self, serve)
        self.check_parts([f"  - {{ kind: metrics, timeout: 3s, path: /{pad}/{place} }}" for pad in range(0, 60, 5)
                          for place in ("line", "value", "label", "series", "name")], f"http://127.0.0.1:{speaker.port}")

    def check_speakers(self, form, probe):
        """`form`: what a server says with a given padding; each connection gets the next padding."""
        pads = list(self.PADS)[:40]
        given = iter(pads * 20)
        lock = threading.Lock()

        def serve(peer):
            with lock:
                pad = next(given)
            peer.send(form(b"." * pad + LONG_SECRET.encode()))
            peer.silence()

        speaker = Speaker(self, serve)
        self.check_parts([f"  - {{ timeout: {TIMEOUT_S}s, {probe.replace('{address}', f'127.0.0.1:{speaker.port}')} }}" for _ in pads])

    def test_cut_in_what_tcp_says(self):
        self.check_speakers(lambda text: text + b"\r\n", "kind: tcp, address: '{address}', until: line, expect: { equals: hello }")

    def test_cut_in_what_redis_says(self):
        self.check_speakers(lambda text: b"-ERR " + text + b"\r\n", "kind: redis, address: '{address}'")

    def test_cut_in_what_no_redis_says(self):
        self.check_speakers(lambda text: text + b"\r\n", "kind: redis, address: '{address}'")

    def test_cut_in_what_a_mail_server_says(self):
        self.check_speakers(lambda text: b"554 " + text + b"\r\n", "kind: smtp, address: '{address}'")

    def test_cut_in_what_no_nats_says(self):
        self.check_speakers(lambda text: text + b"\r\n", "kind: nats, address: '{address}'")

    def test_cut_in_an_ssh_banner(self):
        self.check_speakers(lambda text: b"SSH-2.0-" + text + b"\r\n" + bytes(64), "kind: ssh, address: '{address}'")

    def test_folded_to_small_letters(self):
        """A host, a media type, an encoding: what assay folds to small letters before it shows it."""
        def serve(peer):
            place = peer.hear().split()[1].split(b"/")[1]
            secret = LONG_SECRET.encode()
            peer.send({b"host": page(b"", b"Location: http://%s.test/" % secret, status=b"302 Found"),
                       b"coding": page(b"x" * 2000, b"Content-Encoding: " + secret), b"cache": page(b"", b"X-Version: 1", b"X-Cache: HIT " + secret),
                       b"origin": page(b"", b"Access-Control-Allow-Origin: https://%s.test" % secret),
                       b"directive": page(b"", b"Cache-Control: %s=1, %s=2" % (secret, secret))}[place])

        speaker = Speaker(self, serve)
        self.check_parts([f"  - {{ timeout: {TIMEOUT_S}s, {probe} }}" for probe in (
            "kind: redirect, from: /host, to: /end", "kind: compression, path: /coding", "kind: version, path: /cache, header: X-Version, expect: '2'",
            "kind: cors, path: /origin, allowed: ['https://a.test']", "kind: caching, expect: { /directive: { immutable: true } }")],
            f"http://127.0.0.1:{speaker.port}")

    def test_in_the_output_of_a_command(self):
        script = self.folder / "tell.sh"
        script.write_text('printf "%s %s\\n" "$TOKEN" "$LONG_TOKEN"; printf "%s %s\\n" "$TOKEN" "$LONG_TOKEN" >&2; exit 3\n')
        self.check_parts([f"  - {{ kind: command, argv: [sh, '{script}'] }}",
                          f"  - {{ kind: command, argv: [sh, '{script}'], exit: 3, stdout: {{ equals: a }}, stderr: {{ equals: b }} }}",
                          f"  - {{ kind: command, argv: [sh, -c, 'exit 3', '${{TOKEN}}', '${{LONG_TOKEN}}'] }}",
                          f"  - {{ kind: command, shell: true, run: 'exit 3 # ${{LONG_TOKEN}}' }}"])

    def test_cut_where_an_output_is_kept(self):
        """Of a long output the last 64 KiB are kept; their first bytes may be the end of a secret."""
        script = self.folder / "tell.sh"
        script.write_text('printf "%s" "$LONG_TOKEN"; head -c $1 /dev/zero | tr "\\0" x; exit 3\n')
        kept = 64 << 10
        self.check_parts([f"  - {{ kind: command, argv: [sh, '{script}', '{kept - left}'], exit: 3, stdout: {{ equals: a }} }}"
                          for left in (4, 8, 12, 16, 20, 24, 28)])

    def test_sent_elsewhere(self):
        """The target's headers go to the target: not to another host, nor to another port, even where both may be asked."""
        heard = []

        def take(peer):
            heard.append(peer.hear())
            peer.send(page(b"caught"))

        trap = Speaker(self, take, host="127.0.0.2")
        neighbour = Speaker(self, take)
        for elsewhere in (f"http://127.0.0.2:{trap.port}/", f"http://127.0.0.1:{neighbour.port}/"):
            speaker = Speaker(self, then(page(b"", b"Location: " + elsewhere.encode(), b"Connection: close", status=b"302 Found")))
            self.probing(f"  - {{ kind: redirect, from: /a, to: '{elsewhere}', hosts: [127.0.0.2] }}",
                         f"{{ url: 'http://127.0.0.1:{speaker.port}', headers: {{ Authorization: 'Bearer ${{TOKEN}}' }} }}",
                         environment=self.ENVIRONMENT, extra=self.DECLARED)
        self.assertEqual(len(heard), 2, "the listed hosts were not asked")
        for request in heard:
            self.assertNotIn(SECRET.encode(), request)
            self.assertNotIn(b"authorization", request.lower())


class Polite(HostileTest):
    """The other side of "never passes": the same probes pass where all is well, in little memory."""

    def test_the_same_probes_pass(self):
        speaker = Speaker(self, then(page(b'{"status": "ok", "checks": {"db": true}, "version": "1"}', b"X-Evil: fine", b"X-Version: 1", b"Connection: close")))
        metrics = Speaker(self, then(page(b"# TYPE http_requests_total counter\nhttp_requests_total 1\n", kind=b"text/plain")))
        redis = Speaker(self, lambda peer: (peer.hear(b"PING\r\n"), peer.send(b"-NOAUTH Authentication required.\r\n"), peer.silence()))
        nats = Speaker(self, lambda peer: (peer.send(b'INFO {"version":"2.10.0","auth_required":true}\r\n'), peer.hear(b"PING\r\n"),
                                           peer.send(b"-ERR 'Authorization Violation'\r\n")))
        names = NameServer(self, lambda query: [reply(query, txt(b"hello"))])
        packed = zlib.compressobj(9, zlib.DEFLATED, 31)
        packed = packed.compress(b"words " * 1000) + packed.flush()
        pages = Speaker(self, text_or(b"gzip", lambda: packed))
        probing = self.probing(f"""
  - {{ kind: http, path: /, expect: {{ status: 200, json: {{ /status: ok }}, header: {{ x-evil: fine }} }} }}
  - {{ kind: health, ready: /, dependencies: {{ db: /checks/db }} }}
  - {{ kind: version, path: /, json: /version, expect: '1' }}
  - {{ kind: version, header: X-Version, expect: '1' }}
  - {{ kind: compression, target: 'http://127.0.0.1:{pages.port}', path: /, encodings: [gzip] }}
  - {{ kind: metrics, target: 'http://127.0.0.1:{metrics.port}', path: /, require: [{{ name: http_requests_total }}] }}
  - {{ kind: redis, address: '127.0.0.1:{redis.port}' }}
  - {{ kind: nats, address: '127.0.0.1:{nats.port}' }}
  - {{ kind: dns, host: www.example.test, type: TXT, expect: [hello], resolvers: ['127.0.0.1:{names.port}'] }}
  - {{ kind: command, argv: [echo, hello], stdout: {{ contains: hello }} }}
""", f"http://127.0.0.1:{speaker.port}")
        self.assertEqual({probe["name"]: probe["reason"] for probe in probing.results if probe["state"] != "pass"}, {}, probing.output)
        self.assertEqual(probing.exit_code, 0, probing.output)
        self.assertLess(probing.peak_bytes, MOST_BYTES // 2, "this process is too large to measure others by")


if __name__ == "__main__":
    unittest.main()
