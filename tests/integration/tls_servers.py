"""Real TLS servers of every make and with every flaw, certificates for them, and what other scanners say of them."""
import base64
import contextlib
import dataclasses
import datetime
import hashlib
import ipaddress
import json
import os
import pathlib
import re
import shutil
import socket
import socketserver
import ssl
import struct
import subprocess
import tempfile
import threading
import time
import xml.etree.ElementTree

import probe_stage
import support

GOOD = ("20240101000000Z", "20490101000000Z")
USUAL_NAMES = "DNS:localhost,DNS:*.shop.test,IP:127.0.0.1"
ANY_CIPHER = "ALL:@SECLEVEL=0"
NGINX_VERSIONS = {"1.0": "TLSv1", "1.1": "TLSv1.1", "1.2": "TLSv1.2", "1.3": "TLSv1.3"}
SCAN_DEADLINE_S, SLOW_SCAN_DEADLINE_S = 60, 150
# nginx loads certificates before it reads ssl_ciphers, so that only this lets weak ones in.
WEAK_OPENSSL = """openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = weak
[weak]
CipherString = ALL:@SECLEVEL=0
"""


def free_ports(count):
    """Different ones, because all are held until the last is found."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def in_days(days):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    return moment.strftime("%Y%m%d%H%M%SZ")


class Stage:
    """Servers of a whole test class: the helpers of a ProbeTest, ended with the class."""
    start, end = probe_stage.ProbeTest.start, staticmethod(probe_stage.ProbeTest.end)

    def __init__(self, test_class):
        self.addCleanup = test_class.addClassCleanup
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="assay-tls-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.folder.chmod(0o755)


# ---- certificates ----------------------------------------------------------------------------------------------------

@dataclasses.dataclass(frozen=True)
class Certificate:
    pem: pathlib.Path  # what is sent: the leaf first
    key: pathlib.Path
    leaf: pathlib.Path
    above: pathlib.Path | None = None  # what is sent besides the leaf


class Pki:
    """Any number of authorities and certificates, in one folder."""

    def __init__(self, folder):
        self.folder = folder
        self.folder.mkdir()
        (self.folder / "index.txt").write_text("")
        (self.folder / "nothing.txt").write_text("")
        (self.folder / "ca.cnf").write_text("""[ca]
