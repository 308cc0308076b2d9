"""Runs that ask for too much: the result names what was the limit, with numbers, and what would lift it."""
import asyncio
import contextlib
import os
import re
import resource
import select
import shutil
import subprocess
import threading
import unittest

import support

DEADLINE_S = 10
NETNS_PORT = 8080


class DemoTarget:
    """`assay demo-target`, started with `prefix` before the command."""

    def __init__(self, *arguments, listen="127.0.0.1:0", prefix=()):
        self.process = subprocess.Popen([*prefix, support.ASSAY, "demo-target", "--listen", listen, *arguments],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        ready, _, _ = select.select([self.process.stdout], [], [], DEADLINE_S)
        self.url = self.process.stdout.readline().strip() if ready else ""
        if not self.url.startswith("http"):
            self.stop()
            raise RuntimeError("the demo target did not say where it listens")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=DEADLINE_S)
        self.process.stdout.close()


class OneAtATime:
    """A server that answers any number of connections, one request after the other: its capacity is 1 / WORK_S."""

    WORK_S = 0.01

    def __init__(self):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(DEADLINE_S)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _start(self):
        self._turn = asyncio.Lock()
        return await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1000)

    async def _serve(self, reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                async with self._turn:
                    await asyncio.sleep(self.WORK_S)  # the work of the server
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        writer.close()

    async def _end(self):
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def stop(self):
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(DEADLINE_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(DEADLINE_S)
        self._loop.close()


class NetworkNamespace:
    """A network of its own with few local ports. `prefix` runs a command in it."""

    def __init__(self, ports):
        self.name = f"assay-test-{os.getpid()}"
        self.prefix = ("ip", "netns", "exec", self.name)
        subprocess.run(["ip", "netns", "add", self.name], check=True, capture_output=True)
        try:
            subprocess.run([*self.prefix, "ip", "link", "set", "lo", "up"], check=True, capture_output=True)
            subprocess.run([*self.prefix, "sh", "-c", f"echo {ports} > /proc/sys/net/ipv4/ip_local_port_range"],
                           check=True, capture_output=True)
        except subprocess.CalledProcessError:
            self.remove()
            raise

    def remove(self):
        subprocess.run(["ip", "netns", "delete", self.name], check=True, capture_output=True)


def limits_of(run):
    return run.document["verdict"]["limits"]


def open_load(rate, seconds, rest=""):
    return f"{{ shape: constant-arrival-rate, rate: {rate}/s, duration: {seconds}s, graceful_stop: 2s{rest} }}"


class Overload(support.IntegrationTest):
    def demo_target(self, *arguments, **options):
        target = DemoTarget(*arguments, **options)
        self.addCleanup(target.stop)
        return target

    def gate_for(self, url, load, path="/items"):
        return self.gate(support.one_step_gate(f'{{ url: "{url}" }}', load, path, "error_rate <= 100%"))

    def first_limit(self, run):
        limits = limits_of(run)
        self.assertTrue(limits, run.output)
        self.assertIn(limits[0]["evidence"], run.stdout, run.output)
        self.assertIn(limits[0]["advice"], run.stdout, run.output)
        return limits[0]

    def test_a_sound_run_has_no_limit(self):
        server = self.nginx()
        gate = self.gate_for(f"http://127.0.0.1:{server.port}", open_load(100, 3))
        run = self.undisturbed(lambda: self.run_gate(gate))
        self.assert_exit(run, 0)
        self.assertEqual(limits_of(run), [], run.output)
        self.assertNotIn("limit  ", run.stdout)

    def test_more_than_a_worker_can_do(self):
        # Looking through a long answer costs the worker more than nginx spends to send it, on any machine.
        server = self.nginx()
        (server.folder / "root" / "items" / "long").write_text("x" * 65_536 + "y")
        gate = self.gate(f"""version: 1
name: flood
targets:
  candidate: {{ url: "http://127.0.0.1:{server.port}" }}
scenarios:
  only:
    steps:
      - {{ get: /items/long, expect: {{ status: 200, body: {{ matches: "^(x|z)+y$" }} }} }}
load:
  - {open_load("1M", 3, ", max_in_flight: 100")}
thresholds:
  - error_rate <= 100%
""")
        run = self.run_gate(gate, "--workers", "1")
        self.assert_exit(run, 3)
        limit = self.first_limit(run)
        self.assertEqual(limit["resource"], "own_cpu", run.output)
        self.assertRegex(limit["advice"], r"--workers \d|--segment K/\d", run.output)
        self.assertIn("the generator could not keep up", run.document["verdict"]["reason"])

    def test_too_few_virtual_users(self):
        rate, users = 2000, 10
        gate = self.gate_for(self.demo_target("--path", "/=20ms").url,
                             open_load(rate, 4, f", max_in_flight: {users}"), "/")
        run = self.undisturbed(lambda: self.run_gate(gate))
        self.assert_exit(run, 0)
        limit = self.first_limit(run)
        self.assertEqual(limit["resource"], "max_in_flight", run.output)
        proposed = int(re.search(r"max_in_flight: (\d+)", limit["advice"])[1])
        full = [second for second in run.result["health"]["seconds"] if second["intended"] > rate / 2]
        started_per_s = sum(second["started"] for second in full) / len(full)
        needed = rate * users / started_per_s  # Little's law
        self.assertGreater(proposed, needed, run.output)
        self.assertLess(proposed, needed * 2, run.output)

    def test_a_target_at_its_end(self):
        server = OneAtATime()
        self.addCleanup(server.stop)
        load = ("{ shape: ramping-arrival-rate, start_rate: 20/s, graceful_stop: 3s, max_in_flight: 100, "
                "stages: [ { rate: 20/s, duration: 6s }, { rate: 300/s, duration: 5s } ] }")
        gate = self.gate_for(f"http://127.0.0.1:{server.port}", load)
        run = self.undisturbed(lambda: self.run_gate(gate))
        self.assert_exit(run, 0)
        limit = self.first_limit(run)
        self.assertEqual(limit["resource"], "target", run.output)
        answered = float(re.search(r"at most ([\d.]+) requests/s were answered", limit["evidence"])[1])
        self.assertLess(answered, 1 / server.WORK_S, run.output)
        self.assertGreaterEqual(limit["from_ns"], 6_000_000_000, run.output)

    def test_file_descriptors_run_out_in_mid_run(self):
        gate = self.gate_for(self.demo_target("--path", "/=300ms").url,
                             open_load(200, 4, ", max_in_flight: 200, connections: fresh"), "/")
        process = self.start(gate)
        process.stderr.readline()  # the first progress line: load is being offered
        _, hard = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (40, hard))
        run = self.finish(process)
        self.assert_exit(run, 3)
        self.assertIn("no_file", run.outcomes(), run.output)
        limit = self.first_limit(run)
        self.assertEqual(limit["resource"], "file_descriptors", run.output)
        self.assertIn("ulimit -n", limit["advice"])
        self.assertIn("this machine, not the target, failed", run.document["verdict"]["reason"])

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("ip"), "a network namespace needs root and iproute2")
    def test_local_ports_run_out(self):
        try:
            network = NetworkNamespace("40000 40100")
        except subprocess.CalledProcessError as error:
            self.skipTest(f"no network namespace can be made here: {error.stderr}")
        self.addCleanup(network.remove)
        target = self.demo_target("--path", "/=10ms", listen=f"127.0.0.1:{NETNS_PORT}", prefix=network.prefix)
        gate = self.gate_for(target.url, open_load(200, 3, ", max_in_flight: 50, connections: fresh"), "/")
        done = subprocess.run([*network.prefix, *self.command(gate, self.folder / "run")], capture_output=True,
                              text=True, cwd=self.folder, timeout=support.RUN_DEADLINE_S)
        run = support.Run(done.returncode, done.stdout, done.stderr, self.folder / "run")
        self.assert_exit(run, 3)
        self.assertIn("no_local_port", run.outcomes(), run.output)
        limit = self.first_limit(run)
        self.assertEqual(limit["resource"], "local_ports", run.output)
        self.assertIn("there are 101 to each address", limit["evidence"])
        self.assertIn("connections: pooled", limit["advice"])
        self.assertIn("this machine, not the target, failed", run.document["verdict"]["reason"])


if __name__ == "__main__":
    unittest.main()
