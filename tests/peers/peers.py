"""The one place that knows how to call other load generators and how to read what they print.

    for peer in installed():
        peer.prepare(folder)                                     # writes the files that its call needs, if any
        command = peer.open(url, rate_per_s=200, seconds=10, in_flight=100)   # None: it has no constant rate
        report = peer.read(output of the command)

Each is called as its own documentation says for that job, and what it does not print stays absent: nothing is computed
here that a user of the tool would not see. `print(peer.version())` for all of them: `python3 -B tests/peers/peers.py`.
"""
import dataclasses
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess

PLACE = pathlib.Path(__file__).resolve().parents[2] / "build" / "peers" / "bin"
DEFAULT_TIMEOUT_S = 30
ONE_CORE_GO = {"GOMAXPROCS": "1"}
VERSION_DEADLINE_S = 10


@dataclasses.dataclass
class Report:
    """What a tool printed. `quantiles`: share to seconds, 1.0 is the longest."""
    requests: int | None  # None: it printed no such number
    errors: int | None  # everything that it says went wrong, answers other than 2xx and 3xx included
    quantiles: dict
    behind: str = ""  # in which words it says that it could not keep the rate
    text: str = ""  # all that it printed


@dataclasses.dataclass(frozen=True)
class How:
    insecure: bool = False  # do not verify certificates
    timeout_s: float = DEFAULT_TIMEOUT_S
    carry_on: bool = False  # go on after broken connections, where a tool stops unless it is told to


class Peer:
    """One load generator. The calls return a command line and take the fields of How as keywords.

    `rate_note` says what `open` asks for: the nearest that the tool has to a constant rate."""
    name = ""
    rate_note = "no rate option"
    rate_per_worker = False  # True: the rate is dealt out to workers, each of which waits for its answers
    judges = False  # True: it can be given thresholds, and its exit code says whether they held
    environment: dict = {}

    def __init__(self, program):
        self.program = str(program)

    @property
    def has_rate(self):
        return type(self)._open is not Peer._open

    def prepare(self, folder, thresholds=None, iteration=None):
        """Writes what the calls need into `folder`. Only k6 knows `thresholds` (its own) and `iteration` (a script)."""

    def closed(self, url, connections, seconds, **how):
        """As many requests as `connections` can do one after the other."""
        return self._closed(url, connections, seconds, How(**how))

    def open(self, url, rate_per_s, seconds, in_flight, **how):
        """A constant rate with at most `in_flight` requests at a time; None where the tool has nothing like it."""
        return self._open(url, rate_per_s, seconds, in_flight, How(**how))

    def exactly(self, url, requests, connections, **how):
        """That many requests and no more; None where the tool cannot count."""
        return self._exactly(url, requests, connections, How(**how))

    def after_warm_up(self, url, rate_per_s, seconds, warm_up_s, in_flight):
        """Like `open`, but the first `warm_up_s` of the `seconds` are offered and not reported; None: it cannot."""
        return None

    def read(self, output):
        raise NotImplementedError

    def version(self):
        return _debian_version(self.program) or "unknown"

    def _closed(self, url, connections, seconds, how):
        raise NotImplementedError

    def _open(self, url, rate_per_s, seconds, in_flight, how):
        return None

    def _exactly(self, url, requests, connections, how):
        return None


def _output_of(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=VERSION_DEADLINE_S)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr


def _debian_version(program):
    """The version of the package that a file belongs to; "" where it belongs to none."""
    owner = _output_of("dpkg-query", "-S", os.path.realpath(program))
    if ":" not in owner:
        return ""
    return _output_of("dpkg-query", "-W", "-f=${Version}", owner.split(":")[0]).strip()


def _module_version(program, module):
    """What the Go linker wrote into the binary; "" where it does not say."""
    found = re.search(rb"\tmod\t?" + module.encode() + rb"\t(v[^\t\n]+)|mod\t" + module.encode() + rb"\t(v[^\t\n]+)",
                      pathlib.Path(program).read_bytes())
    return (found[1] or found[2]).decode() if found else ""


def _first(pattern, text, default=None):
    found = re.search(pattern, text)
    return found[1] if found else default


def _count(pattern, text, default=0):
    return int(_first(pattern, text, default))


def _ms(seconds):
    return f"{round(seconds * 1000)}ms"


def _whole_s(seconds):
    """For tools whose timeouts are whole seconds."""
    return max(1, round(seconds))


def _workers(rate_per_s, in_flight):
    """Where the rate is each worker's: all of them tick together, so more workers only make larger bursts."""
    return max(1, min(in_flight, round(rate_per_s / 10)))


