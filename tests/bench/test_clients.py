#!/usr/bin/env python3
"""The clients that assay is measured with do what they say, and the bench's server counts the same. No times here."""
import os
import tempfile
import unittest
from pathlib import Path

from suite.clients import Load, own_clients
from suite.processes import Child
from suite.servers import Server

BUILD = os.environ.get("ASSAY_BUILD", "build/release")
CORES = os.sched_getaffinity(0)
CONNECTIONS, REQUESTS = 8, 400
DEADLINE_S = 60


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="assay-bench-test-"))
        os.chmod(folder, 0o755)  # nginx's worker is another user
        cls.folder = Path(folder)
        cls.server = cls.enterClassContext(Server(folder, min(CORES)))

    def count(self, client, **limits):
        """(requests that the client tells, requests that the server counted)"""
        before = self.server.wait_until_idle()
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            load = Load(self.server, Path(folder), connections=CONNECTIONS, **limits)
            with Child(client.command(load), CORES) as child:
                ended = child.wait(DEADLINE_S)
        told, errors = client.read(ended.output)
        self.assertEqual(errors, 0)
        return told, self.server.wait_until_idle() - before

    def test_every_client_makes_as_many_requests_as_asked_for(self):
        for client in own_clients(BUILD):
            for tls in (False, True):
                with self.subTest(client=client.name, tls=tls):
                    self.assertEqual(self.count(client, tls=tls, requests=REQUESTS), (REQUESTS, REQUESTS))

    def test_every_client_waits_for_its_last_answers_when_the_time_is_over(self):
        for client in own_clients(BUILD):
            with self.subTest(client=client.name):
                told, served = self.count(client, tls=False, seconds=1)
                self.assertEqual(told, served)
                self.assertGreater(told, CONNECTIONS)


if __name__ == "__main__":
    unittest.main()
