"""Probes beside other tools: what sslscan, testssl and blackbox_exporter say of real servers, assay says as well.

And each planted flaw of a TLS server is found by the fact that names it, while silence never counts as a refusal.
"""
import concurrent.futures
import contextlib
import json
import os
import re
import shutil
import ssl
import threading
import time
import unittest
import urllib.parse
import urllib.request

import probe_stage
import tls_servers
from tls_servers import ANY_CIPHER, GOOD, USUAL_NAMES

VERSIONS = ("1.0", "1.1", "1.2", "1.3")
CIPHER_CLASSES = ("null", "anonymous", "rc4", "3des", "md5", "cbc", "cbc-sha1", "no-forward-secrecy")
MOST_LISTED = 16  # assay stops to look after so many
# Mozilla's policies, https://ssl-config.mozilla.org/guidelines/5.7.json
INTERMEDIATE = {0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0x9E, 0x9F, 0xCCAA}
OLD = INTERMEDIATE | {0xC023, 0xC027, 0xC009, 0xC013, 0xC024, 0xC028, 0xC00A, 0xC014, 0x67, 0x6B, 0x9C, 0x9D, 0x3C,
                      0x3D, 0x2F, 0x35, 0x0A}
GOOD_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
OLD_CIPHERS = "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:@SECLEVEL=0"
ONLY_3DES_IN_OLD = ("NONE:+VERS-TLS1.0:+VERS-TLS1.2:+AES-128-GCM:+3DES-CBC:+ECDHE-RSA:+RSA:+AEAD:+SHA1:+SIGN-ALL:"
                    "+GROUP-ALL:+COMP-NULL:%COMPAT")
STRICT_OPENSSL = """openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = strict
[strict]
MinProtocol = TLSv1.3
CipherString = HIGH:@SECLEVEL=4
"""


def is_in_class(word, name):
    """What `forbid_ciphers` means, told again: `name` is OpenSSL's."""
    parts = re.split(r"[-_]", name)
    stream = {"GCM", "CCM", "CCM8", "CHACHA20", "RC4", "NULL"} & set(parts)
    anonymous = "ADH" in parts or "AECDH" in parts
    return {"null": "NULL" in parts, "anonymous": anonymous, "rc4": "RC4" in parts, "3des": "CBC3" in parts,
            "md5": parts[-1] == "MD5", "cbc": not stream, "cbc-sha1": not stream and parts[-1] == "SHA",
            "no-forward-secrecy": not anonymous and not {"DHE", "ECDHE"} & set(parts)}[word]


