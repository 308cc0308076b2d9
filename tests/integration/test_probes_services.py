"""Healthy services pass every probe; each planted fault is found by its own probes, in the right state, by no other."""
import socket
import unittest

import service_stage
import support
import web_site
from service_stage import PASSWORD


def failed(word):
    return "fail", word


def not_measured(word):
    return "error", word


def secret():
    return '"${SERVICE_PASSWORD}"'


def reached(port):
    return f'address: "127.0.0.1:{port}"'


def everywhere(word, *probes):
    return {probe: failed(word) for probe in probes}


# In all tables: name of the fault: what is changed, and which probes must not pass: in which state, and with which word.

CERTIFICATE_FAULTS = {"other name": "other.test", "expired": "expired", "unknown authority": "unable to get local issuer"}


def with_certificates(*probes):
    """Each bad certificate is seen by these probes."""
    return {f"certificate: {kind}": ({"certificate": kind}, everywhere(word, *probes))
            for kind, word in CERTIFICATE_FAULTS.items()}


GOOD_TLS = 'min_version: "1.2", hostname: true, chain: trusted, valid_for: 14d'


class Redis(service_stage.ServiceTest):
    HEALTHY = {
        "with a password": {},
        "with users": {"access": f"user default off\nuser app on >{PASSWORD} ~* +@all", "ask": "username: app,"},
    }
    FAULTS = {
        "no password": ({"access": "protected-mode no"}, {"cache": failed("lets anyone in")}),
        "another password": ({"access": "requirepass another"}, {"cache": failed("WRONGPASS")}),
        "another user": ({"ask": "username: app,"}, {"cache": failed("WRONGPASS")}),
        "a user who may do little": (
            {"access": f"user default off\nuser app on >{PASSWORD} ~* +ping", "ask": "username: app,"},
            {"cache": failed("NOPERM")}),
        "anyone may do anything but PING": (
            {"access": f"user default on nopass ~* +@all -ping\nuser app on >{PASSWORD} ~* +@all", "ask": "username: app,"},
            {"cache": failed("NOPERM")}),
        "a replica instead of a master": ({"more": "replicaof 127.0.0.1 1"}, {"cache": failed("got replica")}),
        "a replica that serves nothing stale": ({"more": "replicaof 127.0.0.1 1\nreplica-serve-stale-data no"},
                                                {"cache": failed("master is down")}),
        "a master instead of a replica": ({"role": "replica"}, {"cache": failed("got master")}),
        "a replica without its master": ({"role": "replica", "more": "replicaof 127.0.0.1 1"},
                                         {"cache": failed("link to its master")}),
        "no TLS": ({"speaks": "plain"}, {"cache": failed("TLS"), "tls": failed("TLS")}),
        "TLS 1.1": ({"protocols": 'tls-protocols "TLSv1.1 TLSv1.2 TLSv1.3"\ntls-ciphers "ALL:@SECLEVEL=0"'},
                    {"tls": failed("1.1")}),
        "without TLS beside": ({"plain": "open"}, {"no door without TLS": failed("open")}),
        "client certificates wanted": ({"clients": "yes"}, {"cache": failed("expected NOAUTH, as Redis answers")}),
        **with_certificates("cache", "tls"),
    }

    def suite(self, port, plain, faults):
        ca = f'ca: "{self.authority.certificate}"'
        return f"""
  - {{ kind: redis, name: cache, {reached(port)}, tls: true, {ca}, {faults.get("ask", "")} password: {secret()},
      role: {faults.get("role", "master")} }}
  - {{ kind: tls, name: tls, {reached(port)}, {ca}, timeout: 2s, expect: {{ {GOOD_TLS} }} }}
  - {{ kind: tcp, name: no door without TLS, {reached(plain)}, closed: refused }}"""

    def look(self, faults):
        if faults.get("plain"):
            plain = support.free_port()
            faults = {**faults, "plain": plain}
        else:
            plain = self.refusing_port()
        return self.ask(self.suite(self.redis(faults), plain, faults))

    def test_healthy(self):
        for name, server in self.HEALTHY.items():
            with self.planted(name):
                self.assert_healthy(self.look(server))

    def test_healthy_replica(self):
        self.assert_healthy(self.ask(
            f"  - {{ kind: redis, {reached(self.redis_pair())}, password: {secret()}, role: replica }}"))

    def test_healthy_without_a_password(self):
        port = self.redis({"speaks": "plain", "access": ""})
        self.assert_healthy(self.ask(f"  - {{ kind: redis, {reached(port)}, auth: none, role: master }}"))

    def test_faults(self):
        for name, (faults, findings) in self.FAULTS.items():
            with self.planted(name):
                self.assert_finds(self.look(faults), findings)

    def test_what_is_no_redis_at_all(self):
        asked = f"  - {{ kind: redis, name: cache, %s, timeout: 500ms, password: {secret()} %s }}"
        with self.planted("nothing"):
            self.assert_finds(self.ask(asked % (reached(self.refusing_port()), "")), {"cache": failed("refused")})
        with self.planted("silence"):
            self.assert_finds(self.ask(asked % (reached(self.silent_port()), "")), {"cache": failed("timeout")})
        with self.planted("a web server"):
            port = self.speaker(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            self.assert_finds(self.ask(asked % (reached(port), "")), {"cache": failed("HTTP")})
        with self.planted("a password for one that wants none"):
            port = self.redis({"speaks": "plain", "access": ""})
            self.assert_finds(self.ask(asked % (reached(port), "")), {"cache": failed("lets anyone in")})
        with self.planted("a name that does not resolve"):
            self.assert_finds(self.ask(asked % ("address: 'cache.invalid:6379'", "")),
                              {"cache": not_measured("cache.invalid")})
        with self.planted("TLS where none is expected"):
            self.assert_finds(self.ask(asked % (reached(self.redis({})), "")), {"cache": failed("PING without a password")})


class Postgres(service_stage.ServiceTest):
    SCRAM = "hostssl all all 127.0.0.1/32 scram-sha-256"
    NO_TLS = {"settings": {"ssl": "off"}, "access": ["host all all 127.0.0.1/32 scram-sha-256"]}
    MD5 = {"settings": {"password_encryption": "md5"}, "access": ["hostssl all all 127.0.0.1/32 md5"]}
    CLEAR = {"access": ["hostssl all all 127.0.0.1/32 password"]}
    TRUST = {"access": ["hostssl all all 127.0.0.1/32 trust"]}
    FAULTS = {
        "no TLS": (NO_TLS, {"database": failed("TLS offered: expected yes, got no"), "tls": failed("the peer begins TLS")}),
        "TLS not required": ({"access": ["host all all 127.0.0.1/32 scram-sha-256"]},
                             {"database": failed("it asks for credentials: scram-sha-256")}),
        "TLS not possible": ({"access": ["hostnossl all all 127.0.0.1/32 scram-sha-256"]},
                             {"database": failed("no pg_hba.conf entry")}),
        "md5": (MD5, {"database": failed("expected scram-sha-256, got md5")}),
        "password in clear": (CLEAR, {"database": failed("expected scram-sha-256, got password")}),
        "trust": (TRUST, {"database": failed("lets anyone in as app")}),
        "trust for any method": ({**TRUST, "auth": "any"}, {"database": failed("lets anyone in as app")}),
        "trust without TLS": ({"access": [SCRAM, "hostnossl all all 127.0.0.1/32 trust"]},
                              {"database": failed("it lets anyone in")}),
        "client certificates wanted": ({"access": ["hostssl all all 127.0.0.1/32 cert"]},
                                       {"database": failed("certificate")}),
        "nobody let in": ({"access": ["hostssl all all 127.0.0.1/32 reject"]}, {"database": failed("pg_hba.conf rejects")}),
        "this user not let in": ({"access": ["hostssl all other 127.0.0.1/32 scram-sha-256"]},
                                 {"database": failed("28000")}),
        "this database not let in": ({"access": ["hostssl other all 127.0.0.1/32 scram-sha-256"]},
                                     {"database": failed("shop")}),
        "TLS 1.1": ({"settings": {"ssl_min_protocol_version": "TLSv1.1", "ssl_ciphers": "ALL:@SECLEVEL=0"}},
                    {"tls": failed("1.1")}),
        "TLS where none is wanted": ({"demand": "refused"}, {"database": failed("TLS offered: expected no, got yes")}),
        **with_certificates("database", "tls"),
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_postgres_cluster()

    def suite(self, port, faults):
        ca = f'ca: "{self.authority.certificate}"'
        return f"""
  - {{ kind: postgres, name: database, {reached(port)}, {ca}, tls: {faults.get("demand", "required")},
      auth: {faults.get("auth", "scram-sha-256")}, user: app, database: shop }}
  - {{ kind: tls, name: tls, {reached(port)}, {ca}, starttls: postgres, expect: {{ {GOOD_TLS} }} }}"""

    def test_healthy(self):
        self.assert_healthy(self.ask(self.suite(self.postgres({}), {})))

    def test_healthy_in_other_ways(self):
        for name, faults, keys in (
                ("md5 is wanted", self.MD5, "tls: offered, auth: md5"),
                ("trust is wanted", self.TRUST, "auth: trust"),
                ("no TLS is wanted", self.NO_TLS, "tls: refused, auth: scram-sha-256"),
                ("a password inside TLS", self.CLEAR, "auth: password")):
            with self.planted(name):
                port = self.postgres(faults)
                self.assert_healthy(self.ask(f"  - {{ kind: postgres, {reached(port)}, {keys} }}"))

    def test_a_password_in_clear_text_is_a_warning(self):
        port = self.postgres({"settings": {"ssl": "off"}, "access": ["host all all 127.0.0.1/32 password"]})
        probed = self.ask(f"  - {{ kind: postgres, name: database, {reached(port)}, auth: password }}")
        self.assertEqual(probed.states(), {"database": "warn"}, probed.output)
        self.assertIn("in clear text", probed.named("database")["reason"])
        self.assertEqual(probed.exit_code, 0)

    def test_faults(self):
        for name, (faults, findings) in self.FAULTS.items():
            with self.planted(name):
                self.assert_finds(self.ask(self.suite(self.postgres(faults), faults)), findings)

    def test_what_is_no_postgres_at_all(self):
        asked = "  - { kind: postgres, name: database, %s, timeout: 500ms, auth: scram-sha-256 }"
        with self.planted("nothing"):
            self.assert_finds(self.ask(asked % reached(self.refusing_port())), {"database": failed("refused")})
        with self.planted("a web server"):
            port = self.speaker(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            self.assert_finds(self.ask(asked % reached(port)), {"database": failed("HTTP")})
        with self.planted("a closed door"):
            self.assert_finds(self.ask(asked % reached(self.speaker())), {"database": failed("closed")})


def offering(*mechanisms):
    return f"application:set_env(rabbit, auth_mechanisms, [{', '.join(repr(name) for name in mechanisms)}])"


USUAL_MECHANISMS = ("PLAIN", "AMQPLAIN")
ANONYMOUS_MODULE = """
  {ok, Module, Code} = compile:forms([
    begin {ok, Tokens, _} = erl_scan:string(Form), {ok, Tree} = erl_parse:parse_form(Tokens), Tree end
    || Form <- ["-module(assay_anonymous).", "-behaviour(rabbit_auth_mechanism).",
                "-export([description/0, should_offer/1, init/1, handle_response/2]).",
                "description() -> [].", "should_offer(_) -> true.", "init(_) -> none.",
                "handle_response(_, _) -> rabbit_access_control:check_user_login(<<\\"app\\">>, [])."]]),
  {module, Module} = code:load_binary(Module, "none", Code),
  rabbit_registry:register(auth_mechanism, <<"ANONYMOUS">>, Module)"""


class RabbitMQ(service_stage.ServiceTest):
    # What is changed in the probe.
    ASKED = {
        "another password": ({"auth": "{ user: app, password: wrong }"}, {"broker": failed("login as app")}),
        "a user who is not there": ({"auth": f"{{ user: shop, password: {secret()} }}"},
                                    {"broker": failed("ACCESS_REFUSED")}),
        "a mechanism more than wanted": ({"mechanisms": "[PLAIN]"}, {"broker": failed("not wanted: amqplain")}),
        "a mechanism missing": ({"mechanisms": "[PLAIN, AMQPLAIN, EXTERNAL]"}, {"broker": failed("missing: external")}),
        "another product": ({"product": "Qpid"}, {"broker": failed("RabbitMQ")}),
        "an old version": ({"version": '{ starts_with: "4." }'}, {"broker": failed("version")}),
        "the port with TLS spoken to without": ({"plain": True, "to": "broker_port"}, {"broker": failed("AMQP 0-9-1")}),
        "the port without TLS spoken to with": ({"to": "broker_plain"}, {"broker": failed("TLS"), "tls": failed("TLS")}),
        "certificate: other name": ({"host": "mq.test"}, everywhere("mq.test", "broker", "tls")),
        "certificate: unknown authority": ({"ca": "stranger"}, everywhere("self-signed certificate in", "broker", "tls")),
    }
    # What is changed in the broker, and how it is changed back.
    CHANGED = {
        "guest let in": ('rabbit_auth_backend_internal:add_user(<<"guest">>, <<"guest">>, <<"test">>)',
                         'rabbit_auth_backend_internal:delete_user(<<"guest">>, <<"test">>)',
                         {"broker": failed("login as guest: expected refused, got accepted")}),
        "a weak mechanism": (offering(*USUAL_MECHANISMS, "RABBIT-CR-DEMO"), offering(*USUAL_MECHANISMS),
                             {"broker": failed("not wanted: rabbit-cr-demo")}),
        "no mechanism for passwords": (offering("AMQPLAIN"), offering(*USUAL_MECHANISMS),
                                       {"broker": failed("missing: plain")}),
        "anybody let in": (f"{ANONYMOUS_MODULE}, {offering(*USUAL_MECHANISMS, 'ANONYMOUS')}",
                           f'rabbit_registry:unregister(auth_mechanism, <<"ANONYMOUS">>), {offering(*USUAL_MECHANISMS)}',
                           {"broker": failed("not wanted: anonymous"),
                            "strangers": failed("anonymous login: expected refused, got accepted")}),
        "no new connections": ("rabbit_maintenance:suspend_all_client_listeners()",
                               "rabbit_maintenance:resume_all_client_listeners()",
                               everywhere("refused", "broker", "strangers", "tls")),
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.start_broker()

    def suite(self, faults):
        ca = self.authority.certificate if "ca" not in faults else self.shared / "stranger" / "ca.pem"
        host = faults.get("host", "127.0.0.1")
        address = f'address: "{host}:{getattr(self, faults.get("to", "broker_port"))}", ca: "{ca}"'
        if host != "127.0.0.1":
            address += f", resolve: {{ {host}: 127.0.0.1 }}"
        tls = "" if faults.get("plain") else "tls: true,"
        wanted = {"product": "RabbitMQ", "version": '{ starts_with: "3." }', "mechanisms": "[PLAIN, AMQPLAIN]",
                  "auth": f"{{ user: app, password: {secret()} }}"}
        wanted.update((key, faults[key]) for key in wanted if key in faults)
        keys = ", ".join(f"{key}: {value}" for key, value in wanted.items())
        return f"""
  - {{ kind: amqp, name: broker, {address}, {tls} guest: refused, timeout: 2s, {keys} }}
  - {{ kind: amqp, name: strangers, {reached(self.broker_plain)}, anonymous: refused }}
  - {{ kind: tls, name: tls, {address}, expect: {{ {GOOD_TLS} }} }}"""

    def test_healthy(self):
        self.assert_healthy(self.ask(self.suite({})))

    def test_faults_by_what_is_asked(self):
        for name, (faults, findings) in self.ASKED.items():
            with self.planted(name):
                self.assert_finds(self.ask(self.suite(faults)), findings)

    def test_faults_of_the_broker(self):
        for name, (change, back, findings) in self.CHANGED.items():
            with self.planted(name):
                self.addCleanup(self.in_broker, f"{back}.")
                self.in_broker(f"{change}.")
                self.assert_finds(self.ask(self.suite({})), findings)

    def test_what_is_no_broker_at_all(self):
        asked = "  - { kind: amqp, name: broker, %s, timeout: 500ms, guest: refused }"
        with self.planted("a web server"):
            port = self.speaker(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            self.assert_finds(self.ask(asked % reached(port)), {"broker": failed("HTTP")})
        with self.planted("another AMQP"):
            port = self.speaker(b"AMQP\x00\x01\x00\x00")
            self.assert_finds(self.ask(asked % reached(port)), {"broker": failed("AMQP 1.0")})
        with self.planted("nothing"):
            self.assert_finds(self.ask(asked % reached(self.refusing_port())), {"broker": failed("refused")})


class Nats(service_stage.ServiceTest):
    TOKEN = f'authorization {{ token: "{PASSWORD}" }}'
    FAULTS = {
        "no TLS": ({"tls": None}, everywhere("TLS required: expected yes, got no", "nats", "strict")),
        "TLS not required": ({"more": "allow_non_tls: true"},
                             everywhere("TLS required: expected yes, got no", "nats", "strict")),
        "no authentication": ({"access": ""}, everywhere("it asks nobody who they are", "nats", "strict")),
        "strangers are taken for a user": (
            {"access": "no_auth_user: anyone\naccounts { A: { jetstream: enabled, users: [ "
                       f'{{ user: app, password: "{PASSWORD}" }}, {{ user: anyone, password: b }} ] }} }}'},
            everywhere("let in", "nats", "strict", "stream")),
        "another password": ({"access": 'authorization { user: app, password: "another" }'},
                             {"nats": failed("Authorization Violation")}),
        "a token instead of a user": ({"access": TOKEN}, {"nats": failed("Authorization Violation")}),
        "no JetStream": ({"storage": ""}, {"stream": failed("JetStream: expected yes, got no")}),
        "another cluster": ({"cluster": "shop"}, {"nats": failed("cluster")}),
        "an old version": ({"version": "3."}, {"nats": failed("version")}),
        "client certificates wanted": ({"tls": ", verify: true"},
                                       everywhere("expected PONG or -ERR", "nats", "strict", "stream")),
        **with_certificates("nats", "strict"),
    }

    def suite(self, port, faults):
        ca = f'ca: "{self.authority.certificate}"'
        cluster = f'cluster: {faults["cluster"]},' if "cluster" in faults else ""
        asked = "false" if faults.get("access") == "" else "true"
        return f"""
  - {{ kind: nats, name: nats, {reached(port)}, {ca}, tls_required: true, {cluster} user: app, password: {secret()},
      version: {{ starts_with: "{faults.get("version", "2.")}" }} }}
  - {{ kind: nats, name: strict, {reached(port)}, {ca}, tls_required: true }}
  - {{ kind: nats, name: stream, {reached(port)}, jetstream: true, auth_required: {asked} }}"""

    def test_healthy(self):
        self.assert_healthy(self.ask(self.suite(self.nats({}), {})))

    def test_healthy_in_other_ways(self):
        for name, server, keys in (
                ("a token", {"access": self.TOKEN, "tls": None}, f"tls_required: false, token: {secret()}"),
                ("nobody is asked", {"access": "", "tls": None}, "auth_required: false"),
                ("a cluster", {"storage": "", "more": f"cluster {{ name: shop, listen: 127.0.0.1:{support.free_port()} }}"},
                 "cluster: shop, jetstream: false")):
            with self.planted(name):
                self.assert_healthy(self.ask(f"  - {{ kind: nats, {reached(self.nats(server))}, {keys} }}"))

    def test_faults(self):
        for name, (faults, findings) in self.FAULTS.items():
            with self.planted(name):
                self.assert_finds(self.ask(self.suite(self.nats(faults), faults)), findings)

    def test_faults_by_what_is_asked(self):
        asked = "  - { kind: nats, name: nats, %s, timeout: 500ms, %s }"
        with self.planted("TLS comes late"):
            self.assert_finds(self.ask(asked % (reached(self.nats({})), "tls_first: true")), {"nats": failed("TLS")})
        with self.planted("another token"):
            port = self.nats({"access": self.TOKEN})
            self.assert_finds(self.ask(asked % (reached(port), "token: wrong")),
                              {"nats": failed("Authorization Violation")})
        with self.planted("an SSH server"):
            port = self.speaker(b"SSH-2.0-other\r\n")
            self.assert_finds(self.ask(asked % (reached(port), "")), {"nats": failed("SSH banner")})


class OpenSsh(service_stage.ServiceTest):
    LOOK_AT_WEAK = ("algorithms", "methods")
    FAULTS = {
        "passwords": ({"PasswordAuthentication": "yes"}, {"methods": failed("not wanted: password")}),
        "keyboard-interactive": ({"KbdInteractiveAuthentication": "yes"},
                                 {"methods": failed("not wanted: keyboard-interactive")}),
        "host based": ({"HostbasedAuthentication": "yes"}, {"methods": failed("not wanted: hostbased")}),
        "no keys": ({"PubkeyAuthentication": "no", "PasswordAuthentication": "yes"},
                    {"methods": failed("missing: publickey")}),
        "key exchange with SHA-1 and 1024 bits": ({"KexAlgorithms": "+diffie-hellman-group1-sha1"},
                                                  everywhere("diffie-hellman-group1-sha1", *LOOK_AT_WEAK)),
        "group exchange with SHA-1": ({"KexAlgorithms": "+diffie-hellman-group-exchange-sha1"},
                                      everywhere("diffie-hellman-group-exchange-sha1", *LOOK_AT_WEAK)),
        "macs with MD5": ({"MACs": "+hmac-md5"}, everywhere("mac hmac-md5", *LOOK_AT_WEAK)),
        "cut macs": ({"MACs": "+hmac-sha1-96-etm@openssh.com"}, everywhere("mac hmac-sha1-96", *LOOK_AT_WEAK)),
        "ciphers with CBC": ({"Ciphers": "+aes128-cbc,3des-cbc"}, everywhere("cipher 3des-cbc", *LOOK_AT_WEAK)),
        "host keys with SHA-1": ({"HostKeyAlgorithms": "+ssh-rsa"}, everywhere("host key ssh-rsa", *LOOK_AT_WEAK)),
        "macs of 64 bits, by a list of one's own": ({"MACs": "+umac-64@openssh.com"},
                                                    {"own list": failed("umac-64@openssh.com")}),
        "the distribution told": ({"DebianBanner": "yes"}, {"algorithms": failed("banner")}),
        "something told in the banner": ({"VersionAddendum": "shop-7"}, {"algorithms": failed("shop-7")}),
        "nobody let in at all": ({"MaxStartups": "1:100:1"}, everywhere("MaxStartups", *LOOK_AT_WEAK, "own list")),
        # The client speaks to no such server, so its methods cannot be known.
        "methods out of reach": ({"KexAlgorithms": "diffie-hellman-group14-sha1"},
                                 {"methods": not_measured("no matching key exchange")}),
    }
    SOUND = {"MACs": "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_host_keys()

    def suite(self, port):
        return f"""
  - {{ kind: ssh, name: algorithms, {reached(port)}, banner: {{ matches: "^SSH-2[.]0-OpenSSH_[0-9.]+p1$" }} }}
  - {{ kind: ssh, name: methods, {reached(port)}, methods: [publickey] }}
  - {{ kind: ssh, name: own list, {reached(port)}, forbid_algorithms: ["umac-64*", "*-nothing"] }}"""

    def server(self, faults):
        # "+" adds to the client's usual list, which is not the sound one of this server.
        words = {**self.SOUND, **faults}
        if faults.get("MACs", "").startswith("+"):
            words["MACs"] = f'{self.SOUND["MACs"]},{faults["MACs"][1:]}'
        return self.sshd(words)

    def takes_the_only_place(self, port):
        held = socket.create_connection(("127.0.0.1", port), timeout=service_stage.EVENT_DEADLINE_S)
        self.addCleanup(held.close)
        return held.recv(100).startswith(b"SSH-")

    def test_healthy(self):
        self.assert_healthy(self.ask(self.suite(self.server({}))))

    def test_healthy_as_installed(self):
        self.assert_healthy(self.ask(f"  - {{ kind: ssh, {reached(self.sshd({}))}, methods: [publickey] }}"))

    def test_faults(self):
        for name, (faults, findings) in self.FAULTS.items():
            with self.planted(name):
                port = self.server(faults)
                if "MaxStartups" in faults:
                    # sshd still counts, for a moment, who asked whether it listens.
                    service_stage.until(lambda: self.takes_the_only_place(port), "there is one place")
                self.assert_finds(self.ask(self.suite(port)), findings)

    def test_what_cannot_be_asked(self):
        port = self.server({})
        with self.planted("no ssh on this machine"):
            probed = self.ask(self.suite(port), environment={"PATH": str(self.folder), "HOME": str(self.folder)})
            self.assert_finds(probed, {"methods": not_measured("ssh did not run")})
        for name, line in (("a mail server", "220 mail.shop.test ESMTP"), ("SSH 1 as well", "SSH-1.99-old")):
            with self.planted(name):
                port = self.speaker(f"{line}\r\n".encode())
                self.assert_finds(self.ask(f"  - {{ kind: ssh, name: ssh, {reached(port)}, timeout: 500ms }}"),
                                  {"ssh": failed(line)})


class Mail(service_stage.ServiceTest):
    FAULTS = {
        "no STARTTLS": ({"starttls": "none", "login_before_tls": True},
                        {"mail": failed("STARTTLS offered: expected yes, got no"), "tls": failed("the peer begins TLS")}),
        "STARTTLS not required": ({"starttls": "offered"}, {"mail": failed("MAIL without TLS")}),
        "STARTTLS refused": ({"no_start": True}, {"mail": failed("454"), "tls": failed("454")}),
        "login before TLS": ({"login_before_tls": True}, {"mail": failed("login before TLS")}),
        "a mechanism more": ({"auth": "[PLAIN]"}, {"mail": failed("not wanted: login")}),
        "a mechanism missing": ({"mechanisms": ["PLAIN"]}, {"mail": failed("missing: login")}),
        "no login at all": ({"mechanisms": []}, {"mail": failed("missing")}),
        "login where none is wanted": ({"auth": "none"}, {"mail": failed("login mechanisms")}),
        "open relay": ({"open_relay": True}, {"mail": failed("as an open relay does")}),
        "small mails only": ({"size": 1 << 20}, {"mail": failed("1048576")}),
        "size not told": ({"size": 0}, {"mail": failed("none stated")}),
        "software told": ({"greeting": "ESMTP aiosmtpd 1.4"}, {"mail": failed("aiosmtpd")}),
        # Put off is not refused, and a server that wants to know who asks before MAIL does not say.
        "greylisted": ({"greylist": True}, {"mail": not_measured("451")}),
        "login before mail": ({"login_required": True}, {"mail": not_measured("530")}),
        **with_certificates("mail", "tls"),
    }

    def suite(self, port, faults):
        ca = f'ca: "{self.authority.certificate}"'
        return f"""
  - {{ kind: smtp, name: mail, {reached(port)}, {ca}, starttls: required, size_limit: 32MiB,
      auth: {faults.get("auth", "[PLAIN, LOGIN]")}, banner: "mail.shop.test ESMTP",
      relay: refused, relay_to: someone@other.test }}
  - {{ kind: tls, name: tls, {reached(port)}, {ca}, starttls: smtp, expect: {{ {GOOD_TLS} }} }}"""

    def test_healthy(self):
        self.assert_healthy(self.ask(self.suite(self.mail({}), {})))

    def test_healthy_in_other_ways(self):
        ca = f'ca: "{self.authority.certificate}"'
        for name, server, keys in (
                ("TLS from the first byte", {"implicit": True}, f"tls: true, {ca}, auth: [PLAIN, LOGIN], relay: refused"),
                ("no TLS at all", {"starttls": "none", "mechanisms": []}, "starttls: none, auth: none, relay: refused")):
            with self.planted(name):
                self.assert_healthy(self.ask(f"  - {{ kind: smtp, {reached(self.mail(server))}, {keys} }}"))

    def test_faults(self):
        for name, (faults, findings) in self.FAULTS.items():
            with self.planted(name):
                self.assert_finds(self.ask(self.suite(self.mail(faults), faults)), findings)

    def test_faults_of_other_doors(self):
        asked = "  - { kind: smtp, name: mail, %s, timeout: 500ms, %s }"
        with self.planted("TLS from the first byte where STARTTLS is wanted"):
            port = self.mail({"implicit": True})
            self.assert_finds(self.ask(asked % (reached(port), "starttls: required")), {"mail": failed("EHLO")})
        with self.planted("STARTTLS where TLS from the first byte is wanted"):
            self.assert_finds(self.ask(asked % (reached(self.mail({})), "tls: true")), {"mail": failed("TLS")})
        with self.planted("nobody is served"):
            port = self.speaker(b"554 5.3.2 no service here\r\n")
            self.assert_finds(self.ask(asked % (reached(port), "")), {"mail": failed("554")})
        with self.planted("STARTTLS where none is wanted"):
            self.assert_finds(self.ask(asked % (reached(self.mail({})), "starttls: none")),
                              {"mail": failed("STARTTLS offered: expected no, got yes")})
        with self.planted("an open relay without TLS"):
            port = self.mail({"starttls": "none", "open_relay": True})
            self.assert_finds(self.ask(asked % (reached(port), "relay: refused")),
                              {"mail": failed("as an open relay does")})


LETS_ENCRYPT = "000569737375656c657473656e63727970742e6f7267"  # 0 issue "letsencrypt.org"


class Names(service_stage.ServiceTest):
    RECORDS = {
        "ttl": "local-ttl=60", "zone": "local=/shop.test/",
        "www": "host-record=www.shop.test,192.0.2.7,2001:db8::7", "app": "host-record=app.shop.test,192.0.2.8",
        "alias": "cname=alias.shop.test,www.shop.test", "mail": "mx-host=shop.test,mail.shop.test,10",
        "text": 'txt-record=shop.test,"v=spf1 -all"', "authority": f"dns-rr=shop.test,257,{LETS_ENCRYPT}",
    }
    FAULTS = {
        "another address": ({"www": "host-record=www.shop.test,192.0.2.9,2001:db8::7"},
                            {"address": failed("expected 192.0.2.7, got 192.0.2.9"), "alias": failed("192.0.2.9")}),
        "an address more": ({"more": "host-record=www.shop.test,192.0.2.9"}, everywhere("192.0.2.9", "address", "alias")),
        "no IPv6": ({"www": "host-record=www.shop.test,192.0.2.7"}, {"address 6": failed("NOERROR, but no record AAAA")}),
        "no such name": ({"www": "", "alias": ""}, everywhere("NXDOMAIN", "address", "address 6", "alias", "alias itself")),
        "kept for too long": ({"ttl": "local-ttl=3600"}, {"address": failed("time to live")}),
        "no CAA": ({"authority": ""}, {"certificate authority": failed("no record CAA")}),
        "another CAA": ({"authority": f"dns-rr=shop.test,257,{LETS_ENCRYPT[:-6]}{b'net'.hex()}"},
                        {"certificate authority": failed("letsencrypt.net")}),
        "another MX": ({"mail": "mx-host=shop.test,mx.other.test,10"}, {"mail": failed("10 mx.other.test")}),
        "another preference": ({"mail": "mx-host=shop.test,mail.shop.test,20"}, {"mail": failed("20 mail.shop.test")}),
        "mail from anywhere": ({"text": 'txt-record=shop.test,"v=spf1 +all"'}, {"text": failed("v=spf1 +all")}),
        "an alias to elsewhere": ({"alias": "cname=alias.shop.test,app.shop.test"},
                                  {"alias": failed("192.0.2.8"), "alias itself": failed("app.shop.test")}),
        "no alias but an address": ({"alias": "host-record=alias.shop.test,192.0.2.7"},
                                    {"alias itself": failed("no record CNAME")}),
        "the old name is still there": ({"more": "host-record=old.shop.test,192.0.2.7"},
                                        everywhere("192.0.2.7", "old name", "old name unknown")),
        "the old name has an IPv6 address": ({"more": "host-record=old.shop.test,2001:db8::1"},
                                             {"old name unknown": failed("expected NXDOMAIN")}),
        "resolvers disagree": ({"app": "host-record=app.shop.test,192.0.2.9"}, {"everywhere": failed("agreement")}),
        "one resolver does not know": ({"app": ""}, {"everywhere": failed("NXDOMAIN")}),
    }

    @classmethod
    def unbound_lines(cls):
        return ["access-control: 127.0.0.0/8 allow", 'local-zone: "test." nodefault', 'local-zone: "shop.test." static',
                'local-data: "app.shop.test. 60 IN A 192.0.2.8"', 'module-config: "iterator"']

    def suite(self, port, other):
        at = f'resolvers: ["127.0.0.1:{port}"]'
        return f"""
  - {{ kind: dns, name: address, host: www.shop.test, type: A, expect: [192.0.2.7], ttl: {{ max: 5m }}, {at} }}
  - {{ kind: dns, name: address 6, host: www.shop.test, type: AAAA, expect: ["2001:0db8::0007"], {at} }}
  - {{ kind: dns, name: alias, host: alias.shop.test, type: A, expect: [192.0.2.7], {at} }}
  - {{ kind: dns, name: alias itself, host: alias.shop.test, type: CNAME, expect: [www.shop.test], {at} }}
  - {{ kind: dns, name: mail, host: shop.test, type: MX, expect: ["10 mail.shop.test"], {at} }}
  - {{ kind: dns, name: text, host: shop.test, type: TXT, expect: ["v=spf1 -all"], {at} }}
  - {{ kind: dns, name: certificate authority, host: shop.test, type: CAA, expect: ['0 issue "letsencrypt.org"'], {at} }}
  - {{ kind: dns, name: old name, host: old.shop.test, type: A, absent: true, {at} }}
  - {{ kind: dns, name: old name unknown, host: old.shop.test, type: A, rcode: nxdomain, {at} }}
  - {{ kind: dns, name: everywhere, host: app.shop.test, type: A, resolvers: ["127.0.0.1:{port}", "127.0.0.1:{other}"] }}"""

    def zone(self, faults):
        return self.dnsmasq([line for line in {**self.RECORDS, **faults}.values() if line])

    def test_healthy(self):
        self.assert_healthy(self.ask(self.suite(self.zone({}), self.unbound(self.unbound_lines()))))

    def test_faults(self):
        other = self.unbound(self.unbound_lines())
        for name, (faults, findings) in self.FAULTS.items():
            with self.planted(name):
                self.assert_finds(self.ask(self.suite(self.zone(faults), other)), findings)

    def test_servers_that_cannot_say(self):
        zone = self.zone({})
        asked = "  - { kind: dns, name: dns, host: www.shop.test, type: A, timeout: %s, resolvers: ['127.0.0.1:%d'] %s }"
        forward = f"forward-zone:\n  name: \"shop.test.\"\n  forward-addr: 127.0.0.1@{zone}\n"
        usual = ["access-control: 127.0.0.0/8 allow", 'local-zone: "test." nodefault']
        with self.planted("healthy by way of a cache"):
            port = self.unbound([*usual, 'module-config: "iterator"'], forward)
            self.assert_healthy(self.ask(asked % ("5s", port, ", expect: [192.0.2.7], ttl: { max: 5m }")))
        with self.planted("signatures that do not hold: SERVFAIL"):
            anchor = f'trust-anchor: "shop.test. DS 12345 13 2 {"ab" * 32}"'
            port = self.unbound([*usual, 'module-config: "validator iterator"', anchor], forward)
            self.assert_finds(self.ask(asked % ("5s", port, "")), {"dns": not_measured("SERVFAIL")})
            self.assert_healthy(self.ask(asked % ("5s", port, ", rcode: servfail")))
        with self.planted("no zone of this server: REFUSED"):
            self.assert_finds(self.ask(asked.replace("shop", "other") % ("5s", zone, "")),
                              {"dns": not_measured("REFUSED")})
        with self.planted("not for us: REFUSED, and the question is not even repeated"):
            # c-ares drops a reply that does not repeat the question, so that this one counts as silence.
            port = self.unbound(["access-control: 127.0.0.0/8 refuse"])
            self.assert_finds(self.ask(asked % ("1s", port, "")), {"dns": failed("no reply")})
        with self.planted("a cache that keeps for longer"):
            port = self.unbound([*usual, "cache-min-ttl: 3600", 'module-config: "iterator"'], forward)
            self.assert_finds(self.ask(asked % ("5s", port, ", ttl: { max: 5m }")), {"dns": failed("time to live")})
        with self.planted("a cache is asked for authority"):
            port = self.unbound([*usual, 'module-config: "iterator"'], forward)
            self.assert_finds(self.ask(asked % ("5s", port, ", authoritative: true")),
                              {"dns": failed("does not serve this zone")})
        with self.planted("no name server"):
            self.assert_finds(self.ask(asked % ("1s", self.refusing_port(), "")), {"dns": failed("refused")})

    def test_a_silent_resolver_is_its_own_fault(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.1", 0))
            resolvers = f"resolvers: ['127.0.0.1:{silent.getsockname()[1]}']"
            asked = f"  - {{ kind: dns, name: dns, host: www.shop.test, timeout: 500ms, {resolvers} }}"
            self.assert_finds(self.ask(asked), {"dns": failed("timeout")})


class Ports(service_stage.ServiceTest):
    def tcp(self, address, keys):
        return self.ask(f"  - {{ kind: tcp, name: port, {address}, timeout: 500ms, {keys} }}")

    def ports(self, host, keys):
        return self.ask(
            f"  - {{ kind: ports, name: ports, host: {host}, timeout: 500ms, {keys}, dangerous: [{host}] }}")

    def test_healthy_ports(self):
        here, closed, silent = self.speaker(b"220 hello\r\n"), self.refusing_port(), self.silent_port()
        in_a_row = [held.getsockname()[1] for held in self.refusing_range(20)]
        secure = self.speaker(b"hello\r\n", certificate=self.certificates["good"])
        self.assert_healthy(self.ask(f"""
  - {{ kind: tcp, name: open, {reached(here)} }}
  - {{ kind: tcp, name: greets, {reached(here)}, expect: {{ starts_with: "220 " }} }}
  - {{ kind: tcp, name: whole, {reached(here)}, expect: "220 hello\\r\\n", until: close }}
  - {{ kind: tcp, name: secured, {reached(secure)}, tls: true, ca: "{self.authority.certificate}", expect: hello }}
  - {{ kind: tcp, name: closed, {reached(closed)}, closed: refused }}
  - {{ kind: tcp, name: closed anyhow, {reached(silent)}, closed: either, control: {here}, timeout: 500ms }}
  - {{ kind: tcp, name: filtered, {reached(silent)}, closed: filtered, control: {here}, timeout: 500ms }}
  - {{ kind: ports, name: ports, host: 127.0.0.1, open: [{here}, {secure}], closed: [{closed}], dangerous: [127.0.0.1] }}
  - {{ kind: ports, name: behind a filter, host: 127.0.0.1, open: [{here}], closed: [{silent}], closed_as: filtered,
      timeout: 500ms, dangerous: [127.0.0.1] }}
  - {{ kind: ports, name: scan, host: 127.0.0.1, open: [{here}], scan: "{in_a_row[0]}-{in_a_row[-1]}",
      dangerous: [127.0.0.1] }}"""))

    def test_faults_of_one_port(self):
        here, closed, silent = self.speaker(b"220 hello\r\n"), self.refusing_port(), self.silent_port()
        mute = self.speaker(b"", close=False)
        ca = f'ca: "{self.authority.certificate}"'
        for name, address, keys, finding in (
                ("closed", reached(closed), "", failed("refused")),
                ("filtered", reached(silent), "", failed("timeout")),
                ("says something else", reached(here), 'expect: { starts_with: "SSH-" }', failed("220 hello")),
                ("says nothing", reached(mute), 'expect: { starts_with: "220" }', failed("timeout")),
                ("closes before a word", reached(self.speaker()), "expect: hello", failed("closed")),
                ("no TLS", reached(here), f"tls: true, {ca}", failed("TLS")),
                ("open but must not be", reached(here), "closed: refused", failed("open")),
                ("open but must be filtered", reached(here), f"closed: filtered, control: {closed}", failed("open")),
                ("refused but must be filtered", reached(closed), f"closed: filtered, control: {here}", failed("refused")),
                ("filtered but must be refused", reached(silent), "closed: refused", failed("filtered")),
                ("filtered, beside a closed control", reached(silent), f"closed: either, control: {closed}",
                 not_measured("may be down")),
                ("no such name", 'address: "shop.invalid:80"', "", not_measured("shop.invalid"))):
            with self.planted(name):
                self.assert_finds(self.tcp(address, keys), {"port": finding})
        for kind, word in CERTIFICATE_FAULTS.items():
            with self.planted(f"certificate: {kind}"):
                port = self.speaker(b"hello\r\n", certificate=self.certificates[kind])
                self.assert_finds(self.tcp(reached(port), f"tls: true, {ca}"), {"port": failed(word)})

    def test_faults_of_several_ports(self):
        here, other, closed, silent = self.speaker(), self.speaker(), self.refusing_port(), self.silent_port()
        in_a_row = self.refusing_range(20)
        in_a_row[7].listen()
        first, found, last = (in_a_row[i].getsockname()[1] for i in (0, 7, -1))
        for name, keys, finding in (
                ("one is closed", f"open: [{here}, {closed}]", failed(f"unexpectedly closed (refused: {closed})")),
                ("one is filtered", f"open: [{here}, {silent}]", failed(f"unexpectedly closed (filtered: {silent})")),
                ("one is open", f"open: [{here}], closed: [{other}, {closed}]",
                 failed(f"unexpectedly open (open: {other})")),
                ("one is open that a scan finds", f'open: [{here}], scan: "{first}-{last}"',
                 failed(f"unexpectedly open (open: {found})")),
                ("refused but must be filtered", f"open: [{here}], closed: [{closed}], closed_as: filtered",
                 failed(f"refused: {closed}")),
                ("filtered but must be refused", f"open: [{here}], closed: [{silent}], closed_as: refused",
                 failed(f"filtered: {silent}")),
                ("the control is closed", f"closed: [{silent}], control: {closed}", not_measured("proves nothing"))):
            with self.planted(name):
                self.assert_finds(self.ports("127.0.0.1", keys), {"ports": finding})
        with self.planted("no such name"):
            self.assert_finds(self.ports("shop.invalid", "open: [80]"), {"ports": not_measured("shop.invalid")})


class Proxied(service_stage.ServiceTest):
    """What HAProxy and Caddy have in common: an application behind them, and probes of how they are reached."""

    COMMON = {
        **with_certificates("tls"),
        "the application is ill": ({"live_status": 500}, {"live": failed("500")}),
        "HSTS missing": ({"hsts": None}, {"hsts": failed("strict-transport-security")}),
        "HSTS short": ({"hsts": "max-age=86400"}, {"hsts": failed("max")}),
        "HSTS off": ({"hsts": "max-age=0"}, {"hsts": failed("max")}),
        "no redirect": ({"redirect": "none"}, {"to https": failed("200")}),
        "a redirect that forgets the path": ({"redirect": "start"}, {"to https": failed("")}),
        "a redirect that caches keep": ({"redirect": "301"}, {"to https": failed("301")}),
        "HTTP/1.1 alone": ({"h2": False}, {"http2": failed("1.1")}),
        "the server is told": ({"told": True}, {"nothing to tell": failed("server")}),
        "what is inside is shown": ({"inside": True}, {"inside": failed("404")}),
        "not compressed": ({"compressed": False}, {"compression": failed("gzip")}),
        "another page": ({"home": "<title>other</title>" + web_site.BIG_TEXT}, {"home": failed("shop")}),
        "an old version": ({"version": "1.4.1"}, {"version": failed("1.4.1")}),
    }

    ASK_THE_APPLICATION = ("home", "http2", "live", "version", "hsts", "nothing to tell", "compression", "to https")

    def suite(self, secure, plain):
        return f"""
  - {{ kind: http, name: home, path: /, expect: {{ status: 200, body: {{ contains: <title>shop }} }} }}
  - {{ kind: http, name: http2, path: /items, http_version: "2" }}
  - {{ kind: http, name: live, path: /health/live, expect: {{ status: 200 }} }}
  - {{ kind: http, name: inside, path: /inside, expect: {{ status: 403 }} }}
  - {{ kind: version, name: version, path: /, header: X-Version, expect: "1.4.2", samples: 3 }}
  - {{ kind: headers, name: hsts, paths: [/, /missing, /inside],
      expect: {{ strict-transport-security: {{ max_age: ">= 365d" }} }} }}
  - {{ kind: headers, name: nothing to tell, paths: [/, /inside], forbid: [server] }}
  - {{ kind: compression, name: compression, path: /, encodings: [gzip] }}
  - {{ kind: redirect, name: to https, from: "/items?b=c", from_http: true, port: {plain}, status: 308,
      to: "https://localhost:{secure}/items?b=c" }}
  - {{ kind: tls, name: tls, ca: "{self.authority.certificate}",
      expect: {{ {GOOD_TLS}, accept: ["1.2", "1.3"], policy: intermediate }} }}"""

    def look(self, faults):
        application = web_site.Application(faults)
        application.server.handle_error = lambda *_: None  # proxies reset connections when they end
        self.addCleanup(application.stop)
        backend = self.refusing_port() if faults.get("down") else application.port
        secure, plain = support.free_port(), support.free_port()
        self.proxy(faults, secure, plain, backend)
        # Bad certificates are left to the probe that looks for them.
        target = f'{{ url: "https://localhost:{secure}", resolve: {{ localhost: 127.0.0.1 }}, tls: {{ verify: false }} }}'
        return self.ask(self.suite(secure, plain), target)

    def check_faults(self, faults_and_findings):
        for name, (faults, findings) in faults_and_findings.items():
            with self.planted(name):
                self.assert_finds(self.look(faults), findings)


class HaProxy(Proxied):
    GOOD_CIPHERS = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"
    FAULTS = {
        **Proxied.COMMON,
        "TLS 1.1": ({"bind": "ssl-min-ver TLSv1.1 ciphers ALL:@SECLEVEL=0"}, {"tls": failed("1.1")}),
        "TLS 1.3 missing": ({"bind": f"ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.2 ciphers {GOOD_CIPHERS}"},
                            {"tls": failed("1.3")}),
        "a cipher with CBC": ({"bind": f"ssl-min-ver TLSv1.2 ciphers {GOOD_CIPHERS}:ECDHE-ECDSA-AES128-SHA"},
                              {"tls": failed("ECDHE-ECDSA-AES128-SHA")}),
        "HSTS not on its own errors": ({"hsts": "max-age=31536000", "errors": False}, {"hsts": failed("/inside")}),
        "the application is down": ({"down": True}, everywhere("503", *Proxied.ASK_THE_APPLICATION)),
    }

    def proxy(self, faults, secure, plain, backend):
        redirect = {"308": "http-request redirect code 308 location https://localhost:%d%%[capture.req.uri]" % secure,
                    "301": "http-request redirect code 301 location https://localhost:%d%%[capture.req.uri]" % secure,
                    "start": "http-request redirect code 308 location https://localhost:%d/" % secure,
                    "none": "default_backend application"}[faults.get("redirect", "308")]
        hsts = faults.get("hsts", "max-age=31536000")
        after = "http-after-response" if faults.get("errors", True) else "http-response"
        alpn = "h2,http/1.1" if faults.get("h2", True) else "http/1.1"
        bind = faults.get("bind", f"ssl-min-ver TLSv1.2 ciphers {self.GOOD_CIPHERS}")
        configuration = self.subfolder() / "haproxy.cfg"
        configuration.write_text(f"""
defaults
  mode http
  timeout connect 2s
  timeout client 5s
  timeout server 5s
frontend plain
  bind 127.0.0.1:{plain}
  {redirect}
frontend secure
  bind 127.0.0.1:{secure} ssl crt {self.whole_certificate(faults)} alpn {alpn} {bind}
  {f'{after} set-header Strict-Transport-Security "{hsts}"' if hsts else ""}
  {"" if faults.get("inside") else "http-request deny deny_status 403 if { path_beg /inside }"}
  {"compression algo gzip" if faults.get("compressed", True) else ""}
  {"compression type text/html" if faults.get("compressed", True) else ""}
  default_backend application
backend application
  {"" if faults.get("told") else "http-response del-header Server"}
  server one 127.0.0.1:{backend}
""")
        self.start(["haproxy", "-db", "-f", configuration], ("127.0.0.1", secure))

    def test_healthy(self):
        self.assert_healthy(self.look({}))

    def test_faults(self):
        self.check_faults(self.FAULTS)


class Caddy(Proxied):
    FAULTS = {
        **Proxied.COMMON,
        "TLS 1.2 missing": ({"protocols": "tls1.3 tls1.3"}, {"tls": failed("1.2")}),
        "the application is down": ({"down": True}, everywhere("502", *Proxied.ASK_THE_APPLICATION)),
    }

    def proxy(self, faults, secure, plain, backend):
        certificate, key = self.certificate(faults)
        redirect = {"308": "redir https://localhost:%d{uri} 308" % secure,
                    "301": "redir https://localhost:%d{uri} 301" % secure,
                    "start": "redir https://localhost:%d/ 308" % secure,
                    "none": f"reverse_proxy 127.0.0.1:{backend}"}[faults.get("redirect", "308")]
        hsts = faults.get("hsts", "max-age=31536000")
        folder = self.subfolder()
        (folder / "Caddyfile").write_text(f"""
{{
  admin off
  auto_https off
  servers {{
    protocols {"h1 h2" if faults.get("h2", True) else "h1"}
  }}
}}
https://localhost:{secure} {{
  bind 127.0.0.1
  tls {certificate} {key} {{
    protocols {faults.get("protocols", "tls1.2 tls1.3")}
  }}
  {f'header Strict-Transport-Security "{hsts}"' if hsts else ""}
  {"" if faults.get("told") else "header -Server"}
  {"encode gzip" if faults.get("compressed", True) else ""}
  {"" if faults.get("inside") else "respond /inside 403"}
  reverse_proxy 127.0.0.1:{backend}
}}
http://localhost:{plain} {{
  bind 127.0.0.1
  {redirect}
}}
""")
        home = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        process = self.start(["caddy", "run", "--config", folder / "Caddyfile", "--adapter", "caddyfile"],
                             ("127.0.0.1", secure), env=home)
        support.wait_until_listening(("127.0.0.1", plain), process)

    def test_healthy(self):
        self.assert_healthy(self.look({}))

    def test_faults(self):
        self.check_faults(self.FAULTS)


if __name__ == "__main__":
    unittest.main()
