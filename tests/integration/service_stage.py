"""Services of a deployment from Debian's packages, healthy unless a fault is planted, for probes to look at.

Each function that starts a server takes `faults`: name -> value, and says which names it knows. It returns the port.
"""
import contextlib
import json
import os
import random
import pathlib
import pwd
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import warnings

import probe_stage
import support

PASSWORD = "tr0ub4dor"  # a secret of every gate here: it must not show up in anything that assay says
BROKER_DEADLINE_S = 60
EVENT_DEADLINE_S = 10
DEBIAN_PYTHON = "/usr/bin/python3"  # the one that Debian's python3-aiosmtpd belongs to
NAMES = "DNS:localhost,IP:127.0.0.1"
AS_LONG_AS_I_LIVE = ["setpriv", "--pdeathsig", "KILL"]  # a server ends even when this process is killed
EXIT_CODES = {"fail": 1, "error": 4}


def until(happened, what, deadline_s=EVENT_DEADLINE_S):
    """Asks again and again whether something happened."""
    deadline = time.monotonic() + deadline_s
    while not happened():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what}: not within {deadline_s} s")
        time.sleep(0.02)


class ServiceTest(probe_stage.ProbeTest):
    """Servers end with the fault for which they were started. Certificates are made once for a class."""

    @classmethod
    def setUpClass(cls):
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="assay-services-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        cls.shared.chmod(0o755)
        cls.authority = support.Authority(cls.shared / "ca")
        stranger = support.Authority(cls.shared / "stranger", "an authority that nobody knows")
        cls.certificates = {
            "good": cls.authority.issue(NAMES),
            "other name": cls.authority.issue("DNS:other.test"),
            "expired": cls.authority.issue(NAMES, ("20240101000000Z", "20250101000000Z")),
            "unknown authority": stranger.issue(NAMES),
        }

    def setUp(self):
        self.stack = None
        super().setUp()
        self.folder.chmod(0o755)

    def addCleanup(self, function, /, *arguments, **kwargs):
        if self.stack is None:
            super().addCleanup(function, *arguments, **kwargs)
        else:
            self.stack.callback(function, *arguments, **kwargs)

    def start(self, arguments, *rest, **kwargs):
        return super().start([*AS_LONG_AS_I_LIVE, *arguments], *rest, **kwargs)

    @contextlib.contextmanager
    def planted(self, name):
        """A subtest; what it starts ends with it."""
        with self.subTest(name), contextlib.ExitStack() as self.stack:
            try:
                yield
            finally:
                stack, self.stack = self.stack, None
                stack.close()

    def certificate(self, faults):
        return self.certificates[faults.get("certificate", "good")]

    def subfolder(self):
        return pathlib.Path(tempfile.mkdtemp(dir=self.folder))

    def refusing_port(self):
        """A port at which nothing listens, and nothing else can begin to while this test runs."""
        held = socket.socket()
        self.addCleanup(held.close)
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]

    def refusing_range(self, length):
        """Sockets bound to ports in a row, at none of which anything listens."""
        for _ in range(100):
            first = random.randrange(12000, 30000)  # below the ports of clients, which linger after they are closed
            held = []
            try:
                for port in range(first, first + length):
                    held.append(socket.socket())
                    held[-1].bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                for one in held:
                    one.close()
                continue
            for one in held:
                self.addCleanup(one.close)
            return held
        raise RuntimeError(f"there are no {length} free ports in a row")

    def silent_port(self):
        """A port that takes no further connection and says nothing, as behind a packet filter: its queue is full."""
        listener = socket.socket()
        self.addCleanup(listener.close)
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(16):
            client = socket.socket()
            self.addCleanup(client.close)
            client.settimeout(0.2)
            try:
                client.connect(listener.getsockname())
            except TimeoutError:
                return listener.getsockname()[1]
        raise RuntimeError("the queue of a listening socket has no end here")

    def speaker(self, line=b"", close=True, certificate=None):
        """Says a line to everyone, after TLS with a certificate. Returns its port."""
        listener = socket.create_server(("127.0.0.1", 0))
        context = None
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*certificate)
        ended = threading.Event()

        def talk(client):
            with client, contextlib.suppress(OSError):
                with context.wrap_socket(client, server_side=True) if context else client as speaking:
                    speaking.sendall(line)
                    if close:
                        speaking.shutdown(socket.SHUT_WR)
                    while not ended.is_set() and speaking.recv(4096):
                        pass

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()

        def end():
            ended.set()
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            thread.join()

        thread = threading.Thread(target=serve)
        thread.start()
        self.addCleanup(end)
        return listener.getsockname()[1]

    def service_gate(self, probes, target="http://127.0.0.1:1"):
        return self.gate(f"""version: 1
secrets: [ {{ name: SERVICE_PASSWORD, default: {PASSWORD} }} ]
targets:
  candidate: {target}
probes:
{probes}
""")

    def ask(self, probes, target="http://127.0.0.1:1", environment=None):
        probed = self.probe(self.service_gate(probes, target), environment=environment)
        self.assertNotIn(PASSWORD, probed.stdout + probed.stderr)
        return probed

    def assert_healthy(self, probed):
        """Every probe passes, without a warning."""
        self.assertEqual(set(probed.states().values()), {"pass"}, probed.output[-5000:])
        self.assertEqual(probed.exit_code, 0, probed.output[-5000:])

    def assert_finds(self, probed, findings):
        """`findings`: name of each probe that must not pass: (its state, a word of its reason)."""
        found = {name: state for name, state in probed.states().items() if state != "pass"}
        self.assertEqual(found, {name: state for name, (state, _) in findings.items()}, probed.output[-5000:])
        for name, (_, word) in findings.items():
            self.assertIn(word, probed.named(name)["reason"], probed.output[-5000:])
        worst = "fail" if "fail" in found.values() else "error"
        self.assertEqual(probed.exit_code, EXIT_CODES[worst], probed.output[-5000:])

    # ---- Redis -------------------------------------------------------------------------------------------------------

    def redis(self, faults):
        """`protocols`, `certificate`, `access`, `more`: lines of its configuration; `plain`: a port without TLS."""
        folder, port = self.subfolder(), support.free_port()
        certificate, key = self.certificate(faults)
        speaks = f"""
port {faults.get("plain", 0)}
tls-port {port}
tls-cert-file {certificate}
tls-key-file {key}
tls-ca-cert-file {self.authority.certificate}
tls-auth-clients {faults.get("clients", "no")}
{faults.get("protocols", 'tls-protocols "TLSv1.2 TLSv1.3"')}
"""
        if faults.get("speaks") == "plain":
            speaks = f"port {port}\n"
        (folder / "redis.conf").write_text(f"""
bind 127.0.0.1
{speaks}
save ""
dir {folder}
repl-diskless-sync-delay 0
{faults.get("access", f"requirepass {PASSWORD}")}
{faults.get("more", "")}
""")
        self.start(["redis-server", folder / "redis.conf"], ("127.0.0.1", port))
        return port

    def redis_pair(self):
        """A master and a replica that follows it, without TLS. Returns the replica's port."""
        master = self.redis({"speaks": "plain"})
        replica = self.redis({"speaks": "plain", "more": f"replicaof 127.0.0.1 {master}\nmasterauth {PASSWORD}"})
        until(lambda: "master_link_status:up" in self._redis_info(replica), "the replica follows its master")
        return replica

    @staticmethod
    def _redis_info(port):
        with socket.create_connection(("127.0.0.1", port), timeout=EVENT_DEADLINE_S) as client:
            client.sendall(f"AUTH {PASSWORD}\r\nINFO replication\r\nQUIT\r\n".encode())
            return b"".join(iter(lambda: client.recv(65536), b"")).decode()

    # ---- PostgreSQL --------------------------------------------------------------------------------------------------

    @classmethod
    def make_postgres_cluster(cls):
        programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))[-1].parent
        cls.postgres_programs, cls.postgres_data = programs, cls.shared / "data"
        cls.postgres_data.mkdir(mode=0o700)
        cls.as_postgres = []
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(cls.postgres_data, owner.pw_uid, owner.pw_gid)
            # Whoever changes its user loses what was wished for its parent's death.
            cls.as_postgres = [*AS_LONG_AS_I_LIVE, "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        made = subprocess.run([*cls.as_postgres, programs / "initdb", "-D", cls.postgres_data, "-U", "postgres",
                               "--auth=trust", "--no-sync", "--locale=C.UTF-8", "-E", "UTF8"],
                              cwd="/", capture_output=True, text=True)
        if made.returncode != 0:
            raise RuntimeError(f"initdb: {made.stderr}")

    def postgres(self, faults):
        """`access`: lines of pg_hba.conf; `certificate`; `settings`: as for -c. Its process is `.postgres_process`."""
        port, folder = support.free_port(), self.subfolder()
        folder.chmod(0o755)
        certificate, key = self.certificate(faults)
        shutil.copy(certificate, folder / "server.pem")
        shutil.copy(key, folder / "server.key")
        (folder / "server.key").chmod(0o600)
        (folder / "server.pem").chmod(0o644)
        if self.as_postgres:
            owner = pwd.getpwnam("postgres")
            os.chown(folder / "server.key", owner.pw_uid, owner.pw_gid)
        access = faults.get("access", ["hostssl all all 127.0.0.1/32 scram-sha-256"])
        (folder / "pg_hba.conf").write_text("\n".join(access) + "\n")
        (folder / "pg_hba.conf").chmod(0o644)
        settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off",
                    "shared_buffers": "4MB", "max_connections": "20", "hba_file": folder / "pg_hba.conf", "ssl": "on",
                    "ssl_cert_file": folder / "server.pem", "ssl_key_file": folder / "server.key",
                    **faults.get("settings", {})}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.postgres_process = self.start([*self.as_postgres, self.postgres_programs / "postgres", "-D", self.postgres_data,
                                            "-p", port, *options], ("127.0.0.1", port), "/")
        # It listens before it lets anyone in.
        until(lambda: subprocess.run([self.postgres_programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)],
                                     check=False).returncode == 0, "PostgreSQL is ready")
        return port

    # ---- RabbitMQ ----------------------------------------------------------------------------------------------------

    @classmethod
    def start_broker(cls, plugins="", more=""):
        """One RabbitMQ for the class, with its own epmd: `.broker_port` with TLS, `.broker_plain` without.
        `plugins`: their names; `more`: lines of its configuration."""
        folder = cls.shared / "broker"
        folder.mkdir()
        cls.broker_port, cls.broker_plain, epmd_port = (support.free_port() for _ in range(3))
        certificate, key = cls.certificates["good"]
        (folder / "rabbitmq.conf").write_text(f"""
listeners.tcp.1 = 127.0.0.1:{cls.broker_plain}
listeners.ssl.1 = 127.0.0.1:{cls.broker_port}
ssl_options.cacertfile = {cls.authority.certificate}
ssl_options.certfile = {certificate}
ssl_options.keyfile = {key}
ssl_options.verify = verify_none
ssl_options.fail_if_no_peer_cert = false
ssl_options.versions.1 = tlsv1.3
ssl_options.versions.2 = tlsv1.2
default_user = app
default_pass = {PASSWORD}
log.console = true
log.file = false
{more}
""")
        (folder / "plugins").write_text(f"[{plugins}].\n")
        cls.broker_environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8",
            "ERL_EPMD_PORT": str(epmd_port), "ERL_EPMD_ADDRESS": "127.0.0.1", "ERL_FLAGS": "-start_epmd false",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null", "RABBITMQ_NODENAME": f"assay{os.getpid()}@localhost",
            "RABBITMQ_DIST_PORT": str(support.free_port()), "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"), "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"), "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_PLUGINS_EXPAND_DIR": str(folder / "expand"),
            # The script then becomes the broker itself, so that this process is the one to end.
            "NOTIFY_SOCKET": str(folder / "nobody-listens"),
        }
        cls._start_shared(["epmd", "-port", epmd_port, "-address", "127.0.0.1"], [epmd_port], EVENT_DEADLINE_S)
        cls._start_shared(["/usr/lib/rabbitmq/bin/rabbitmq-server"], [cls.broker_port, cls.broker_plain],
                          BROKER_DEADLINE_S)

    @classmethod
    def _start_shared(cls, arguments, ports, deadline_s):
        log = cls.shared / f"{pathlib.Path(arguments[0]).name}.log"
        with open(log, "wb") as output:
            process = subprocess.Popen([*AS_LONG_AS_I_LIVE, *map(str, arguments)], stdout=output,
                                       stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=cls.broker_environment)
        cls.addClassCleanup(cls.end, process)

        def listens():
            if process.poll() is not None:
                raise RuntimeError(f"{arguments[0]} ended with {process.returncode}")
            with contextlib.suppress(OSError):
                for port in ports:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return True
            return False

        try:
            until(listens, f"{arguments[0]} listens", deadline_s)
        except RuntimeError as error:
            raise RuntimeError(f"{error}: {log.read_text(errors='replace')[-3000:]}") from None

    def in_broker(self, expression):
        """Carries out Erlang in the broker."""
        done = subprocess.run([*AS_LONG_AS_I_LIVE, "/usr/lib/rabbitmq/bin/rabbitmqctl", "--node",
                               self.broker_environment["RABBITMQ_NODENAME"], "eval", expression],
                              env=self.broker_environment, capture_output=True, text=True, timeout=BROKER_DEADLINE_S)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    # ---- NATS --------------------------------------------------------------------------------------------------------

    def nats(self, faults):
        """`tls`, `access`, `storage`, `more`: parts of its configuration."""
        folder, port = self.subfolder(), support.free_port()
        certificate, key = self.certificate(faults)
        tls = f'tls {{ cert_file: "{certificate}", key_file: "{key}", ca_file: "{self.authority.certificate}" %s }}'
        (folder / "nats.conf").write_text(f"""
listen: 127.0.0.1:{port}
{tls % faults.get("tls", "") if faults.get("tls") is not None or "tls" not in faults else ""}
{faults.get("access", f'authorization {{ user: app, password: "{PASSWORD}" }}')}
{faults.get("storage", f'jetstream {{ store_dir: "{folder}/jetstream", max_mem: 1MB, max_file: 1MB }}')}
{faults.get("more", "")}
""")
        self.start(["nats-server", "-c", folder / "nats.conf"], ("127.0.0.1", port))
        return port

    # ---- OpenSSH -----------------------------------------------------------------------------------------------------

    @classmethod
    def make_host_keys(cls):
        cls.host_keys = []
        for kind, bits in (("ed25519", "256"), ("rsa", "2048")):
            key = cls.shared / f"host_{kind}"
            subprocess.run(["ssh-keygen", "-q", "-t", kind, "-b", bits, "-N", "", "-f", key], check=True)
            cls.host_keys.append(key)
        separation = pathlib.Path("/run/sshd")  # sshd does not start without; it is made by its service elsewhere
        if os.geteuid() == 0 and not separation.exists():
            separation.mkdir(mode=0o755)
            cls.addClassCleanup(separation.rmdir)

    def sshd(self, faults):
        """Words of sshd_config to values, instead of or beside the healthy ones."""
        folder, port = self.subfolder(), support.free_port()
        words = {"PasswordAuthentication": "no", "KbdInteractiveAuthentication": "no", "PubkeyAuthentication": "yes",
                 "UsePAM": "no", "DebianBanner": "no", "PermitRootLogin": "no", "StrictModes": "no",
                 "UseDNS": "no", "PidFile": "none", "LogLevel": "ERROR", **faults}
        lines = [f"HostKey {key}" for key in self.host_keys] + [f"{word} {value}" for word, value in words.items()]
        (folder / "sshd_config").write_text(
            f"ListenAddress 127.0.0.1\nPort {port}\n" + "\n".join(lines) + "\n")
        self.start(["/usr/sbin/sshd", "-D", "-e", "-f", folder / "sshd_config"], ("127.0.0.1", port))
        return port

    # ---- Mail --------------------------------------------------------------------------------------------------------

    def mail(self, faults):
        """See serve_mail()."""
        port = support.free_port()
        certificate, key = self.certificate(faults)
        options = {**faults, "port": port, "certificate": str(certificate), "key": str(key)}
        self.start([DEBIAN_PYTHON, "-B", __file__, json.dumps(options)], ("127.0.0.1", port))
        return port

    # ---- Name servers ------------------------------------------------------------------------------------------------

    def dnsmasq(self, lines):
        folder, port = self.subfolder(), support.free_port()
        user = pwd.getpwuid(os.geteuid()).pw_name
        (folder / "dnsmasq.conf").write_text(
            f"port={port}\nlisten-address=127.0.0.1\nbind-interfaces\nno-resolv\nno-hosts\npid-file\nuser={user}\n"
            + "\n".join(lines) + "\n")
        self.start(["dnsmasq", "--keep-in-foreground", "-C", folder / "dnsmasq.conf", "--log-facility=-"],
                   ("127.0.0.1", port))
        return port

    def unbound(self, lines, zones=""):
        """`lines`: of its server clause."""
        folder, port = self.subfolder(), support.free_port()
        server = "\n".join(f"  {line}" for line in lines)
        (folder / "unbound.conf").write_text(f"""
server:
  interface: 127.0.0.1@{port}
  port: {port}
  do-ip6: no
  do-daemonize: no
  do-not-query-localhost: no
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: ""
  logfile: ""
  use-syslog: no
{server}
remote-control:
  control-enable: no
{zones}
""")
        self.start(["unbound", "-d", "-c", folder / "unbound.conf"], ("127.0.0.1", port))
        return port

    # ---- Reverse proxies ---------------------------------------------------------------------------------------------

    def whole_certificate(self, faults):
        """Certificate and key in one file, as HAProxy wants it."""
        path = self.subfolder() / "whole.pem"
        path.write_text("".join(part.read_text() for part in self.certificate(faults)))
        return path