class TlsTest(probe_stage.ProbeTest):
    """One stage for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage = tls_servers.Stage(cls)
        cls.pki = tls_servers.Pki(cls.stage.folder / "pki")
        cls.servers = tls_servers.Servers(cls.stage, cls.pki)
        cls.root = cls.pki.authority("Shop Root", key="rsa:2048")
        cls.intermediate = cls.pki.authority("Shop Intermediate", by=cls.root, key="rsa:2048")
        cls.leaf = cls.issued()

    @classmethod
    def issued(cls, names=USUAL_NAMES, **how):
        """A certificate that is sent with its intermediate."""
        return cls.pki.sent_with(cls.pki.issue(names, by=cls.intermediate, **how), cls.intermediate)

    def line(self, name, port, expect, *, ca=None, server_name="localhost", more=""):
        return (f'  - {{ kind: tls, name: "{name}", address: "127.0.0.1:{port}", server_name: {server_name}, '
                f'ca: "{ca or self.root.leaf}", {more} expect: {{ {expect} }} }}')

    def facts(self, probed, name):
        """State of each fact; of two with one name the worse."""
        order = ("pass", "warn", "error", "fail")
        states = {}
        for fact in probed.named(name)["facts"]:
            states[fact["what"]] = max(states.get(fact["what"], "pass"), fact["state"], key=order.index)
        return states

    def observed(self, probed, name, fact):
        return next((one["observed"] for one in probed.named(name)["facts"] if one["what"] == fact), "")


def shown(probed, only=None):
    """Facts instead of the whole document."""
    lines = []
    for probe in probed.results:
        if only in (None, probe["name"]):
            lines.append(f'{probe["name"]}: {probe["state"]}')
            lines += [f'    {one["state"]} {one["what"]}: expected {one["expected"]}, got {one["observed"]}'
                      for one in probe["facts"]]
    return "\n".join(lines) or probed.output


# ---- part 1: sslscan and testssl -------------------------------------------------------------------------------------

class Tls:
    """One configuration; `versions` is what it was told to speak."""

    def __init__(self, port, versions, *, ca=None, server_name="localhost", has_certificate=True, options=(), more="",
                 beyond=()):
        self.port, self.versions, self.ca, self.server_name = port, set(versions.split()), ca, server_name
        self.has_certificate = has_certificate
        self.options, self.more = options, more  # for sslscan, and for assay
        self.beyond = beyond  # versions that are spoken with ciphers only which the OpenSSL of this machine lacks


class AgreesWithScanners(TlsTest):
    TESTSSL = ("nginx 1.0 to 1.2 with RSA", "nginx 1.2 and 1.3")  # that takes long

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.all = cls.configurations(cls.servers, cls.pki)
        cls.servers.begin()
        local = cls.all["caddy with its own authority"]
        tls_servers.wait_until_certified(local.port, local.server_name)
        local.ca = cls.servers.caddy_root
        pool = concurrent.futures.ThreadPoolExecutor(6)
        cls.addClassCleanup(pool.shutdown)
        cls.scans = {name: pool.submit(tls_servers.sslscan, one.port, one.server_name, *one.options)
                     for name, one in cls.all.items()}
        slow_pool = concurrent.futures.ThreadPoolExecutor(2)
        cls.addClassCleanup(slow_pool.shutdown)
        cls.slow_scans = {name: slow_pool.submit(tls_servers.testssl, cls.all[name].port, cls.stage.folder)
                          for name in cls.TESTSSL}

    @classmethod
    def configurations(cls, servers, pki):
        rsa = cls.issued(key="rsa:2048")
        expired = cls.issued(days=("20200101000000Z", "20210101000000Z"))
        self_signed = pki.issue()
        smtp = tls_servers.Peer(cls.stage, smtp_server(cls.leaf)).port
        stapled = f"ssl_stapling on; ssl_stapling_file {pki.staple(cls.leaf, cls.intermediate)};"
        all_of_them = {
            "nginx 1.0 to 1.2 with RSA": Tls(servers.nginx(rsa, "1.0 1.1 1.2", ANY_CIPHER), "1.0 1.1 1.2"),
            "nginx 1.0 to 1.3": Tls(servers.nginx(cls.leaf, "1.0 1.1 1.2 1.3", OLD_CIPHERS), "1.0 1.1 1.2 1.3"),
            "nginx 1.0 only": Tls(servers.nginx(rsa, "1.0", ANY_CIPHER), "1.0"),
            "nginx 1.1 only": Tls(servers.nginx(cls.leaf, "1.1", ANY_CIPHER), "1.1"),
            "nginx 1.1 and 1.2": Tls(servers.nginx(rsa, "1.1 1.2", ANY_CIPHER), "1.1 1.2"),
            "nginx 1.2 only": Tls(servers.nginx(cls.leaf, "1.2", GOOD_CIPHERS), "1.2"),
            "nginx 1.2 and 1.3": Tls(servers.nginx(cls.leaf, "1.2 1.3", GOOD_CIPHERS), "1.2 1.3"),
            "nginx 1.3 only": Tls(servers.nginx(cls.leaf, "1.3"), "1.3"),
            "nginx 1.0 and 1.3, nothing between": Tls(servers.nginx(cls.leaf, "1.0 1.3", OLD_CIPHERS), "1.0 1.3"),
            "nginx 1.2 of which no cipher fits the key": Tls(
                servers.nginx(cls.leaf, "1.2 1.3", "ECDHE-RSA-AES128-GCM-SHA256"), "1.3"),
            "nginx with RSA and ECDSA": Tls(servers.nginx([rsa, cls.leaf], "1.2 1.3"), "1.2 1.3"),
            "RSA of 1024 bits": Tls(servers.nginx(cls.issued(key="rsa:1024"), "1.2", ANY_CIPHER), "1.2"),
            "EC of 384 bits": Tls(servers.nginx(cls.issued(key="ec:P-384"), "1.2 1.3"), "1.2 1.3"),
            "expired": Tls(servers.nginx(expired), "1.2 1.3"),
            "not yet valid": Tls(servers.nginx(cls.issued(days=("20480101000000Z", "20490101000000Z"))), "1.2 1.3"),
            "self-signed": Tls(servers.nginx(self_signed), "1.2 1.3"),
            "another name": Tls(servers.nginx(cls.issued("DNS:shop.example.test")), "1.2 1.3"),
            "many names": Tls(servers.nginx(cls.issued(
                "DNS:localhost,DNS:*.a.shop.test,DNS:xn--caf-dma.shop.test,IP:10.0.0.7,IP:2001:db8::7")), "1.2 1.3"),
            "no names": Tls(servers.nginx(cls.issued("", subject="/CN=localhost")), "1.2 1.3"),
            "no intermediate": Tls(servers.nginx(pki.issue(by=cls.intermediate)), "1.2 1.3"),
            "ciphers: CBC": Tls(servers.nginx(
                rsa, "1.2", "AES128-SHA:AES256-SHA256:DHE-RSA-CAMELLIA128-SHA:ECDHE-RSA-AES256-SHA384"), "1.2"),
            "ciphers: CHACHA": Tls(servers.nginx(rsa, "1.2", "ECDHE-RSA-CHACHA20-POLY1305"), "1.2"),
            "ciphers: CCM and ARIA": Tls(servers.nginx(rsa, "1.2", "AES128-CCM8:ECDHE-ARIA256-GCM-SHA384"), "1.2"),
            "ciphers: null": Tls(servers.nginx(
                rsa, "1.0 1.2", "NULL-SHA256:NULL-MD5:ECDHE-RSA-AES128-SHA:@SECLEVEL=0"), "1.0 1.2"),
            "stapled": Tls(servers.nginx(cls.leaf, more=stapled), "1.2 1.3"),
            "haproxy 1.0 to 1.2": Tls(servers.haproxy(
                rsa, f"ssl-min-ver TLSv1.0 ssl-max-ver TLSv1.2 ciphers {ANY_CIPHER}"), "1.0 1.1 1.2"),
            "haproxy 1.2 and 1.3": Tls(servers.haproxy(
                cls.leaf, f"ssl-min-ver TLSv1.2 ciphers {GOOD_CIPHERS} strict-sni"), "1.2 1.3"),
            "caddy": Tls(servers.caddy(f"{cls.leaf.pem} {cls.leaf.key}"), "1.2 1.3"),
            "caddy with its own authority": Tls(servers.caddy("internal", "internal.test"), "1.2 1.3",
                                                server_name="internal.test"),
            "s_server with one suite and one group": Tls(servers.s_server(
                cls.leaf, "-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256", "-groups", "P-521"), "1.3"),
            "s_server with Ed25519": Tls(servers.s_server(
                cls.issued(key="ed25519"), "-cipher", "ECDHE+AESGCM:@SECLEVEL=0"), "1.2 1.3"),
            "s_server with no certificate": Tls(servers.s_server(
                None, "-cipher", "ADH:AECDH:@SECLEVEL=0", "-no_tls1_3"), "1.0 1.1 1.2", has_certificate=False),
            "smtp": Tls(smtp, "1.2 1.3", options=("--starttls-smtp",), more="starttls: smtp,"),
        }
        if shutil.which("gnutls-serv"):  # OpenSSL has these ciphers no longer
            all_of_them["gnutls with 3DES and RC4"] = Tls(servers.gnutls(
                rsa, "NORMAL:+VERS-TLS1.0:+VERS-TLS1.1:+3DES-CBC:+ARCFOUR-128:%COMPAT"), "1.0 1.1 1.2 1.3")
            all_of_them["gnutls 1.0 with 3DES only"] = Tls(
                servers.gnutls(rsa, ONLY_3DES_IN_OLD), "1.0 1.2", beyond=("1.0",))
        return all_of_them

    def for_each(self, compare):
        for name, one in self.all.items():
            with self.subTest(name):
                compare(one, self.scans[name].result())

    def probe_one(self, one, demands):
        """`demands`: name of a probe to what it expects."""
        return self.probes("\n".join(
            self.line(name, one.port, expect, ca=one.ca, server_name=one.server_name, more=one.more)
            for name, expect in demands.items()))

    def test_of_every_version_whether_it_is_spoken(self):
        demands = {f"accepts {version}": f'accept: "{version}"' for version in VERSIONS}
        demands |= {f"refuses {version}": f'reject: "{version}"' for version in VERSIONS}

        def compare(one, scan):
            self.assertEqual(scan.versions, one.versions, "sslscan does not see what was configured")
            expected = {f"accepts {version}": "pass" if version in scan.versions else "fail" for version in VERSIONS}
            expected |= {f"refuses {version}": "fail" if version in scan.versions else "pass" for version in VERSIONS}
            probed = self.probe_one(one, demands)
            states = probed.states()
            for version in one.beyond:
                self.assertIn(states.pop(f"accepts {version}"), ("pass", "error"), shown(probed))
                self.assertIn(states.pop(f"refuses {version}"), ("fail", "error"), shown(probed))
            self.assertEqual(states, {name: expected[name] for name in states}, shown(probed))
        self.for_each(compare)

    def test_of_every_certificate_what_it_says(self):
        demands = {"certificate": "hostname: true, chain: any, valid_for: 1s", "self-signed": "chain: self-signed"}

        def compare(one, scan):
            self.assertEqual(bool(scan.certificate), one.has_certificate, "sslscan does not see what was configured")
            probed = self.probe_one(one, demands)
            if one.has_certificate:
                told = self.told(probed)
                told["key"] = told["key"] if scan.certificate["key"] else None  # it does not know every kind
                self.assertEqual(told, scan.certificate, shown(probed))
            else:
                self.assertEqual(probed.states(), {"certificate": "fail", "self-signed": "fail"}, shown(probed))
        self.for_each(compare)

    def told(self, probed):
        told = re.fullmatch(
            r"(?P<subject>.*), (?P<key>(?:RSA|EC|ED)\S*(?: \S+)?), issued by (?P<issuer>.*), valid from "
            r"(?P<begins>\S+) until (?P<ends>\S+), SHA-256 (?P<sha256>[0-9A-F]{64})",
            self.observed(probed, "certificate", "certificate"))
        self.assertTrue(told, shown(probed))
        return told.groupdict() | {
            "subject": tls_servers.name_parts(told["subject"]),
            "issuer": tls_servers.name_parts(told["issuer"]),
            "names": self.names_told(probed, "certificate"),
            "expired": "expired" in self.observed(probed, "certificate", "valid_for"),
            "self_signed": probed.states()["self-signed"] == "pass",
        }

    def names_told(self, probed, name):
        names = self.observed(probed, name, "hostname").removeprefix("one for ")
        return tls_servers.plain_names("" if names == "none" else names)

    def test_of_every_class_of_ciphers_which_are_accepted(self):
        demands = {word: f'forbid_ciphers: "{word}"' for word in CIPHER_CLASSES}

        def compare(one, scan):
            probed = self.probe_one(one, demands)
            for word in CIPHER_CLASSES:
                accepted = {name for name in scan.ciphers.values() if is_in_class(word, name)}
                found = self.observed(probed, word, "ciphers")
                listed = set(found.removeprefix("accepted: ").removesuffix(", and maybe more").split(", "))
                self.assertEqual(probed.states()[word], "fail" if accepted else "pass", shown(probed))
                if accepted:
                    self.assertLessEqual(listed, accepted, shown(probed))
                    self.assertEqual(len(listed), min(len(accepted), MOST_LISTED), shown(probed))
        self.for_each(compare)

    def test_of_mozillas_policies_whether_they_hold(self):
        def compare(one, scan):
            probed = self.probe_one(one, {policy: f"policy: {policy}" for policy in ("modern", "intermediate", "old")})
            holds = {"modern": scan.versions == {"1.3"},
                     "intermediate": scan.versions <= {"1.2", "1.3"} and set(scan.ciphers) <= INTERMEDIATE,
                     "old": set(scan.ciphers) <= OLD}
            self.assertEqual(probed.states(), {policy: "pass" if good else "fail" for policy, good in holds.items()},
                             shown(probed))
        self.for_each(compare)

    def test_testssl_sees_the_same_versions_and_certificates(self):
        ids = {"1.0": "TLS1", "1.1": "TLS1_1", "1.2": "TLS1_2", "1.3": "TLS1_3"}
        for name in self.TESTSSL:
            with self.subTest(name):
                one, findings = self.all[name], self.slow_scans[name].result()
                spoken = {version for version in VERSIONS if findings[ids[version]][0].startswith("offered")}
                self.assertEqual(spoken, one.versions, "testssl does not see what was configured")
                probed = self.probe_one(one, {"all": f'accept: [{", ".join(repr(v) for v in sorted(one.versions))}], '
                                                     'hostname: true, chain: any, valid_for: 1s'})
                self.assertEqual(probed.states(), {"all": "pass"}, shown(probed))
                told = self.observed(probed, "all", "certificate")
                self.assertIn(findings["cert_fingerprintSHA256"][0], told)
                self.assertIn(findings["cert_notAfter"][0].replace(" ", "T") + "Z", told)
                self.assertIn("CN=" + findings["cert_commonName"][0], told)
                self.assertEqual(self.names_told(probed, "all"),
                                 tls_servers.plain_names(findings["cert_subjectAltName"][0]))

    def test_a_strict_openssl_configuration_of_this_machine_changes_nothing(self):
        strict = self.folder / "openssl.cnf"
        strict.write_text(STRICT_OPENSSL)
        one = self.all["nginx 1.0 to 1.2 with RSA"]
        gate = self.gate("version: 1\ntargets: { candidate: http://127.0.0.1:1 }\nprobes:\n" + "\n".join(
            self.line(f"refuses {version}", one.port, f'reject: "{version}"') for version in VERSIONS))
        probed = self.probe(gate, environment={**os.environ, "OPENSSL_CONF": str(strict)})
        self.assertEqual(probed.states(), {"refuses 1.0": "fail", "refuses 1.1": "fail", "refuses 1.2": "fail",
                                           "refuses 1.3": "pass"}, shown(probed))


def smtp_server(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.pem, certificate.key)

    def talk(connection):
        replies = {"EHLO": b"250-mail.test\r\n250 STARTTLS\r\n", "STARTTLS": b"220 go ahead\r\n",
                   "QUIT": b"221 bye\r\n"}
        connection.sendall(b"220 mail.test ESMTP\r\n")
        word = ""
        while word not in ("STARTTLS", "QUIT"):
            line = b""
            while not line.endswith(b"\n"):
                byte = connection.recv(1)
                if not byte:
                    return
                line += byte
            word = line.decode(errors="replace").split()[0].upper() if line.strip() else ""
            connection.sendall(replies.get(word, b"500 what?\r\n"))
        if word == "STARTTLS":
            with context.wrap_socket(connection, server_side=True) as secured:
                secured.recv(1024)
    return talk


# ---- part 1: planted flaws -------------------------------------------------------------------------------------------

class FindsPlantedFlaws(TlsTest):
    """The same demands for every server; exactly the named facts fail, and those named second warn."""
    DEMANDS = {
        "min_version": '"1.2"', "forbid_ciphers": "['null', anonymous, export, rc4, 3des, md5, no-forward-secrecy]",
        "hostname": "true", "names": '[localhost, "*.shop.test", 127.0.0.1]', "issuer": "Shop Intermediate",
        "chain": "trusted", "valid_for": "14d", "key": "{ min_rsa: 2048, min_ec: 256 }", "stapling": "valid-if-present",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flaws = {}
        cls.plant()
        cls.servers.begin()

    @classmethod
    def flaw(cls, name, port, failing, *, warning=(), server_name="localhost", ca=None, **demands):
        """`demands`: what is expected otherwise than usual; None: nothing."""
        cls.flaws[name] = (port, set(failing), set(warning), server_name, ca, demands)

    @classmethod
    def plant(cls):
        cls.plant_versions_and_ciphers()
        cls.plant_certificates()
        cls.plant_chains()
        cls.plant_staples()

    @classmethod
    def plant_versions_and_ciphers(cls):
        flaw, nginx, leaf = cls.flaw, cls.servers.nginx, cls.leaf
        rsa = cls.issued(key="rsa:2048")
        flaw("none", nginx(leaf, ciphers=GOOD_CIPHERS), [])
        flaw("none, at HAProxy", cls.servers.haproxy(leaf, f"ssl-min-ver TLSv1.2 ciphers {GOOD_CIPHERS}"), [])
        flaw("none, at Caddy", cls.servers.caddy(f"{leaf.pem} {leaf.key}"), [], forbid_ciphers="['null', anonymous]")
        flaw("TLS 1.0 spoken", nginx(leaf, "1.0 1.2", OLD_CIPHERS), ["TLS 1.0"])
        flaw("TLS 1.1 spoken", nginx(leaf, "1.1 1.2 1.3", OLD_CIPHERS), ["TLS 1.1"])
        flaw("TLS 1.0 and 1.1 spoken", nginx(leaf, "1.0 1.1 1.2", OLD_CIPHERS), ["TLS 1.0", "TLS 1.1"])
        flaw("TLS 1.0 spoken by HAProxy", cls.servers.haproxy(leaf, f"ssl-min-ver TLSv1.0 ciphers {OLD_CIPHERS}"),
             ["TLS 1.0", "TLS 1.1"])
        flaw("only TLS 1.1 spoken", nginx(leaf, "1.1", OLD_CIPHERS), ["TLS 1.1", "TLS 1.2 or newer"])
        flaw("TLS 1.3 not spoken", nginx(leaf, "1.2", GOOD_CIPHERS), ["TLS 1.3"], accept='["1.3"]')
        flaw("TLS 1.2 not spoken", nginx(leaf, "1.3"), ["TLS 1.2"], accept='["1.2", "1.3"]')
        flaw("CBC accepted", nginx(leaf, ciphers=f"{GOOD_CIPHERS}:ECDHE-ECDSA-AES256-SHA384"), ["ciphers"],
             forbid_ciphers="[rc4, cbc]")
        flaw("a cipher by name accepted", nginx(leaf, ciphers=GOOD_CIPHERS), ["ciphers"],
             forbid_ciphers="[AES128-SHA, ECDHE-ECDSA-AES256-GCM-SHA384]")
        flaw("no forward secrecy", nginx(rsa, ciphers=f"{GOOD_CIPHERS}:AES256-GCM-SHA384"), ["ciphers"])
        flaw("null accepted", nginx(rsa, ciphers=f"{GOOD_CIPHERS}:ECDHE-RSA-NULL-SHA:@SECLEVEL=0"), ["ciphers"])
        flaw("anonymous accepted", nginx(rsa, ciphers=f"{GOOD_CIPHERS}:AECDH-AES128-SHA:@SECLEVEL=0"), ["ciphers"])
        flaw("a suite of TLS 1.3 outside of the policy",
             nginx(leaf, ciphers=GOOD_CIPHERS,
                   more="ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256;"),
             ["suites of TLS 1.3"], policy="intermediate", forbid_ciphers=None, min_version=None)
        flaw("policy modern, and 1.2 spoken", nginx(leaf, ciphers=GOOD_CIPHERS), ["TLS 1.2"], policy="modern",
             forbid_ciphers=None, min_version=None)
        if shutil.which("gnutls-serv"):
            usual = "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:-RSA"
            flaw("3DES accepted", cls.servers.gnutls(rsa, f"{usual}:+3DES-CBC"), ["ciphers"], forbid_ciphers="3des")
            flaw("RC4 accepted", cls.servers.gnutls(rsa, f"{usual}:+ARCFOUR-128"), ["ciphers"], forbid_ciphers="rc4")

    @classmethod
    def plant_certificates(cls):
        flaw, nginx, issued = cls.flaw, cls.servers.nginx, cls.issued
        deep = "a.b.shop.test"
        flaw("another name", nginx(issued("DNS:other.test,DNS:*.shop.test,IP:127.0.0.1")), ["hostname", "names"])
        flaw("a name in the subject only", nginx(issued("DNS:*.shop.test,IP:127.0.0.1", subject="/CN=localhost")),
             ["hostname", "names"])
        flaw("no name at all", nginx(issued("", subject="/CN=localhost")), ["hostname", "names"])
        flaw("a wildcard for one label only", nginx(issued()), ["hostname"], server_name=deep)
        flaw("a wildcard does not cover its own zone", nginx(issued()), ["hostname"], server_name="shop.test")
        flaw("a wildcard within a label", nginx(issued("DNS:a*.shop.test")), ["hostname"], server_name="app.shop.test",
             names=None)
        never = (GOOD[0], "99991231235959Z")
        flaw("none, and it never ends", nginx(issued(days=never)), [])
        flaw("none, in capitals", nginx(issued("DNS:LOCALHOST,DNS:*.SHOP.test,IP:127.0.0.1")), [])
        flaw("none, by address", nginx(issued()), [], server_name="127.0.0.1")
        address_as_name = nginx(issued("DNS:localhost,DNS:*.shop.test,DNS:127.0.0.1"))
        flaw("an address as a name", address_as_name, ["names"])
        flaw("an address as a name, by address", address_as_name, ["hostname", "names"], server_name="127.0.0.1")
        flaw("another address", nginx(issued("DNS:localhost,DNS:*.shop.test,IP:127.0.0.2")), ["names"])
        flaw("no wildcard", nginx(issued("DNS:localhost,DNS:www.shop.test,IP:127.0.0.1")), ["names"])
        flaw("expired", nginx(issued(days=(GOOD[0], tls_servers.in_days(-1)))), ["valid_for", "chain"])
        flaw("ends in 13 days", nginx(issued(days=(GOOD[0], tls_servers.in_days(13)))), ["valid_for"])
        flaw("not yet valid", nginx(issued(days=(tls_servers.in_days(2), GOOD[1]))), ["valid_for", "chain"])
        flaw("RSA of 1024 bits", nginx(issued(key="rsa:1024"), ciphers=GOOD_CIPHERS), ["key", "chain"])
        flaw("RSA of 2048 bits where more is wanted", nginx(issued(key="rsa:2048"), ciphers=GOOD_CIPHERS), ["key"],
             key="{ min_rsa: 3072, min_ec: 256 }")
        flaw("EC of 256 bits where more is wanted", nginx(issued()), ["key"], key="{ min_rsa: 3072, min_ec: 384 }")
        flaw("signed with SHA-1", nginx(issued(digest="sha1")), ["chain"])
        flaw("for clients only", nginx(issued(usage="clientAuth")), ["chain"])
        over = issued(key="rsa:2048", days=(GOOD[0], tls_servers.in_days(-1)))
        cls.both = nginx([over, cls.leaf], ciphers=GOOD_CIPHERS)
        other = cls.pki.authority("Shop Other", by=cls.root)
        flaw("another issuer", nginx(cls.pki.sent_with(cls.pki.issue(by=other), other)), ["issuer"])

    @classmethod
    def plant_chains(cls):
        flaw, nginx, pki = cls.flaw, cls.servers.nginx, cls.pki
        alone = pki.issue(by=cls.intermediate)
        flaw("none, and the root is sent", nginx(pki.sent_with(alone, cls.intermediate, cls.root)), [])
        flaw("self-signed", nginx(pki.issue()), ["issuer", "chain"])
        flaw("not self-signed", nginx(cls.leaf), ["chain"], chain="self-signed")
        stranger = pki.authority("Shop Root")
        strange = pki.authority("Shop Intermediate", by=stranger)
        foreign = pki.issue(by=strange)
        flaw("an unknown authority of the same name", nginx(pki.sent_with(foreign, strange)), ["chain"])
        flaw("an unknown authority, sent as well", nginx(pki.sent_with(foreign, strange, stranger)), ["chain"])
        flaw("no intermediate", nginx(alone), ["chain"])
        flaw("an intermediate that only this machine knows", nginx(alone), ["chain"],
             ca=pki.bundle(cls.root, cls.intermediate))
        flaw("another intermediate", nginx(pki.sent_with(alone, strange)), ["chain"])
        flaw("the leaf twice", nginx(pki.sent_with(alone, alone)), ["chain"])
        old = pki.authority("Shop Intermediate", by=cls.root, days=(GOOD[0], tls_servers.in_days(-1)))
        flaw("an intermediate that has ended", nginx(pki.sent_with(pki.issue(by=old), old)), ["chain"],
             warning=["valid_for of the chain"])
        short = pki.authority("Shop Intermediate", by=cls.root, days=(GOOD[0], tls_servers.in_days(3)))
        flaw("an intermediate that ends soon", nginx(pki.sent_with(pki.issue(by=short), short)), [],
             warning=["valid_for of the chain"])
        no_authority = pki.issue(by=cls.root, names="DNS:shop.test", subject="/O=Shop Trust/CN=Shop Intermediate")
        flaw("issued by what is no authority",
             nginx(pki.sent_with(pki.issue(by=no_authority), no_authority)), ["chain"])
        second = pki.authority("Shop Intermediate", by=cls.intermediate)
        flaw("a chain in the wrong order",
             nginx(pki.sent_with(pki.issue(by=second), cls.intermediate, second)), [], warning=["order of the chain"])

    @classmethod
    def plant_staples(cls):
        flaw, pki = cls.flaw, cls.pki
        required = {"stapling": "required"}
        revoked, other = cls.issued(), cls.issued()
        pki.revoke(revoked)
        stranger = pki.authority("Shop Stranger", key="rsa:2048")
        good = pki.staple(cls.leaf, cls.intermediate)
        staples = {
            "revoked": (revoked, pki.staple(revoked, cls.intermediate)),
            "unknown to the responder": (cls.leaf, pki.staple(cls.leaf, cls.intermediate, knows=False)),
            "stapled for another certificate": (cls.leaf, pki.staple(other, cls.intermediate)),
            "stapled by a stranger": (cls.leaf, pki.staple(cls.leaf, cls.intermediate, signer=stranger)),
            "a staple out of date": (cls.leaf, pki.out_of_date(good, cls.intermediate)),
            "a staple with a broken signature": (cls.leaf, pki.with_broken_signature(good)),
        }

        def server(certificate, staple):
            return cls.servers.nginx(certificate, more=f"ssl_stapling on; ssl_stapling_file {staple};")

        flaw("none, stapled", server(cls.leaf, good), [], **required)
        flaw("none, stapled by s_server", cls.servers.s_server(
            cls.leaf, "-cipher", GOOD_CIPHERS, "-no_tls1", "-no_tls1_1", "-status_file", good), [], **required)
        for name, (certificate, staple) in staples.items():
            flaw(name, server(certificate, staple), ["stapling"])
        flaw("nothing stapled", cls.servers.nginx(cls.leaf), ["stapling"], **required)
        responder = f"http://127.0.0.1:{cls.servers.ocsp_responder(cls.intermediate)}"
        flaw("none, stapled from the second handshake on",
             cls.servers.nginx(cls.leaf, more=f"ssl_stapling on; ssl_stapling_responder {responder};"), [], **required)

    def test_each_fails_the_facts_that_name_it_and_no_others(self):
        lines = []
        for name, (port, _, _, server_name, ca, demands) in self.flaws.items():
            expect = {key: value for key, value in {**self.DEMANDS, **demands}.items() if value is not None}
            lines.append(self.line(name, port, ", ".join(f"{key}: {value}" for key, value in expect.items()),
                                   server_name=server_name, ca=ca))
        probed = self.probes("\n".join(lines))
        self.assertEqual(len(probed.results), len(self.flaws), probed.output)
        for name, (_, failing, warning, *_) in self.flaws.items():
            with self.subTest(name):
                states = self.facts(probed, name)
                story = shown(probed, name)
                self.assertEqual({what for what, state in states.items() if state == "fail"}, failing, story)
                self.assertEqual({what for what, state in states.items() if state == "warn"}, warning, story)
                self.assertNotIn("error", states.values(), story)
                expected = "fail" if failing else "warn" if warning else "pass"
                self.assertEqual(probed.named(name)["state"], expected, story)

    def test_both_certificates_of_a_server_are_judged(self):
        """Which one a client is shown depends on the signatures that it knows; nginx prefers ECDSA."""
        probed = self.probes(self.line("both", self.both, "valid_for: 14d"))
        self.assertEqual(probed.states(), {"both": "fail"}, shown(probed))


# ---- part 1: what proves nothing -------------------------------------------------------------------------------------

ALERT = b"\x15\x03\x01\x00\x02\x02"
SERVER_HELLO_3DES = (b"\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01" + bytes(range(32)) + b"\x00\x00\x0a\x00"
                     + b"\x16\x03\x01\x00\x04\x0e\x00\x00\x00")


def hold(connection):
    """Silent until the other side has enough."""
    while connection.recv(4096):
        pass


def say(words):
    def talk(connection):
        connection.sendall(words)
        hold(connection)
    return talk


def answer(words):
    def talk(connection):
        tls_servers.read_record(connection)
        connection.sendall(words)
    return talk


def echo(connection):
    while data := connection.recv(4096):
        connection.sendall(data)


class TakesSilenceForNoRefusal(TlsTest):
    REFUSALS = {"versions": 'reject: ["1.0", "1.1", "1.2"]', "minimum": 'min_version: "1.2"',
                "policy": "policy: modern", "ciphers": "forbid_ciphers: [rc4, cbc]"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        servers, leaf = cls.servers, cls.leaf
        rsa = cls.issued(key="rsa:2048")
        cls.no_tls = {"nothing listens": servers.port(), "http": servers.nginx_plain()}
        cls.other_name = {"HAProxy that knows another name": servers.haproxy(leaf, "strict-sni"),
                          "Caddy that knows another name": servers.caddy(f"{leaf.pem} {leaf.key}")}
        cls.old = servers.nginx(rsa, "1.0 1.1 1.2", ANY_CIPHER)
        cls.modern = servers.nginx(leaf, ciphers=GOOD_CIPHERS)
        cls.for_members = servers.s_server(leaf, "-cipher", ANY_CIPHER, "-no_tls1_3", "-Verify", "1",
                                           "-verify_return_error", "-CAfile", cls.root.leaf)
        servers.begin()
        for name, talk in {
                "closes at once": lambda connection: None, "resets at once": tls_servers.reset, "says nothing": hold,
                "repeats what it hears": echo, "ssh": say(b"SSH-2.0-OpenSSH_9.2\r\n"), "zeros": say(bytes(64)),
                "always alert 70": answer(ALERT + b"\x46"), "always alert 40": answer(ALERT + b"\x28"),
                "half a ServerHello": answer(b"\x16\x03\x03\x00\x5a\x02\x00\x00\x56\x03\x03" + bytes(20)),
        }.items():
            cls.no_tls[name] = tls_servers.Peer(cls.stage, talk).port

    def refusals(self, port, **how):
        return self.probes("\n".join(self.line(name, port, expect, **how) for name, expect in self.REFUSALS.items()))

    def assert_not_believed(self, probed):
        self.assertEqual(probed.states(), dict.fromkeys(self.REFUSALS, "fail"), shown(probed))
        for name in self.REFUSALS:
            self.assertNotIn("pass", self.facts(probed, name).values(), shown(probed))
        self.assertEqual(probed.exit_code, 1, probed.output)

    def test_what_is_no_tls_server_refuses_nothing(self):
        for name, port in self.no_tls.items():
            with self.subTest(name):
                self.assert_not_believed(self.refusals(port, more="timeout: 500ms,"))

    def test_a_server_that_knows_another_name_refuses_nothing(self):
        for name, port in self.other_name.items():
            with self.subTest(name):
                self.assert_not_believed(self.refusals(port, server_name="other.test"))

    def test_a_name_that_does_not_resolve_is_no_measurement(self):
        probed = self.probes("\n".join(f'  - {{ kind: tls, name: {name}, address: "nowhere.invalid:443", timeout: 2s, '
                                       f'expect: {{ {expect} }} }}' for name, expect in self.REFUSALS.items()))
        self.assertEqual(probed.states(), dict.fromkeys(self.REFUSALS, "error"), shown(probed))

    def test_a_mail_server_without_starttls_refuses_nothing(self):
        port = tls_servers.Peer(self.stage, mail_without_tls).port
        self.assert_not_believed(self.refusals(port, more="starttls: smtp,"))

    def test_old_versions_are_refused_by_an_alert_by_a_close_and_by_a_reset(self):
        ways = {"alert": lambda connection, hello: connection.sendall(ALERT + b"\x46"),
                "close": lambda connection, hello: None,
                "reset": lambda connection, hello: tls_servers.reset(connection)}
        for name, treat in ways.items():
            with self.subTest(name):
                port = tls_servers.gate_before(self.stage, self.modern, treat)
                self.assertEqual(tls_servers.sslscan(port).versions, {"1.2", "1.3"})
                probed = self.probes(self.line("old", port, 'reject: ["1.0", "1.1"]'))
                self.assertEqual(probed.states(), {"old": "pass"}, shown(probed))

    def test_old_versions_that_are_not_answered_are_not_proven_to_be_refused(self):
        port = tls_servers.gate_before(self.stage, self.modern, lambda connection, hello: hold(connection))
        probed = self.probes(self.line("old", port, 'reject: ["1.0", "1.1"], accept: "1.2"', more="timeout: 1s,"))
        states = self.facts(probed, "old")
        self.assertEqual([states[f"TLS {version}"] for version in ("1.0", "1.1", "1.2")], ["error", "error", "pass"],
                         shown(probed))

    def test_a_server_that_drops_all_but_one_connection_refuses_no_version(self):
        """It speaks TLS 1.0: a close that may as well be for want of room proves nothing."""
        room = threading.Semaphore(1)

        def talk(connection):
            hello = tls_servers.read_record(connection)
            if room.acquire(blocking=False):
                with contextlib.ExitStack() as stack:
                    stack.callback(room.release)
                    time.sleep(0.3)  # as slow as a busy server, so that the others come meanwhile
                    tls_servers.splice(connection, self.old, hello)
        port = tls_servers.Peer(self.stage, talk).port
        probed = self.probes(self.line("old", port, 'reject: ["1.0", "1.1"]'))
        self.assertNotEqual(probed.states(), {"old": "pass"}, shown(probed))

    def test_a_version_counts_as_spoken_where_this_openssl_has_none_of_its_ciphers(self):
        """TLS 1.0 is left on for 3DES alone: alert 40 says that no cipher fits, not that the version is refused."""
        def treat(connection, hello):
            with_3des = 0x000A in tls_servers.offered_ciphers(hello)
            connection.sendall(SERVER_HELLO_3DES if with_3des else ALERT + b"\x28")
        port = tls_servers.gate_before(self.stage, self.modern, treat)
        self.assertIn("1.0", tls_servers.sslscan(port).versions)
        probed = self.probes(self.line("old", port, 'reject: "1.0"'))
        self.assertNotEqual(probed.states(), {"old": "pass"}, shown(probed))

    def test_a_version_counts_as_spoken_by_a_server_that_wants_a_client_certificate(self):
        seen = tls_servers.sslscan(self.for_members).versions
        self.assertEqual(seen, {"1.0", "1.1", "1.2"})
        probed = self.probes("\n".join(self.line(version, self.for_members, f'reject: "{version}"')
                                       for version in VERSIONS))
        for version in VERSIONS:
            self.assertEqual(self.facts(probed, version)[f"TLS {version}"], "fail" if version in seen else "pass",
                             shown(probed))


def mail_without_tls(connection):
    connection.sendall(b"220 mail.test ESMTP\r\n")
    while line := connection.recv(1024):
        connection.sendall(b"250 mail.test\r\n" if line.upper().startswith(b"EHLO") else b"502 no\r\n")


# ---- part 2: blackbox_exporter ---------------------------------------------------------------------------------------

SHOP = """
    location = / { add_header X-Version 1.4.2; return 200 'welcome to the shop'; }
    location = /empty { return 204; }
    location = /broken { return 500 oops; }
    location = /closed { return 503 later; }
    location = /moved { return 301 /; }
    location / { return 404 nothing; }
