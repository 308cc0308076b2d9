#!/usr/bin/env python3
"""Clients that no server of a page should be disturbed by: bounded in number and time, and only against this machine.

    hostile_clients.py HOST PORT SECONDS      a JSON line after every round of requests, the last one says all that was done

They run in the class SCHED_IDLE, like the server: what they cost the machine by themselves is not what is looked at.
"""
import json
import os
import select
import socket
import sys
import threading
import time

IDLE, HALF, SLOW, FLOODS, COMERS = 200, 20, 4, 2, 2
MOST_REQUESTS = 20000


class Crowd:
    def __init__(self, host, port, seconds):
        assert host.startswith("127.") or host == "::1", "only against this machine"
        self.address, self.authority = (host, port), f"{host}:{port}"
        self.events = f"GET /events HTTP/1.1\r\nHost: {self.authority}\r\n\r\n".encode()
        self.until = time.monotonic() + seconds
        self.lock, self.threads = threading.Condition(), []
        self.done = {"idle": 0, "half": 0, "slow": 0, "requests": 0, "answered": 0, "events": 0, "refused": 0}

    def count(self, what):
        with self.lock:
            self.done[what] += 1
            self.lock.notify_all()
            return self.done[what]

    def wait_until_counted(self, what):
        with self.lock:
            self.lock.wait_for(lambda: self.done[what] > 0, max(0, self.until - time.monotonic()))

    def goes_on(self):
        return time.monotonic() < self.until

    def connect(self, receive_buffer=None, patience_s=2):
        client = socket.socket()
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.settimeout(patience_s)
        client.connect(self.address)
        return client

    def held(self, what, head, receive_buffer=None):
        """Opens, says `head`, and never another word, again each time that it is thrown out."""
        while self.goes_on():
            try:
                with self.connect(receive_buffer) as client:
                    client.sendall(head)
                    self.count(what)
                    self.wait_until_thrown_out(client)
            except ConnectionRefusedError:
                return
            except OSError:
                self.count("refused")

    def wait_until_thrown_out(self, client):
        """Takes nothing: what has arrived stays in the way."""
        poll = select.poll()
        poll.register(client, select.POLLHUP | select.POLLERR | select.POLLRDHUP)
        poll.poll(max(0, self.until - time.monotonic()) * 1000)

    def ask(self, number, **how):
        long = "X-Long: " + "x" * 9000 + "\r\n" if number % 7 == 0 else ""
        path, method = ("/stop?token=0", "POST") if number % 5 == 0 else ("/", "GET")
        with self.connect(**how) as client:
            client.sendall(f"{method} {path} HTTP/1.1\r\nHost: {self.authority}\r\n{long}\r\n".encode())
            while client.recv(65536):
                pass
        self.count("answered")

    def watch_once(self, **how):
        with self.connect(**how) as client:
            client.sendall(self.events)
            if client.recv(1000):
                self.count("events")

    def flood(self):
        while self.goes_on() and self.done["requests"] < MOST_REQUESTS:
            number = self.count("requests")
            try:
                self.ask(number)
            except ConnectionRefusedError:
                return  # the server has ended
            except OSError:
                self.count("refused")
            if number % 10 == 0:
                self.tell()

    def come_and_go(self):
        while self.goes_on():
            try:
                self.watch_once()
            except ConnectionRefusedError:
                return
            except OSError:
                self.count("refused")

    def tell(self):
        with self.lock:
            print(json.dumps(self.done), flush=True)

    def start(self, how_many, work, *arguments):
        started = [threading.Thread(target=work, args=arguments, daemon=True) for _ in range(how_many)]
        for thread in started:
            thread.start()
        self.threads += started

    def run(self):
        # One kind after another, while there is room: in the crowd it is chance who gets a place.
        left_s = max(1, self.until - time.monotonic())
        self.ask(self.count("requests"), patience_s=left_s)
        self.watch_once(patience_s=left_s)
        for what, crowd, *how in (("slow", SLOW, self.events, 2048), ("half", HALF, b"GET / HTTP/1.1\r\nHost: "), ("idle", IDLE, b"")):
            self.start(crowd, self.held, what, *how)
            self.wait_until_counted(what)
        self.start(FLOODS, self.flood)
        self.start(COMERS, self.come_and_go)
        for thread in self.threads:
            thread.join()
        self.tell()


if __name__ == "__main__":
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    Crowd(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])).run()
