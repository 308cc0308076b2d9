"""An HTTP/1.1 server that misbehaves as told and writes down what really happened.

    python3 -B odd_server.py LOG '{"answers": [{"ms": 20}, {"status": 500}], "hold_s": [1, 4]}'

Prints its port when it listens, serves until SIGTERM, then writes LOG. Requests are numbered in the order of their
arrival, over all connections; times are time.monotonic_ns() of this machine.

    answers                  taken in turn by request number; each of
        ms                   how long it takes (0)
        status               the answer's status (200)
        never                true: no answer ever comes
        head_first           true: header and one byte at once, the rest after `ms`
        close                true: the connection is closed after the answer, which does not say so
    hold_s                   [from, to] since the first request: what would be answered then is answered at its end
    slow_start               {"until_s", "ms"} since the first request: requests until then take that long
    answers_per_connection   the request after so many on one connection is met with a reset
"""
import asyncio
import json
import signal
import socket
import struct
import sys
import time

BODY = b"as told\n"
REASONS = {200: b"OK", 500: b"Internal Server Error"}


def head(status, extra=b""):
    return b"HTTP/1.1 %d %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n%s\r\n" % (
        status, REASONS[status], len(BODY), extra)


class Record:
    """What happened: one row for each request, [arrived ns, answered ns or None, status or None]."""

    def __init__(self):
        self.requests, self.connections, self.resets = [], 0, 0

    def write(self, path):
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"requests": self.requests, "connections": self.connections, "resets": self.resets}, file)


class Plan:
    """When and how the n-th request is answered."""

    def __init__(self, wishes):
        self.answers = wishes.get("answers", [{}])
        self.hold_s, self.slow_start = wishes.get("hold_s"), wishes.get("slow_start")
        self.answers_per_connection = wishes.get("answers_per_connection")

    def answer(self, number):
        return self.answers[number % len(self.answers)]

    def delay_s(self, number, since_first_s):
        delay_s = self.answer(number).get("ms", 0) / 1000
        if self.slow_start and since_first_s < self.slow_start["until_s"]:
            delay_s = self.slow_start["ms"] / 1000
        if self.hold_s and self.hold_s[0] <= since_first_s + delay_s < self.hold_s[1]:
            delay_s = self.hold_s[1] - since_first_s
        return delay_s


class Connection(asyncio.Protocol):
    def __init__(self, plan, record):
        self.plan, self.record = plan, record
        self.buffer, self.served, self.transport = b"", 0, None
        self.extra = b""

    def connection_made(self, transport):
        self.transport = transport
        self.record.connections += 1

    def data_received(self, data):
        now_ns = time.monotonic_ns()
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            request, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
            # A client of HTTP/1.0 (ab) believes that a connection is kept only if it is told so.
            self.extra = b"Connection: keep-alive\r\n" if b" HTTP/1.0\r\n" in request else b""
            if self.served == self.plan.answers_per_connection:
                self.reset()
                return
            self.request(now_ns)

    def request(self, now_ns):
        number = len(self.record.requests)
        row = [now_ns, None, None]
        self.record.requests.append(row)
        self.served += 1
        answer = self.plan.answer(number)
        if answer.get("never"):
            return
        delay_s = self.plan.delay_s(number, (now_ns - self.record.requests[0][0]) * 1e-9)
        if answer.get("head_first"):
            self.transport.write(head(answer.get("status", 200), self.extra) + BODY[:1])
        if delay_s <= 0:
            self.finish(row, answer)
        else:
            asyncio.get_running_loop().call_later(delay_s, self.finish, row, answer)

    def finish(self, row, answer):
        if self.transport.is_closing():
            return
        status = answer.get("status", 200)
        self.transport.write(BODY[1:] if answer.get("head_first") else head(status, self.extra) + BODY)
        row[1:] = time.monotonic_ns(), status
        if answer.get("close"):
            self.transport.close()

    def reset(self):
        """Closing with a linger time of zero sends a reset instead of an orderly end."""
        self.record.resets += 1
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


async def serve(log, wishes):
    record, plan, ended = Record(), Plan(wishes), asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    loop.add_signal_handler(signal.SIGINT, lambda: None)  # meant for the tool that shares the terminal
    server = await loop.create_server(lambda: Connection(plan, record), "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await ended.wait()
    server.close()
    record.write(log)


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], json.loads(sys.argv[2])))