"""


def cut_short(connection):
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nwelcome")


def pong(connection):
    with connection.makefile("rwb") as stream:
        for line in stream:
            stream.write(b"PONG\r\n" if line.strip() == b"PING" else b"ERR\r\n")
            stream.flush()


class AgreesWithBlackbox(TlsTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = {}
        cls.ask_http()
        cls.ask_tcp()
        cls.dns_port, cls.blackbox_port = cls.servers.port(), cls.servers.port()
        cls.ask_dns()
        cls.servers.begin()
        cls.begin_dns()
        cls.begin_blackbox()

    @classmethod
    def case(cls, name, good, module, target, probe):
        """`module`: of blackbox_exporter; `probe`: the keys of assay's; `good`: whether all is well."""
        cls.cases[name] = (good, module, target, probe)

    @classmethod
    def ask_http(cls):
        shop = f"http://127.0.0.1:{cls.servers.nginx_plain(SHOP)}"

        def http(name, good, path, expect, *, base=shop, timeout="5s", more="", **module):
            http = {"preferred_ip_protocol": "ip4", "follow_redirects": False, **module}
            cls.case(name, good, {"prober": "http", "timeout": timeout, "http": http}, base + path,
                     f'kind: http, target: "{base}", path: {path}, timeout: {timeout}, {more} expect: {{ {expect} }}')

        http("200", True, "/", "status: 2xx")
        http("204 is fine, too", True, "/empty", "status: 2xx")
        http("404", False, "/missing", "status: 2xx")
        http("500", False, "/broken", "status: 2xx")
        http("404 as wanted", True, "/missing", "status: 404", valid_status_codes=[404])
        http("200 where 404 is wanted", False, "/", "status: 404", valid_status_codes=[404])
        http("one of two", True, "/closed", "status: [200, 503]", valid_status_codes=[200, 503])
        http("body", True, "/", 'body: { matches: "^welcome.*shop$" }',
             fail_if_body_not_matches_regexp=["^welcome.*shop$"])
        http("another body", False, "/", 'body: { matches: "^shop" }', fail_if_body_not_matches_regexp=["^shop"])
        http("body of an error", False, "/broken", "status: 2xx, body: { matches: oops }",
             fail_if_body_not_matches_regexp=["oops"])

        def header(word, **more):
            return {"header": "X-Version", "regexp": word, **more}
        http("header", True, "/", 'header: { x-version: { matches: "^1[.]4" } }',
             fail_if_header_not_matches=[header("^1[.]4")])
        http("another header", False, "/", 'header: { x-version: { matches: "^2" } }',
             fail_if_header_not_matches=[header("^2")])
        http("no header", False, "/closed", "status: 503, header: { x-version: present }", valid_status_codes=[503],
             fail_if_header_not_matches=[header(".")])
        http("no header, as wanted", True, "/closed", "status: 503, header: { x-version: absent }",
             valid_status_codes=[503], fail_if_header_matches=[header(".", allow_missing=True)])
        http("a header that must not be", False, "/", "header: { x-version: absent }",
             fail_if_header_matches=[header(".", allow_missing=True)])
        http("redirect", True, "/moved", "status: 301", valid_status_codes=[301])
        http("redirect that is not followed", False, "/moved", "status: 200", valid_status_codes=[200])
        http("nothing listens", False, "/", "status: 2xx", base=f"http://127.0.0.1:{cls.servers.port()}")
        peers = {"silent": hold, "cut short": cut_short, "not http": say(b"SSH-2.0-OpenSSH_9.2\r\n")}
        for name, talk in peers.items():
            http(name, False, "/", "status: 2xx", timeout="1s",
                 base=f"http://127.0.0.1:{tls_servers.Peer(cls.stage, talk).port}")
        cls.ask_https(http)

    @classmethod
    def ask_https(cls, http):
        own = cls.pki.issue()
        stranger = cls.pki.authority("Shop Stranger")
        days = (GOOD[0], tls_servers.in_days(-1))
        for name, good, certificate, ca in (
                ("https", True, cls.leaf, cls.root), ("self-signed, and known", True, own, own),
                ("self-signed", False, own, cls.root), ("an unknown authority", False, cls.leaf, stranger),
                ("another name", False, cls.issued("DNS:other.test"), cls.root),
                ("expired", False, cls.issued(days=days), cls.root),
                ("no intermediate", False, cls.pki.issue(by=cls.intermediate), cls.root)):
            http(name, good, "/", "status: 2xx", base=f"https://localhost:{cls.servers.nginx(certificate)}",
                 more=f'ca: "{ca.leaf}", resolve: {{ localhost: 127.0.0.1 }},', tls_config={"ca_file": str(ca.leaf)})

    @classmethod
    def ask_tcp(cls):
        mail = tls_servers.Peer(cls.stage, say(b"220 mail.test ESMTP\r\n")).port
        ponger = tls_servers.Peer(cls.stage, pong).port
        tls = cls.servers.nginx(cls.leaf, "1.2", GOOD_CIPHERS)
        old = cls.servers.nginx(cls.issued(key="rsa:2048"), "1.0 1.2", ANY_CIPHER)

        def tcp(name, good, port, probe, **module):
            module = {"prober": "tcp", "timeout": "2s", "tcp": {"preferred_ip_protocol": "ip4", **module}}
            cls.case(name, good, module, f"127.0.0.1:{port}", f'{probe}, address: "127.0.0.1:{port}", timeout: 2s')

        tcp("open", True, mail, "kind: tcp")
        tcp("closed", False, cls.servers.port(), "kind: tcp")
        tcp("banner", True, mail, 'kind: tcp, expect: { matches: "^220 .* ESMTP" }',
            query_response=[{"expect": "^220 .* ESMTP"}])
        tcp("another banner", False, mail, 'kind: tcp, expect: { matches: "^SSH" }',
            query_response=[{"expect": "^SSH"}])
        tcp("answer", True, ponger, 'kind: tcp, send: "PING\\n", expect: { matches: "^PONG" }',
            query_response=[{"send": "PING"}, {"expect": "^PONG"}])
        tcp("another answer", False, ponger, 'kind: tcp, send: "GET\\n", expect: { matches: "^PONG" }',
            query_response=[{"send": "GET"}, {"expect": "^PONG"}])
        stranger = cls.pki.authority("Shop Foreigner")
        address_as_name = cls.servers.nginx(cls.issued("DNS:localhost,DNS:127.0.0.1"))
        for name, good, port, ca, whom in (
                ("tls", True, tls, cls.root, "localhost"),
                ("tls by address", True, tls, cls.root, "127.0.0.1"),
                ("tls of an unknown authority", False, tls, stranger, "localhost"),
                ("tls for another name", False, tls, cls.root, "other.test"),
                ("tls for an address that is a name", False, address_as_name, cls.root, "127.0.0.1")):
            tcp(name, good, port, f'kind: tcp, tls: true, server_name: {whom}, verify: true, ca: "{ca.leaf}"', tls=True,
                tls_config={"ca_file": str(ca.leaf), "server_name": whom})
        for name, good, port in (("TLS 1.0", True, old), ("no TLS 1.0", False, tls)):
            tcp(name, good, port, 'kind: tls, server_name: localhost, expect: { accept: "1.0" }', tls=True, tls_config={
                "insecure_skip_verify": True, "min_version": "TLS10", "max_version": "TLS10"})

    @classmethod
    def ask_dns(cls):
        def dns(name, good, host, kind, probe, *, port=cls.dns_port, rcodes=("NOERROR",), **answers):
            module = {"prober": "dns", "timeout": "2s", "dns": {
                "preferred_ip_protocol": "ip4", "query_name": host, "query_type": kind, "valid_rcodes": list(rcodes)}}
            if answers:
                module["dns"]["validate_answer_rrs"] = answers
            cls.case(name, good, module, f"127.0.0.1:{port}", f'kind: dns, host: {host}, type: {kind}, timeout: 2s, '
                                                              f'resolvers: ["127.0.0.1:{port}"], {probe}')

        some, only = "fail_if_none_matches_regexp", "fail_if_not_matches_regexp"
        dns("address", True, "www.shop.test", "A", "expect: [10.0.0.7]", **{only: ["10[.]0[.]0[.]7$"]})
        dns("another address", False, "www.shop.test", "A", "expect: [10.0.0.8]", **{only: ["10[.]0[.]0[.]8$"]})
        dns("one of two addresses", True, "two.shop.test", "A", "expect: [10.0.0.2], contains: true",
            **{some: ["10[.]0[.]0[.]2$"]})
        dns("one address too many", False, "two.shop.test", "A", "expect: [10.0.0.2]", **{only: ["10[.]0[.]0[.]2$"]})
        dns("no such name", False, "missing.shop.test", "A", "expect: [10.0.0.7]")
        dns("no such name, as wanted", True, "missing.shop.test", "A", "rcode: nxdomain", rcodes=["NXDOMAIN"])
        dns("a name where none is wanted", False, "www.shop.test", "A", "rcode: nxdomain", rcodes=["NXDOMAIN"])
        dns("no address of this kind", False, "six.shop.test", "A", "expect: [10.0.0.7]", **{some: ["."]})
        dns("the other kind of address", True, "six.shop.test", "AAAA", "expect: [2001:db8::7]",
            **{only: ["2001:db8::7$"]})
        dns("absent, as wanted", True, "six.shop.test", "A", "absent: true", fail_if_matches_regexp=["."])
        dns("mail", True, "shop.test", "MX", 'expect: ["10 mail.shop.test"]', **{only: ["10 mail[.]shop[.]test[.]$"]})
        dns("text", True, "shop.test", "TXT", "expect: [v=spf1 -all]", **{only: ["v=spf1 -all"]})
        dns("nobody answers", False, "www.shop.test", "A", "expect: [10.0.0.7]", port=cls.servers.port())

    @classmethod
    def begin_dns(cls):
        cls.stage.start(
            ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--log-facility=-", "--pid-file=", "--user=",
             "--group=", f"--port={cls.dns_port}", "--listen-address=127.0.0.1", "--bind-interfaces", "--no-resolv",
             "--no-hosts", "--local=/shop.test/", "--host-record=www.shop.test,10.0.0.7",
             "--host-record=two.shop.test,10.0.0.1", "--host-record=two.shop.test,10.0.0.2",
             "--host-record=six.shop.test,2001:db8::7", "--mx-host=shop.test,mail.shop.test,10",
             "--txt-record=shop.test,v=spf1 -all"], ("127.0.0.1", cls.dns_port))

    @classmethod
    def begin_blackbox(cls):
        configuration = cls.stage.folder / "blackbox.yml"
        modules = {f"m{number}": module for number, (_, module, *_) in enumerate(cls.cases.values())}
        configuration.write_text(json.dumps({"modules": modules}))
        cls.stage.start(["prometheus-blackbox-exporter", f"--config.file={configuration}",
                         f"--web.listen-address=127.0.0.1:{cls.blackbox_port}"], ("127.0.0.1", cls.blackbox_port))

    def blackbox_says(self, number, target):
        query = urllib.parse.urlencode({"target": target, "module": f"m{number}", "debug": "true"})
        with urllib.request.urlopen(f"http://127.0.0.1:{self.blackbox_port}/probe?{query}", timeout=20) as answered:
            text = answered.read().decode()
        return "\nprobe_success 1\n" in text, text

    def test_every_probe_succeeds_where_blackbox_exporter_does(self):
        probed = self.probes("\n".join(f'  - {{ name: "{name}", {probe} }}'
                                       for name, (*_, probe) in self.cases.items()))
        self.assertEqual(len(probed.results), len(self.cases), probed.output)
        for number, (name, (good, _, target, _)) in enumerate(self.cases.items()):
            with self.subTest(name):
                success, text = self.blackbox_says(number, target)
                self.assertEqual(success, good, text)
                self.assertEqual(probed.states()[name], "pass" if success else "fail", shown(probed, name))


if __name__ == "__main__":
    unittest.main()