default_ca = here
[here]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
organizationName = optional
commonName = optional
""")
        self.count = 0

    def authority(self, name, **how):
        return self.issue(subject=f"/O=Shop Trust/CN={name}", names="", authority=True, **how)

    def issue(self, names=USUAL_NAMES, *, by=None, subject="/O=Shop, Ltd/CN=shop server", key="ec:P-256", days=GOOD,
              usage="serverAuth", authority=False, digest="sha256"):
        """`by`: an authority; without it the certificate is self-signed. `key`: rsa:BITS, ec:CURVE or ed25519."""
        self.count += 1
        stem = f"c{self.count}"
        extensions = ["basicConstraints = critical,CA:" + ("TRUE" if authority else "FALSE"),
                      "subjectKeyIdentifier = hash"]
        if names:
            extensions.append(f"subjectAltName = {names}")
        if not authority:
            extensions.append(f"extendedKeyUsage = {usage}")
        (self.folder / f"{stem}.ext").write_text("\n".join(extensions) + "\n")
        kind, _, size = key.partition(":")
        made = {"rsa": ["-newkey", key], "ec": ["-newkey", "ec", "-pkeyopt", f"ec_paramgen_curve:{size}"],
                "ed25519": ["-newkey", "ed25519"]}[kind]
        self.openssl("req", "-new", *made, "-nodes", "-keyout", f"{stem}.key", "-out", f"{stem}.csr", "-subj", subject)
        signer = ["-cert", by.leaf, "-keyfile", by.key] if by else ["-selfsign", "-keyfile", f"{stem}.key"]
        self.openssl("ca", "-batch", "-config", "ca.cnf", "-extfile", f"{stem}.ext", "-in", f"{stem}.csr", "-out",
                     f"{stem}.pem", "-notext", "-md", digest, "-startdate", days[0], "-enddate", days[1], *signer)
        leaf = self.folder / f"{stem}.pem"
        return Certificate(leaf, self.folder / f"{stem}.key", leaf)

    def bundle(self, *certificates):
        """One file with all of them."""
        self.count += 1
        path = self.folder / f"bundle{self.count}.pem"
        path.write_text("".join(one.leaf.read_text() for one in certificates))
        return path

    def sent_with(self, certificate, *above):
        return dataclasses.replace(certificate, pem=self.bundle(certificate, *above), above=self.bundle(*above))

    def with_key(self, certificate):
        """Certificates and key in one file, as HAProxy wants it."""
        self.count += 1
        path = self.folder / f"all{self.count}.pem"
        path.write_text(certificate.pem.read_text() + certificate.key.read_text())
        return path

    def revoke(self, certificate):
        self.openssl("ca", "-config", "ca.cnf", "-revoke", certificate.leaf, "-cert", certificate.leaf, "-keyfile",
                     certificate.key)

    def staple(self, certificate, issuer, *, signer=None, knows=True):
        """A file with the OCSP response about `certificate`."""
        self.count += 1
        request, response = f"{self.count}.ask", self.folder / f"{self.count}.ocsp"
        signer = signer or issuer
        self.openssl("ocsp", "-issuer", issuer.leaf, "-cert", certificate.leaf, "-no_nonce", "-reqout", request)
        self.openssl("ocsp", "-index", "index.txt" if knows else "nothing.txt", "-CA", issuer.leaf, "-rsigner",
                     signer.leaf, "-rkey", signer.key, "-reqin", request, "-respout", response, "-ndays", "1")
        return response

    def with_broken_signature(self, response):
        data = bytearray(response.read_bytes())
        _, signature = _signed(data)
        data[signature[2] - 1] ^= 1
        return self._beside(response, "broken", data)

    def out_of_date(self, response, signer):
        """As it was two years earlier. `signer` has an RSA key, so that no length changes."""
        data = response.read_bytes()
        told, signature = _signed(data)
        body = re.sub(rb"(?<=\x18\x0f)\d{4}(?=\d{10}Z)", lambda year: b"%04d" % (int(year[0]) - 2),
                      data[told[0]:told[2]])
        (self.folder / "told.der").write_bytes(body)
        self.openssl("dgst", "-sha256", "-sign", signer.key, "-out", "told.sig", "told.der")
        sign = (self.folder / "told.sig").read_bytes()
        return self._beside(response, "old", data[:told[0]] + body + data[told[2]:signature[2] - len(sign)] + sign
                            + data[signature[2]:])

    def _beside(self, response, suffix, data):
        path = response.with_suffix(f".{suffix}")
        path.write_bytes(data)
        return path

    def openssl(self, *arguments):
        done = subprocess.run(["openssl", *map(str, arguments)], cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {arguments}: {done.stderr}")


def _element(data, at):
    """(start, start of the content, end) of the DER element there."""
    length, content = data[at + 1], at + 2
    if length & 0x80:
        width = length & 0x7F
        length, content = int.from_bytes(data[content:content + width], "big"), content + width
    return at, content, content + length


def _children(data, element):
    found, at = [], element[1]
    while at < element[2]:
        found.append(_element(data, at))
        at = found[-1][2]
    return found


def _signed(data):
    """Of an OCSP response: what is signed, and the signature."""
    basic = _element(data, 0)
    for _ in range(4):  # OCSPResponse, [0], ResponseBytes, OCTET STRING, BasicOCSPResponse
        basic = _children(data, basic)[-1]
    told, _, signature = _children(data, basic)[:3]
    return told, signature


# ---- servers ---------------------------------------------------------------------------------------------------------

class Servers:
    """Collects servers and begins them: one process of nginx, HAProxy and Caddy each. The calls return ports."""

    def __init__(self, stage, pki, most=90):
        self.stage, self.pki = stage, pki
        self.ports = iter(free_ports(most))
        self.weak = stage.folder / "weak.cnf"
        self.weak.write_text(WEAK_OPENSSL)
        self.nginx_blocks, self.haproxy_lines, self.caddy_blocks, self.single = [], [], [], []

    def port(self):
        """One on which nothing listens."""
        return next(self.ports)

    def nginx(self, certificates, versions="1.2 1.3", ciphers="", more=""):
        port = self.port()
        lines = [f"listen 127.0.0.1:{port} ssl;",
                 f"ssl_protocols {' '.join(NGINX_VERSIONS[one] for one in versions.split())};"]
        for one in certificates if isinstance(certificates, list) else [certificates]:
            lines.append(f"ssl_certificate {one.pem}; ssl_certificate_key {one.key};")
        if ciphers:
            lines.append(f"ssl_ciphers {ciphers};")
        self.nginx_blocks.append("server { " + " ".join(lines) + f" {more} return 200 ok; }}")
        return port

    def nginx_plain(self, lines="return 200 ok;"):
        port = self.port()
        self.nginx_blocks.append(f"server {{ listen 127.0.0.1:{port}; {lines} }}")
        return port

    def haproxy(self, certificate, options):
        port = self.port()
        self.haproxy_lines.append(f"bind 127.0.0.1:{port} ssl crt {self.pki.with_key(certificate)} {options}")
        return port

    def caddy(self, tls, host="localhost"):
        port = self.port()
        self.caddy_blocks.append(f'https://{host}:{port} {{\n bind 127.0.0.1\n tls {tls}\n respond ok\n}}\n')
        return port

    def s_server(self, certificate, *options):
        """`certificate` None: it has none."""
        port = self.port()
        shown = ["-cert", certificate.leaf, "-key", certificate.key] if certificate else ["-nocert"]
        if certificate and certificate.above:
            shown += ["-cert_chain", certificate.above]
        self.single.append((port, ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-www", *shown, *options]))
        return port

    def gnutls(self, certificate, priority):
        port = self.port()
        self.single.append((port, ["gnutls-serv", "--http", "--port", port, "--x509certfile", certificate.pem,
                                   "--x509keyfile", certificate.key, "--priority", priority]))
        return port

    def ocsp_responder(self, issuer):
        """Begins at once. It must not be tried with an empty connection, on which it would wait for ever."""
        port = self.port()
        responder = subprocess.Popen(
            ["openssl", "ocsp", "-port", str(port), "-index", "index.txt", "-CA", issuer.leaf, "-rsigner", issuer.leaf,
             "-rkey", issuer.key, "-ndays", "1"], cwd=self.pki.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.stage.addCleanup(responder.stderr.close)
        self.stage.addCleanup(self.stage.end, responder)
        for line in responder.stderr:
            if "waiting for OCSP client" in line:
                return port
        raise RuntimeError("the OCSP responder ended at once")

    def begin(self):
        for port, command in self.single:
            self._start(command, port)
        if self.nginx_blocks:
            self._begin_nginx()
        if self.haproxy_lines:
            self._begin_haproxy()
        if self.caddy_blocks:
            self._begin_caddy()

    def _start(self, command, port, **kwargs):
        self.stage.start(command, ("127.0.0.1", port), **kwargs)

    def _begin_nginx(self):
        folder = self.stage.folder / "nginx"
        folder.mkdir()
        folder.chmod(0o755)
        (folder / "nginx.conf").write_text("""
