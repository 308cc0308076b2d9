"""A stage for probes: gates of probes against real servers, and what `assay probe` says of them."""
import json
import subprocess

import support

PROBE_DEADLINE_S = 120


class Probed:
    """One finished `assay probe --format json`."""

    def __init__(self, done):
        self.exit_code, self.stdout, self.stderr = done.returncode, done.stdout, done.stderr
        self.results = json.loads(done.stdout) if done.stdout.startswith("[") else []

    @property
    def output(self):
        said = [f'{p["state"]}: {p["name"]}: {p["reason"]}' for p in self.results] or [self.stdout[-3000:]]
        return "\n".join([f"exit {self.exit_code}", *said, "--- stderr", self.stderr[-3000:]])

    def states(self):
        return {probe["name"]: probe["state"] for probe in self.results}

    def not_passed(self):
        """Names of the probes that did not pass, with their reasons."""
        return {probe["name"]: f'{probe["state"]}: {probe["reason"]}' for probe in self.results
                if probe["state"] not in ("pass", "warn")}

    def named(self, name):
        return next(probe for probe in self.results if probe["name"] == name)


class ProbeTest(support.IntegrationTest):
    def probe(self, gate, *arguments, environment=None):
        done = subprocess.run([support.ASSAY, "probe", str(gate), "--format", "json", *arguments],
                              capture_output=True, text=True, cwd=self.folder, timeout=PROBE_DEADLINE_S,
                              env=environment)
        return Probed(done)

    def probes(self, lines, target="http://127.0.0.1:1", name="gate.yaml"):
        """`lines`: the list under `probes:`, each probe as a flow map or block; `target`: what stands behind candidate."""
        return self.probe(self.gate(f"version: 1\ntargets:\n  candidate: {target}\nprobes:\n{lines}\n", name))

    def start(self, arguments, address, folder=None, **kwargs):
        """A server of the test: started, awaited, and ended by its process at the end."""
        log = open(self.folder / f"server{address}.log".replace("/", "_"), "wb")
        self.addCleanup(log.close)
        process = subprocess.Popen([str(a) for a in arguments], stdout=log, stderr=subprocess.STDOUT,
                                   stdin=subprocess.DEVNULL, cwd=folder or self.folder, **kwargs)
        self.addCleanup(self.end, process)
        try:
            support.wait_until_listening(address, process)
        except RuntimeError as error:
            log.flush()
            raise RuntimeError(f"{error}: {open(log.name, 'rb').read()[-2000:].decode(errors='replace')}") from None
        return process

    @staticmethod
    def end(process):
        if process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def assert_only(self, probed, *names):
        """Exactly these probes failed."""
        self.assertEqual(set(probed.not_passed()), set(names), probed.output[-6000:])