def _share(percent):
    return round(float(percent) / 100, 6)


UNITS_S = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


def _seconds(text):
    """`1.50ms` as wrk and h2load write it."""
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m|h)", text).groups()
    return float(number) * UNITS_S[unit]


def _json_in(output, key):
    """The first JSON object with that key among other lines; {} where there is none (the tool gave up)."""
    decoder = json.JSONDecoder()
    for start in (found.start() for found in re.finditer(r"^\{", output, re.MULTILINE)):
        try:
            document = decoder.raw_decode(output, start)[0]
        except ValueError:
            continue
        if key in document:
            return document
    return {}


def _not_successful(by_status):
    """Requests of a map from status code to count whose status is not 2xx or 3xx (0 and -1 mean that none came)."""
    return sum(count for status, count in by_status.items() if not 200 <= int(status) < 400)


class Wrk(Peer):
    """--timeout says from when on an answer is counted as a timeout; wrk has no way to give up on a request."""
    name = "wrk"

    def _closed(self, url, connections, seconds, how):
        return [self.program, "--latency", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout",
                f"{_whole_s(how.timeout_s)}s", url]

    def read(self, output):
        requests = _first(r"(\d+) requests in", output)
        broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
        errors = sum(map(int, broken.groups())) if broken else 0
        errors += _count(r"Non-2xx or 3xx responses: (\d+)", output)
        quantiles = {_share(share): _seconds(value)
                     for share, value in re.findall(r"^\s+([\d.]+)%\s+([\d.]+[a-z]+) *$", output, re.MULTILINE)}
        longest = re.search(r"Latency\s+\S+\s+\S+\s+([\d.]+[a-z]+)", output)
        if longest:
            quantiles[1.0] = _seconds(longest[1])
        return Report(int(requests) if requests else None, errors if requests else None, quantiles, text=output)


class H2load(Peer):
    name = "h2load"
    rate_note = "--rps for each of its connections"
    rate_per_worker = True

    def _command(self, url, connections, how, *options):
        return [self.program, "--h1", "-t1", f"-c{connections}", *options,
                *(["-N", _ms(how.timeout_s)] if how.timeout_s != DEFAULT_TIMEOUT_S else []), url]

    def _closed(self, url, connections, seconds, how):
        return self._command(url, connections, how, f"-D{seconds}")

    def _open(self, url, rate_per_s, seconds, in_flight, how):
        workers = _workers(rate_per_s, in_flight)
        return self._command(url, workers, how, f"-D{seconds}", f"--rps={rate_per_s / workers:g}")

    def _exactly(self, url, requests, connections, how):
        return self._command(url, connections, how, f"-n{requests}")

    def after_warm_up(self, url, rate_per_s, seconds, warm_up_s, in_flight):
        workers = _workers(rate_per_s, in_flight)
        return self._command(url, workers, How(), f"-D{seconds - warm_up_s}", f"--warm-up-time={warm_up_s}",
                             f"--rps={rate_per_s / workers:g}")

    def read(self, output):
        line = re.search(r"requests: \d+ total, \d+ started, (\d+) done, \d+ succeeded, (\d+) failed, "
                         r"(\d+) errored, (\d+) timeout", output)
        if not line:
            return Report(None, None, {}, text=output)
        done, failed, _, _ = map(int, line.groups())  # "failed" holds errored and timeout, and 4xx and 5xx as well
        longest = _first(r"time for request:\s+\S+\s+(\S+)", output)
        return Report(done, failed, {1.0: _seconds(longest)} if done and longest else {}, text=output)


class Ab(Peer):
    """-n after -t, else -t sets it to 50,000. ab reserves memory for every request that -n allows."""
    name = "ab"

    def _closed(self, url, connections, seconds, how):
        return self._command(url, connections, how, "-t", str(seconds), "-n", str(100_000 * seconds))

    def _exactly(self, url, requests, connections, how):
        return self._command(url, connections, how, "-n", str(requests))

    def _command(self, url, connections, how, *options):
        return [self.program, "-q", "-k", "-s", str(_whole_s(how.timeout_s)), *options, "-c", str(connections),
                *(["-r"] if how.carry_on else []), url]

    def read(self, output):
        done = _first(r"Complete requests:\s+(\d+)", output)
        if done is None:
            return Report(None, None, {}, text=output)
        failed = _count(r"Failed requests:\s+(\d+)", output)
        other = _count(r"Non-2xx responses:\s+(\d+)", output)
        quantiles = {_share(share): int(value) / 1000
                     for share, value in re.findall(r"^\s+(\d+)%\s+(\d+)", output, re.MULTILINE)}
        if not quantiles and (longest := _first(r"Total: +\d+ .* (\d+)\n", output)):
            quantiles[1.0] = int(longest) / 1000  # no table of percentiles for a single request
        # An answer can stand in both lists: "failed" counts bodies of another length than the first one's.
        return Report(int(done), max(failed, other), quantiles, text=output)