daemon off; master_process off; pid nginx.pid; worker_rlimit_nofile 4096;
events { worker_connections 2048; }
http {
client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
access_log off;
%s
}
""" % "\n".join(self.nginx_blocks))
        port = int(re.search(r"listen 127\.0\.0\.1:(\d+)", self.nginx_blocks[-1])[1])
        self._start(["nginx", "-p", folder, "-c", "nginx.conf", "-e", "error.log"], port,
                    env={**os.environ, "OPENSSL_CONF": str(self.weak)})

    def _begin_haproxy(self):
        configuration = self.stage.folder / "haproxy.cfg"
        binds = "\n".join(f" {line}" for line in self.haproxy_lines)
        configuration.write_text("global\n tune.ssl.default-dh-param 2048\n"
                                 "defaults\n mode http\n timeout client 5s\n timeout server 5s\n timeout connect 5s\n"
                                 f"frontend all\n{binds}\n http-request return status 200\n")
        port = int(re.search(r"bind 127\.0\.0\.1:(\d+)", self.haproxy_lines[-1])[1])
        self._start(["haproxy", "-db", "-f", configuration], port,
                    env={**os.environ, "OPENSSL_CONF": str(self.weak)})

    def _begin_caddy(self):
        configuration = self.stage.folder / "Caddyfile"
        configuration.write_text("{\n admin off\n skip_install_trust\n auto_https disable_redirects\n"
                                 f" storage file_system {self.caddy_storage}\n}}\n" + "".join(self.caddy_blocks))
        port = int(re.search(r":(\d+) \{", self.caddy_blocks[-1])[1])
        self._start(["caddy", "run", "--adapter", "caddyfile", "--config", configuration], port,
                    env={**os.environ, "HOME": str(self.stage.folder), "XDG_CONFIG_HOME": str(self.stage.folder)})

    @property
    def caddy_storage(self):
        return self.stage.folder / "caddy"

    @property
    def caddy_root(self):
        return self.caddy_storage / "pki" / "authorities" / "local" / "root.crt"


def wait_until_certified(port, server_name):
    """Caddy listens before its own authority has issued a certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    deadline = time.monotonic() + support.START_DEADLINE_S
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                context.wrap_socket(connection, server_hostname=server_name).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


