#include "probes/wire_nats.h"
#include "tests/unit/probes/dial_fixture.h"

using namespace assay;
using namespace assay::probes;
using client::Trouble;

namespace {

std::string info(const std::string& more = "\"auth_required\":true,") {
  return R"(INFO {"server_id":"N",)" + more +
         R"("version":"2.9.10","jetstream":true,"max_payload":1048576} )"
         "\r\n";
}

const std::string kBase = "kind: nats\naddress: db.example.com:4222\n";
const std::string kAnonymous = "CONNECT without credentials", kLogin = "CONNECT with credentials";
const std::string kViolation = "-ERR 'Authorization Violation'\r\n", kPong = "PONG\r\n";

}  // namespace

TEST_CASE("nats: nobody is let in without credentials") {
  const Answers healthy{{"INFO", dialled({info()})},
                        {kAnonymous, dialled({info(), kViolation}, Trouble::closed)}};
  check_faults(
      made(kBase + "version: { starts_with: \"2.\" }\njetstream: true\ntls_required: false"), healthy,
      {{kAnonymous, dialled({info(), kPong}),
        "fail: CONNECT without credentials: expected refused, got let in, although"},
       {kAnonymous, dialled({info(), "-ERR 'maximum connections exceeded'\r\n"}),
        "error: CONNECT without credentials: refused for another reason"},
       {kAnonymous, dialled({info(), ""}, Trouble::timeout), "expected PONG or -ERR, got timeout"},
       {"INFO", dialled({info("\"auth_required\":true,\"tls_required\":true,")}),
        "fail: TLS required: expected no, got yes"},
       {"INFO",
        dialled({R"(INFO {"version":"1.4.0"})"
                 "\r\n"}),
        R"(expected text starting with "2.", got "1.4.0" (and 1 more))"},
       {"INFO",
        dialled({R"(INFO {"version":"2.1.0"})"
                 "\r\n"}),
        "fail: JetStream: expected yes, got no"},
       {"INFO",
        dialled({R"(INFO {"version":2})"
                 "\r\n"}),
        "expected INFO, as NATS greets"},
       {"INFO", dialled({"INFO {\"version\":\r\n"}), "expected INFO, as NATS greets"},
       {"INFO", dialled({"HTTP/1.1 400 Bad Request\r\n"}), "got an HTTP answer"},
       {"INFO", dialled({"220 mail.example.com ESMTP\r\n"}), "expected INFO, as NATS greets, got \"220"},
       {"INFO", dialled({""}, Trouble::timeout), "expected INFO, as NATS greets, got timeout"}});
  CHECK(summary(judged(made(kBase),
                       world({{"INFO", dialled({info("")})}, {kAnonymous, dialled({info(""), kPong})}}))) ==
        "fail: CONNECT without credentials: expected refused, got let in: it asks nobody who they are");
}

TEST_CASE("nats: credentials are accepted") {
  const Probe probe = made(kBase + "user: app\npassword: geheim\ncluster: { equals: main }");
  const std::string hello = info("\"auth_required\":true,\"cluster\":\"main\",");
  const Answers healthy{{"INFO", dialled({hello})},
                        {kAnonymous, dialled({hello, kViolation}, Trouble::closed)},
                        {kLogin, dialled({hello, "PING\r\n+OK\r\n" + kPong})}};
  check_faults(probe, healthy,
               {{kLogin, dialled({hello, kViolation}, Trouble::closed),
                 "fail: CONNECT with credentials: expected let in, got refused"},
                {"INFO", dialled({info()}), R"(fail: cluster: expected "main")"}});
  const Probe open = made(kBase + "auth_required: false");
  CHECK(judged(open, world({{"INFO", dialled({info("")})}, {kAnonymous, dialled({info(""), kPong})}}))
            .state() == ProbeState::pass);
  CHECK(summary(judged(open,
                       world({{"INFO", dialled({info()})}, {kAnonymous, dialled({info(), kViolation})}}))) ==
        "fail: CONNECT without credentials: expected let in, got refused: Authorization Violation");
}

TEST_CASE("nats: TLS after INFO, or before it") {
  const std::string hello = info("\"auth_required\":true,\"tls_required\":true,");
  const Answers healthy{{"INFO", dialled({hello})}, {kAnonymous, secured(dialled({hello, kViolation}))}};
  client::Handshake distrusted = good_handshake();
  distrusted.trust_problem = "certificate has expired";
  check_faults(
      made(kBase + "tls_required: true"), healthy,
      {{"INFO", dialled({info()}), "fail: TLS required: expected yes, got no"},
       {kAnonymous, unsecured({hello}, "alert 42"), "expected a TLS handshake, got tls: alert 42"},
       {kAnonymous, secured(dialled({hello, kViolation}), distrusted), "got certificate has expired"}});
  check_faults(made(kBase + "tls_first: true"),
               {{"INFO", secured(dialled({info()}))}, {kAnonymous, secured(dialled({info(), kViolation}))}},
               {{"INFO", unsecured({}, "wrong version number"), "expected a TLS handshake"}});
}

TEST_CASE("nats: mistakes name their place") {
  check_mistake(kBase + "user: app", "a login is a user and a password");
  check_mistake(kBase + "user: a\npassword: b\ntoken: c", "a login is a token or a user, not both");
  check_mistake(kBase + "auth_required: false\ntoken: c",
                "a server that lets anyone in takes any credentials");
  check_mistake(kBase + "tls_required: false\ntls_first: true", "TLS cannot come first");
  check_mistake(kBase + "tls_required: false\nverify: true", "this probe speaks no TLS");
  check_mistake(kBase + "token: \"\"", "\"token\" is empty");
}

TEST_CASE("nats: a reply is the first line that answers") {
  CHECK_FALSE(nats_reply_ended("+OK\r\nPING\r\nPON"));
  CHECK(nats_reply_ended("+OK\r\nPONG\r\n"));
  CHECK(nats_reply_ended("nonsense\n"));
  CHECK_FALSE(parse_nats_reply("nonsense\r\n"));
  CHECK(nats_connect({"u", "p\"q", ""}, true).find(R"("pass":"p\"q")") != std::string::npos);
  CHECK(nats_connect({}, false).ends_with("}\r\nPING\r\n"));
}