class Hey(Peer):
    name = "hey"
    rate_note = "-q for each of its workers"
    rate_per_worker = True
    environment = ONE_CORE_GO

    def _command(self, url, connections, how, *options):
        return [self.program, "-cpus", "1", "-c", str(connections), "-t", str(_whole_s(how.timeout_s)), *options, url]

    def _closed(self, url, connections, seconds, how):
        return self._command(url, connections, how, "-z", f"{seconds}s")

    def _open(self, url, rate_per_s, seconds, in_flight, how):
        workers = _workers(rate_per_s, in_flight)
        return self._command(url, workers, how, "-z", f"{seconds}s", "-q", f"{rate_per_s / workers:g}")

    def _exactly(self, url, requests, connections, how):
        return self._command(url, connections, how, "-n", str(requests))

    def read(self, output):
        if "Summary:" not in output:
            return Report(None, None, {}, text=output)
        by_status = {status: int(count) for status, count in re.findall(r"\[(\d+)\]\s+(\d+) responses", output)}
        listed = output.partition("Error distribution:")[2]
        broken = sum(int(count) for count in re.findall(r"^\s+\[(\d+)\]", listed, re.MULTILINE))
        quantiles = {_share(share): float(value)
                     for share, value in re.findall(r"(\d+)%+ in ([\d.]+) secs", output)}
        if quantiles:
            quantiles[1.0] = float(_first(r"Slowest:\s+([\d.]+) secs", output))
        return Report(sum(by_status.values()) + broken, _not_successful(by_status) + broken, quantiles, text=output)

    def version(self):
        return _module_version(self.program, "github.com/rakyll/hey") or super().version()


K6_SCRIPT = """
import http from 'k6/http';
export const options = {
  scenarios: JSON.parse(__ENV.LOADS),
  thresholds: %(thresholds)s,
  discardResponseBodies: true,
  insecureSkipTLSVerify: __ENV.INSECURE === 'yes',
  summaryTrendStats: ['count', 'p(50)', 'p(90)', 'p(95)', 'p(99)', 'p(99.9)', 'max'],
};
const request = { timeout: __ENV.TIMEOUT };
export default function () {
  %(iteration)s
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) + '\\n' }; }
"""
K6_ITERATION = "http.get(__ENV.URL, request);"


class K6(Peer):
    name = "k6"
    rate_note = "constant-arrival-rate"
    judges = True
    environment = {**ONE_CORE_GO, "K6_NO_USAGE_REPORT": "true"}

    def __init__(self, program):
        super().__init__(program)
        self.script = None

    def prepare(self, folder, thresholds=None, iteration=None):
        """`thresholds`: k6's own, metric to conditions; `iteration`: JavaScript with `request` in scope."""
        self.script = pathlib.Path(folder) / "k6.js"
        self.script.write_text(K6_SCRIPT % {"thresholds": json.dumps(thresholds or {}),
                                            "iteration": iteration or K6_ITERATION})

    def _command(self, url, load, how, warm_up=None):
        if self.script is None:
            raise RuntimeError("K6.prepare() comes before a call")
        loads = {"load": load} | ({"warm_up": warm_up} if warm_up else {})
        values = {"URL": url, "LOADS": json.dumps(loads), "TIMEOUT": _ms(how.timeout_s),
                  "INSECURE": "yes" if how.insecure else "no"}
        variables = [part for name, value in values.items() for part in ("-e", f"{name}={value}")]
        return [self.program, "run", "--quiet", "--no-color", *variables, str(self.script)]

    def _closed(self, url, connections, seconds, how):
        load = {"executor": "constant-vus", "vus": connections, "duration": f"{seconds}s"}
        return self._command(url, load, how)

    def _open(self, url, rate_per_s, seconds, in_flight, how):
        return self._command(url, self._arrivals(rate_per_s, seconds, in_flight), how)

    def _exactly(self, url, requests, connections, how):
        load = {"executor": "shared-iterations", "vus": connections, "iterations": requests}
        return self._command(url, load, how)

    def after_warm_up(self, url, rate_per_s, seconds, warm_up_s, in_flight):
        """A scenario of its own for the warm-up: thresholds name the other one, `load`."""
        load = self._arrivals(rate_per_s, seconds - warm_up_s, in_flight) | {"startTime": f"{warm_up_s}s"}
        return self._command(url, load, How(), warm_up=self._arrivals(rate_per_s, warm_up_s, in_flight))

    @staticmethod
    def _arrivals(rate_per_s, seconds, in_flight):
        return {"executor": "constant-arrival-rate", "rate": rate_per_s, "timeUnit": "1s", "duration": f"{seconds}s",
                "preAllocatedVUs": in_flight, "maxVUs": in_flight}

    def read(self, output):
        metrics = _json_in(output, "metrics").get("metrics", {})
        if not metrics:
            return Report(None, None, {}, text=output)
        values = {name: metric["values"] for name, metric in metrics.items()}
        times = values.get("http_req_duration", {})
        quantiles = {_share(name[2:-1]): value / 1000 for name, value in times.items() if name.startswith("p(")}
        if "max" in times:
            quantiles[1.0] = times["max"] / 1000
        dropped = int(values.get("dropped_iterations", {}).get("count", 0))
        return Report(requests=int(values.get("http_reqs", {}).get("count", 0)),
                      # A rate metric counts what is true as "passes"; here true means failed.
                      errors=int(values.get("http_req_failed", {}).get("passes", 0)),
                      quantiles=quantiles, text=output, behind=f"{dropped} dropped" if dropped else "")

    def version(self):
        return _first(r"k6(?:\.\w+)? (v\S+)", _output_of(self.program, "version"), "unknown")