class Peer:
    """A listener that is no TLS server, or a gate in front of one. `talk(connection)` is the whole conversation."""

    def __init__(self, stage, talk):
        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                self.request.settimeout(5)
                with contextlib.suppress(OSError):
                    talk(self.request)

        class Listener(socketserver.ThreadingTCPServer):
            daemon_threads, allow_reuse_address, request_queue_size = True, True, 64
            block_on_close = False

        self.listener = Listener(("127.0.0.1", 0), Handler)
        self.port = self.listener.server_address[1]
        thread = threading.Thread(target=self.listener.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        stage.addCleanup(self.listener.server_close)
        stage.addCleanup(thread.join)
        stage.addCleanup(self.listener.shutdown)


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def read_record(connection):
    header = _read(connection, 5)
    return header + _read(connection, int.from_bytes(header[3:5], "big"))


def _read(connection, length):
    data = b""
    while len(data) < length:
        more = connection.recv(length - len(data))
        if not more:
            raise ConnectionError("closed")
        data += more
    return data


def offers_modern_tls(hello):
    """Whether a ClientHello's newest version is 1.2 or 1.3: by its number, for 1.3 has that of 1.2."""
    return hello[9:11] == b"\x03\x03"


def offered_ciphers(hello):
    """Of a ClientHello record."""
    at = 44 + hello[43]  # after the session
    length = int.from_bytes(hello[at:at + 2], "big")
    return {int.from_bytes(hello[i:i + 2], "big") for i in range(at + 2, at + 2 + length, 2)}


def splice(connection, port, first):
    """Hands the rest of the conversation to the server at `port`."""
    with socket.create_connection(("127.0.0.1", port)) as server:
        server.sendall(first)
        back = threading.Thread(target=_copy, args=(server, connection))
        back.start()
        _copy(connection, server)
        back.join()


def _copy(source, sink):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def gate_before(stage, port, treat_old):
    """In front of the TLS server at `port`: what offers at most TLS 1.1 is left to `treat_old`."""
    def talk(connection):
        hello = read_record(connection)
        splice(connection, port, hello) if offers_modern_tls(hello) else treat_old(connection, hello)
    return Peer(stage, talk).port


# ---- other scanners --------------------------------------------------------------------------------------------------

@dataclasses.dataclass(frozen=True)
class Seen:
    """What a scanner says of one server."""
    versions: frozenset
    ciphers: dict  # number to name, up to TLS 1.2
    certificate: dict  # or empty


def name_parts(subject):
    """The parts of a name, as sslscan ("/O=a/CN=b") or assay ("CN=b,O=a") writes it."""
    if subject.startswith("/"):
        parts = re.split(r"/(?=[A-Za-z]+=)", subject[1:])
    else:
        parts = [re.sub(r"\\(.)", r"\1", one) for one in re.split(r"(?<!\\),", subject)]
    return frozenset(parts) - {""}


def plain_names(text):
    """Names of a certificate, as a set: addresses in one way of writing."""
    names = set()
    for one in re.split(r"[,\s]+", re.sub(r"DNS:|IP Address:", "", text).strip()):
        with contextlib.suppress(ValueError):
            one = str(ipaddress.ip_address(one))
        names.add(one)
    return frozenset(names) - {""}


# sslscan has IANA's names for what its OpenSSL does not know.
DROPPED_CIPHERS = {0x0004: "RC4-MD5", 0x0005: "RC4-SHA", 0x000A: "DES-CBC3-SHA", 0x0016: "DHE-RSA-DES-CBC3-SHA",
                   0xC011: "ECDHE-RSA-RC4-SHA", 0xC012: "ECDHE-RSA-DES-CBC3-SHA"}


def sslscan(port, server_name="localhost", *options):
    done = subprocess.run(
        ["sslscan", "--xml=-", "--no-colour", "--show-certificate", "--no-heartbleed", "--no-groups",
         "--no-compression", "--no-fallback", "--no-renegotiation", "--no-cipher-details", f"--sni-name={server_name}",
         *options, f"127.0.0.1:{port}"], capture_output=True, timeout=SCAN_DEADLINE_S)
    test = xml.etree.ElementTree.fromstring(done.stdout.decode(errors="replace")).find("ssltest")
    versions = frozenset(one.get("version") for one in test.findall("protocol")
                         if one.get("type") == "tls" and one.get("enabled") == "1")
    ciphers = {int(one.get("id"), 16): one.get("cipher") for one in test.findall("cipher")
               if one.get("sslversion") != "TLSv1.3"}
    ciphers |= {number: name for number, name in DROPPED_CIPHERS.items() if number in ciphers}
    return Seen(versions, ciphers, _certificate_of(test))


def _certificate_of(test):
    full, short = (test.find(f"certificates/certificate[@type='{kind}']") for kind in ("full", "short"))
    if full is None or full.find("pk") is None:
        return {}
    blob = full.findtext("certificate-blob")
    key = "".join(full.find("pk").itertext())
    bits, curve = re.search(r"\((\d+) bit\)", key), re.search(r"ASN1 OID: (\S+)", key)
    kind = full.find("pk").get("type")
    return {
        "sha256": hashlib.sha256(base64.b64decode("".join(blob.split("\n")[2:-2]))).hexdigest().upper(),
        "subject": name_parts(full.findtext("subject")),
        "issuer": name_parts(full.findtext("issuer")),
        "names": plain_names(short.findtext("altnames") or ""),
        "key": f"EC {curve[1]}" if curve else f"{kind} {bits[1]}" if bits else None,
        "begins": _minute(full.findtext("not-valid-before")),
        "ends": _minute(full.findtext("not-valid-after")),
        "expired": short.findtext("expired") == "true",
        "self_signed": short.findtext("self-signed") == "true",
    }


def _minute(text):
    return datetime.datetime.strptime(" ".join(text.split()), "%b %d %H:%M:%S %Y %Z").strftime("%Y-%m-%dT%H:%MZ")


def testssl(port, folder):
    """{id: [findings]}; an id of a second certificate is the same as that of the first."""
    report = folder / f"testssl{port}.json"
    subprocess.run(["testssl", "-p", "-S", "--jsonfile", str(report), "--warnings", "off", "--color", "0", "-n", "none",
                    f"127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   stdin=subprocess.DEVNULL, cwd=folder, timeout=SLOW_SCAN_DEADLINE_S)
    findings = {}
    for one in json.loads(report.read_text()):
        findings.setdefault(one["id"].split(" ")[0], []).append(one["finding"])
    return findings
