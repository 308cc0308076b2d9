"""The gate files that assay is measured with, each as small as what it measures allows.

The time limits are long, because 10,000 TLS handshakes at once take the server longer than the default allows.
"""

GATE = """version: 1
name: bench
targets:
  candidate:
    url: "{url}"
    timeouts: {{ connect: 60s, tls: 60s, total: 60s }}
{tls}scenarios:
  one:
    steps:
{steps}
load:
  - {load}
thresholds:
  - error_rate < 1%
"""

GET = ["{ get: /, expect: { status: 200 } }"]
GET_THEN_PAUSE = GET + ["pause: 10m"]
COOKIES_THEN_PAUSE = ["{ get: /cookies, expect: { status: 200 } }", "pause: 10m"]


def gate(url, ca, load, steps=GET):
    return GATE.format(url=url.rstrip("/"), tls=f"    tls: {{ ca: {ca} }}\n" if ca else "", load=load,
                       steps="\n".join(f"      - {step}" for step in steps))


def closed(users, seconds):
    return f"{{ shape: constant-vus, users: {users}, duration: {seconds}s, graceful_stop: 5s }}"


def counted(users, iterations):
    return f"{{ shape: shared-iterations, users: {users}, iterations: {iterations}, max_duration: 30m }}"


def arrivals(rate, seconds, users):
    return (f"{{ shape: constant-arrival-rate, rate: {rate}/s, arrivals: uniform, duration: {seconds}s, "
            f"max_in_flight: {users}, warm_up: 1s }}")