class Vegeta(Peer):
    """Two programs in a pipe, as its documentation shows: attack writes results, report reads them."""
    name = "vegeta"
    rate_note = "-rate, workers without limit"
    environment = ONE_CORE_GO

    def __init__(self, program):
        super().__init__(program)
        self.targets = None

    def prepare(self, folder, thresholds=None, iteration=None):
        self.targets = pathlib.Path(folder) / "vegeta-targets"

    def _command(self, url, seconds, how, *options):
        if self.targets is None:
            raise RuntimeError("Vegeta.prepare() comes before a call")
        self.targets.write_text(f"GET {url}\n")
        attack = [self.program, "attack", f"-targets={self.targets}", f"-duration={seconds}s",
                  f"-timeout={_ms(how.timeout_s)}", *options, *(["-insecure"] if how.insecure else [])]
        return ["sh", "-c", f"{shlex.join(attack)} | {shlex.join([self.program, 'report', '-type=json'])}"]

    def _closed(self, url, connections, seconds, how):
        return self._command(url, seconds, how, "-rate=0", f"-workers={connections}",
                             f"-max-workers={connections}", f"-connections={connections}")

    def _open(self, url, rate_per_s, seconds, in_flight, how):
        return self._command(url, seconds, how, f"-rate={rate_per_s}/s")

    def _exactly(self, url, requests, connections, how):
        """Rate times duration is its way to count."""
        return self._command(url, 2, how, f"-rate={requests}/2s", f"-max-workers={connections}",
                             f"-workers={connections}")

    def read(self, output):
        document = _json_in(output, "latencies")
        if not document:
            return Report(None, None, {}, text=output)
        quantiles = {_share(name[:-2]): value * 1e-9 for name, value in document["latencies"].items()
                     if name.endswith("th")}
        quantiles[1.0] = document["latencies"]["max"] * 1e-9
        return Report(document["requests"], _not_successful(document["status_codes"]), quantiles, text=output)

    def version(self):
        return _first(r"Version: *(\S+)", _output_of(self.program, "-version")) or \
            _module_version(self.program, "github.com/tsenart/vegeta/v12") or "unknown"