def serve_mail(options):
    """A mail server for shop.test that takes no mail for others. Faults are options:
    `starttls`: offered, required or none; `login_before_tls`, `login_required`, `open_relay`, `greylist`, `no_start`:
    true; `mechanisms`; `size`; `greeting`; `implicit`: TLS from the first byte."""
    import asyncio

    from aiosmtpd.smtp import SMTP, AuthResult

    warnings.simplefilter("ignore")
    starttls = options.get("starttls", "required")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(options["certificate"], options["key"])

    class Handler:
        async def handle_RCPT(self, _server, _session, envelope, address, _options):
            if options.get("greylist"):
                return "451 4.7.1 Greylisted, try again later"
            if not address.endswith("@shop.test") and not options.get("open_relay"):
                return "554 5.7.1 Relay access denied"
            envelope.rcpt_tos.append(address)
            return "250 OK"

    class Server(SMTP):
        async def smtp_STARTTLS(self, argument):
            if options.get("no_start"):
                await self.push("454 4.7.0 TLS not available due to local problem")
            else:
                await super().smtp_STARTTLS(argument)

    offered = options.get("mechanisms", ["LOGIN", "PLAIN"])
    arguments = {
        "hostname": "mail.shop.test", "ident": options.get("greeting", "ESMTP"),
        "data_size_limit": options.get("size", 32 << 20),
        "authenticator": lambda *_: AuthResult(success=False),
        "auth_require_tls": not options.get("login_before_tls", False) and not options.get("implicit", False),
        "auth_required": options.get("login_required", False),
        "auth_exclude_mechanism": [name for name in ("LOGIN", "PLAIN") if name not in offered],
    }
    if starttls != "none" and not options.get("implicit"):
        arguments |= {"tls_context": context, "require_starttls": starttls == "required"}

    async def serve():
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Server(Handler(), loop=loop, **arguments), "127.0.0.1",
                                          options["port"], ssl=context if options.get("implicit") else None)
        await server.serve_forever()

    asyncio.run(serve())


if __name__ == "__main__":
    serve_mail(json.loads(sys.argv[1]))
