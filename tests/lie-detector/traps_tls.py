"""Traps about certificates: a connection that must not be trusted must not be measured as if it could be."""
import contextlib
import subprocess

import stage
import support
from trap import Cell, RIGHT, WRONG, Trap, demand, demand_exit, judge_refusal, one_step_gate
from traps_answers import CLOSED, CONNECTIONS, K6_ERRORS, SECONDS

LONG_AGO = ("20200101000000Z", "20200201000000Z")


def issued(names, **dates):
    """A maker of (certificate, key, authority): signed by an authority that the tools are told to trust."""
    def make(folder):
        authority = support.Authority(folder / "ca")
        return *authority.issue(names, **dates), authority.certificate
    return make


def self_signed(folder):
    """The tools trust some authority, but not this certificate."""
    certificate, key = folder / "self.pem", folder / "self.key"
    done = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                           "-keyout", key, "-out", certificate, "-subj", "/CN=localhost", "-days", "30",
                           "-addext", "subjectAltName=DNS:localhost"], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return certificate, key, support.Authority(folder / "ca").certificate


class Untrusted(Trap):
    truth = "must not pass"
    k6_thresholds = K6_ERRORS

    def __init__(self, name, title, make, reasons):
        self.name, self.title, self.make, self.reasons = name, title, make, reasons

    @contextlib.contextmanager
    def stage(self, folder):
        certificate, key, authority = self.make(folder)
        with stage.nginx(folder, tls=(certificate, key), host="localhost") as where:
            where.authority = authority
            # Go's and OpenSSL's name for "trust these": what is wrong with the certificate is then the one thing.
            where.environment = {"SSL_CERT_FILE": str(authority)}
            yield where

    def gate(self, where):
        return one_step_gate(where, CLOSED, ["error_rate < 1%"], tls_lines=f'ca: "{where.authority}"')

    def judge_assay(self, run, where):
        demand_exit(run, 1, 3)
        demand("ok" not in run.outcomes(), f"{run.outcomes().get('ok')} requests succeeded")
        demand(any(reason in run.stdout.lower() for reason in self.reasons), "the reason is not named")
        return f"exit {run.exit_code}"

    def call(self, peer, where):
        return peer.closed(where.url, CONNECTIONS, SECONDS)

    def judge_peer(self, peer, done, where):
        return judge_refusal(done)


class Trusted(Untrusted):
    """The counterpart: without a flaw every tool must get its answers, else the rows above would prove nothing."""
    truth = "passes"

    def judge_assay(self, run, where):
        demand_exit(run, 0)
        return "exit 0"

    def judge_peer(self, peer, done, where):
        requests, errors = done.report.requests or 0, done.report.errors or 0
        fine = done.exit_code == 0 and requests > 0 and errors == 0
        return Cell(RIGHT if fine else WRONG, f"{requests} requests, {errors} errors, exit {done.exit_code}")


TRAPS = [
    Trusted("certificate-good", "a good certificate (the rows below differ in one thing)", issued("DNS:localhost"), ()),
    Untrusted("certificate-expired", "an expired certificate", issued("DNS:localhost", days=LONG_AGO), ("expired",)),
    Untrusted("certificate-self-signed", "a self-signed certificate", self_signed,
              ("self-signed", "self signed", "issuer certificate")),
    Untrusted("certificate-wrong-host", "a certificate for another host", issued("DNS:shop.example.test"),
              ("host name mismatch", "hostname mismatch")),
]