class Fortio(Peer):
    name = "fortio"
    rate_note = "-qps -uniform, shared by its connections"
    environment = ONE_CORE_GO

    def _command(self, url, connections, how, *options):
        return [self.program, "load", "-json", "-", "-p", "50,75,90,95,99,99.9", "-r", "0.0001",
                "-c", str(connections), "-timeout", _ms(how.timeout_s), *options, *(["-k"] if how.insecure else []),
                *(["-allow-initial-errors"] if how.carry_on else []), url]

    def _closed(self, url, connections, seconds, how):
        return self._command(url, connections, how, "-t", f"{seconds}s", "-qps", "0")

    def _open(self, url, rate_per_s, seconds, in_flight, how):
        return self._command(url, in_flight, how, "-t", f"{seconds}s", "-qps", f"{rate_per_s:g}",
                             "-uniform")

    def _exactly(self, url, requests, connections, how):
        return self._command(url, connections, how, "-n", str(requests), "-qps", "0")

    def read(self, output):
        document = _json_in(output, "DurationHistogram")
        times = document.get("DurationHistogram")
        if not times:
            return Report(None, None, {}, text=output)
        quantiles = {_share(entry["Percentile"]): entry["Value"] for entry in times.get("Percentiles") or []}
        if times["Count"]:
            quantiles[1.0] = times["Max"]
        return Report(times["Count"], _not_successful(document.get("RetCodes") or {}), quantiles, text=output,
                      behind=_first(r"WARNING ([\d.]+% of sleep were falling behind)", output, ""))

    def version(self):
        return _first(r"(\d+\.\d+\.\d+)", _output_of(self.program, "version"), "unknown")


class Bombardier(Peer):
    name = "bombardier"
    rate_note = "--rate, shared by its connections"
    environment = ONE_CORE_GO

    def _command(self, url, connections, how, *options):
        return [self.program, "-l", "-p", "r", "-o", "json", "-c", str(connections), "-t", _ms(how.timeout_s), *options,
                *(["-k"] if how.insecure else []), url]

    def _closed(self, url, connections, seconds, how):
        return self._command(url, connections, how, "-d", f"{seconds}s")

    def _open(self, url, rate_per_s, seconds, in_flight, how):
        return self._command(url, in_flight, how, "-d", f"{seconds}s", "-r", str(round(rate_per_s)))

    def _exactly(self, url, requests, connections, how):
        return self._command(url, connections, how, "-n", str(requests))

    def read(self, output):
        result = _json_in(output, "result").get("result")
        if not result:
            return Report(None, None, {}, text=output)
        good = result["req2xx"] + result["req3xx"]
        bad = result["req1xx"] + result["req4xx"] + result["req5xx"] + result["others"]
        times = result.get("latency", {})
        quantiles = {_share(share): value * 1e-6 for share, value in times.get("percentiles", {}).items()}
        if "max" in times:
            quantiles[1.0] = times["max"] * 1e-6
        return Report(good + bad, bad, quantiles, text=output)

    def version(self):
        said = _first(r"bombardier version (\S+)", _output_of(self.program, "--version"))
        return said if said and said != "unspecified" else \
            _module_version(self.program, "github.com/codesenberg/bombardier") or "unknown"


class Oha(Peer):
    name = "oha"
    rate_note = "-q with --latency-correction"

    def _command(self, url, connections, how, *options):
        return [self.program, "--no-tui", "--output-format", "json", "-c", str(connections), "-t", _ms(how.timeout_s),
                *options, *(["--insecure"] if how.insecure else []), url]

    def _closed(self, url, connections, seconds, how):
        # -w: what is under way at the end is waited for, not dropped.
        return self._command(url, connections, how, "-w", "-z", f"{seconds}s")

    def _open(self, url, rate_per_s, seconds, in_flight, how):
        return self._command(url, in_flight, how, "-w", "-z", f"{seconds}s", "-q", f"{rate_per_s:g}",
                             "--latency-correction")

    def _exactly(self, url, requests, connections, how):
        return self._command(url, connections, how, "-n", str(requests))

    def read(self, output):
        document = _json_in(output, "summary")
        if not document:
            return Report(None, None, {}, text=output)
        by_status, broken = document["statusCodeDistribution"], sum(document["errorDistribution"].values())
        # No answer at all: every number is null.
        quantiles = {_share(name[1:]): value for name, value in document["latencyPercentiles"].items()
                     if value is not None}
        if quantiles:
            quantiles[1.0] = document["summary"]["slowest"]
        return Report(sum(by_status.values()) + broken, _not_successful(by_status) + broken, quantiles, text=output)

    def version(self):
        return _first(r"oha (\S+)", _output_of(self.program, "--version"), "unknown")


KINDS = (Wrk, H2load, Ab, Hey, K6, Vegeta, Fortio, Bombardier, Oha)


def _program(name):
    own = PLACE / name
    return str(own) if os.access(own, os.X_OK) else shutil.which(name)


def installed():
    """A peer for each tool that is in build/peers/bin or in the PATH."""
    found = ((kind, _program(kind.name)) for kind in KINDS)
    return [kind(program) for kind, program in found if program]


if __name__ == "__main__":
    for each in installed():
        print(f"{each.name:<12}{each.version():<24}{each.program}")
