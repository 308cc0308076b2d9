// The kind `tls` against OpenSSL's own server side, over real sockets of the loopback: what the made-up peers
// of the other tests take for granted.
#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "kind_fixture.h"
#include "tests/unit/client/dialled.h"
#include "tests/unit/client/talking_server.h"
#include "tests/unit/net/certificates.h"

using namespace assay;
using namespace assay::probes;
using client::Guest;
using client::TalkingServer;
using net::TestAuthority;

namespace {

std::shared_ptr<SSL_CTX> server_context(const TestAuthority& authority, int min, int max,
                                        const std::string& ciphers) {
  auto context = authority.server(authority.issue({}));
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_min_proto_version(context.get(), min);
  SSL_CTX_set_max_proto_version(context.get(), max);
  SSL_CTX_set_cipher_list(context.get(), (ciphers + ":@SECLEVEL=0").c_str());
  return context;
}

// The verdict of `tls` with these demands about a server that treats its guests so.
Judgement verdict(const TestAuthority& authority, TalkingServer::Treat treat, const std::string& demands,
                  const std::string& more = {}) {
  TalkingServer server(std::move(treat));
  Probe probe = made("kind: tls\n" + more + "address: \"127.0.0.1:" + std::to_string(server.port()) +
                     "\"\nserver_name: localhost\nexpect: { " + demands + " }");
  probe.access.ca_file = authority.ca_file();
  return judged(probe, [&](const client::Ask& ask) {
    return client::dialled(std::get<client::DialAsk>(ask.what), probe.access);
  });
}

TalkingServer::Treat secured(std::shared_ptr<SSL_CTX> context) {
  return [context](Guest& guest) {
    if (guest.secure(context.get())) guest.hear_end();
  };
}

}  // namespace

TEST_CASE("tls, live: a good server satisfies every demand") {
  const TestAuthority authority;
  const Judgement judgement = verdict(
      authority, secured(server_context(authority, TLS1_2_VERSION, TLS1_3_VERSION, "ECDHE+AESGCM")),
      "policy: intermediate, accept: [\"1.2\", \"1.3\"], reject: [\"1.0\", \"1.1\"], chain: trusted, "
      "hostname: true, names: [localhost], issuer: Test Authority, valid_for: 20h, key: { min_ec: 256 }");
  CHECK(summary(judgement).starts_with("pass: all"));
}

TEST_CASE("tls, live: old versions and weak ciphers are found") {
  const TestAuthority authority;
  const auto weak =
      secured(server_context(authority, TLS1_VERSION, TLS1_2_VERSION,
                             "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-NULL-SHA"));
  CHECK(summary(verdict(authority, weak, "reject: [\"1.0\"]"))
            .starts_with("fail: TLS 1.0: expected refused, got accepted, "));
  CHECK(summary(verdict(authority, weak, "accept: [\"1.3\"]")).starts_with("fail: TLS 1.3"));
  const std::string ciphers = summary(verdict(authority, weak, "forbid_ciphers: [\"null\", cbc-sha1]"));
  CHECK(ciphers.find("accepted: ECDHE-ECDSA-NULL-SHA, ECDHE-ECDSA-AES128-SHA") != std::string::npos);
  CHECK(summary(verdict(authority, weak, "forbid_ciphers: [rc4, 3des, anonymous, export]"))
            .starts_with("pass"));
}

TEST_CASE("tls, live: TLS 1.3 alone") {
  const TestAuthority authority;
  const auto modern = secured(server_context(authority, TLS1_3_VERSION, TLS1_3_VERSION, "ALL"));
  CHECK(summary(verdict(authority, modern, "policy: modern, forbid_ciphers: [rc4]")).starts_with("pass"));
  CHECK(summary(verdict(authority, modern, "min_version: \"1.3\"")).starts_with("pass"));
  CHECK(summary(verdict(authority, modern, "forbid_ciphers: [TLS_AES_128_GCM_SHA256]"))
            .starts_with("fail: suites of TLS 1.3"));
}

TEST_CASE("tls, live: behind STARTTLS") {
  const TestAuthority authority;
  const auto context = server_context(authority, TLS1_2_VERSION, TLS1_3_VERSION, "ECDHE+AESGCM");
  const auto mail = [&](std::string answer) {
    return [context, answer](Guest& guest) {
      guest.say("220-hello\r\n220 mx\r\n");
      guest.hear_line();
      guest.say("250-mx\r\n250 STARTTLS\r\n");
      guest.hear_line();
      guest.say(answer);
      if (answer.starts_with("220")) {
        if (guest.secure(context.get())) guest.hear_end();
      } else {
        guest.hear_line();
        guest.say("500 what?\r\n");
      }
    };
  };
  const std::string demands = "min_version: \"1.2\", forbid_ciphers: [rc4], chain: trusted, hostname: true";
  CHECK(summary(verdict(authority, mail("220 go\r\n"), demands, "starttls: smtp\n")).starts_with("pass"));
  CHECK(summary(verdict(authority, mail("454 not now\r\n"), "reject: [\"1.0\"]", "starttls: smtp\n")) ==
        "fail: STARTTLS: expected the peer begins TLS, got \"454 not now\"");
}
