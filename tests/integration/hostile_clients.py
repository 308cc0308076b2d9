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
        self.until = time.monotonic() + seconds
        self.lock = threading.Lock()
        self.done = {"idle": 0, "half": 0, "slow": 0, "requests": 0, "answered": 0, "events": 0, "refused": 0}

    def count(self, what):
        with self.lock:
            self.done[what] += 1
            return self.done[what]

    def goes_on(self):
        return time.monotonic() < self.until

    def connect(self, receive_buffer=None):
        client = socket.socket()
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.settimeout(2)
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

    def flood(self):
        while self.goes_on() and self.done["requests"] < MOST_REQUESTS:
            number = self.count("requests")
            long = "X-Long: " + "x" * 9000 + "\r\n" if number % 7 == 0 else ""
            path, method = ("/stop?token=0", "POST") if number % 5 == 0 else ("/", "GET")
            try:
                with self.connect() as client:
                    client.sendall(f"{method} {path} HTTP/1.1\r\nHost: {self.authority}\r\n{long}\r\n".encode())
                    while client.recv(65536):
                        pass
                    self.count("answered")
            except ConnectionRefusedError:
                return  # the server has ended
            except OSError:
                self.count("refused")
            if number % 10 == 0:
                self.tell()

    def come_and_go(self):
        while self.goes_on():
            try:
                with self.connect() as client:
                    client.sendall(f"GET /events HTTP/1.1\r\nHost: {self.authority}\r\n\r\n".encode())
                    client.recv(1000)
                    self.count("events")
            except ConnectionRefusedError:
                return
            except OSError:
                self.count("refused")

    def tell(self):
        with self.lock:
            print(json.dumps(self.done), flush=True)

    def run(self):
        events = f"GET /events HTTP/1.1\r\nHost: {self.authority}\r\n\r\n".encode()
        jobs = [(self.held, ("idle", b"")) for _ in range(IDLE)]
        jobs += [(self.held, ("half", b"GET / HTTP/1.1\r\nHost: ")) for _ in range(HALF)]
        jobs += [(self.held, ("slow", events, 2048)) for _ in range(SLOW)]
        jobs += [(self.flood, ())] * FLOODS + [(self.come_and_go, ())] * COMERS
        threads = [threading.Thread(target=work, args=arguments, daemon=True) for work, arguments in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.tell()


if __name__ == "__main__":
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    Crowd(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])).run()
