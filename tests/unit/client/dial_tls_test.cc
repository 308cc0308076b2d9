#include <doctest/doctest.h>
#include <openssl/ocsp.h>

#include <fstream>
#include <memory>
#include <string>

#include "client/dial.h"
#include "tests/unit/client/dialled.h"
#include "tests/unit/client/poll_loop.h"
#include "tests/unit/client/talking_server.h"
#include "tests/unit/net/certificates.h"

using namespace assay;
using namespace assay::client;
using namespace std::chrono_literals;
using net::KeyPair;
using net::TestAuthority;

namespace {

constexpr int kNumbers[] = {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};
constexpr TlsVersion kAll[] = {TlsVersion::tls1_0, TlsVersion::tls1_1, TlsVersion::tls1_2,
                               TlsVersion::tls1_3};

bool is_line(std::string_view heard) { return heard.ends_with('\n'); }

std::shared_ptr<SSL_CTX> speaking(std::shared_ptr<SSL_CTX> context, TlsVersion min, TlsVersion max) {
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_cipher_list(context.get(), "ALL:@SECLEVEL=0");
  SSL_CTX_set_min_proto_version(context.get(), kNumbers[int(min)]);
  SSL_CTX_set_max_proto_version(context.get(), kNumbers[int(max)]);
  return context;
}

Secure offering(TlsVersion min, TlsVersion max) {
  Secure secure;
  secure.offer.min = min;
  secure.offer.max = max;
  return secure;
}
Secure offering(TlsVersion version) { return offering(version, version); }

// A server that makes a handshake and then echoes lines.
TalkingServer::Treat secured(std::shared_ptr<SSL_CTX> context) {
  return [context](Guest& guest) {
    if (!guest.secure(context.get())) return;
    for (std::string line = guest.hear_line(); !line.empty(); line = guest.hear_line())
      guest.say("you said " + line);
  };
}

Answer handshake_with(const TalkingServer& server, const Secure& secure = {}, const Access& access = {}) {
  return dialled({"localhost", server.port(), {secure}}, access);
}

Access trusting(const TestAuthority& authority) {
  Access access;
  access.ca_file = authority.ca_file();
  access.resolve["localhost"] = "127.0.0.1";
  return access;
}

// What a responder says of `leaf`, DER.
std::string ocsp_response(const KeyPair& leaf, const KeyPair& issuer, const KeyPair& signer, int status) {
  OCSP_BASICRESP* const basic = OCSP_BASICRESP_new();
  OCSP_CERTID* const id = OCSP_cert_to_id(EVP_sha1(), leaf.certificate.get(), issuer.certificate.get());
  ASN1_TIME* const since = X509_gmtime_adj(nullptr, -60);
  ASN1_TIME* const until = X509_gmtime_adj(nullptr, 3600);
  ASN1_TIME* const revoked = status == V_OCSP_CERTSTATUS_REVOKED ? since : nullptr;
  OCSP_basic_add1_status(basic, id, status, 0, revoked, since, until);
  OCSP_basic_sign(basic, signer.certificate.get(), signer.key.get(), EVP_sha256(), nullptr, 0);
  OCSP_RESPONSE* const response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
  unsigned char* der = nullptr;
  const int length = i2d_OCSP_RESPONSE(response, &der);
  std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  OCSP_RESPONSE_free(response);
  OCSP_BASICRESP_free(basic);
  OCSP_CERTID_free(id);
  ASN1_TIME_free(since);
  ASN1_TIME_free(until);
  return bytes;
}

// `bytes` must outlive the context.
void staple(SSL_CTX* context, std::string& bytes) {
  SSL_CTX_set_tlsext_status_arg(context, &bytes);
  int (*const give)(SSL*, void*) = [](SSL* ssl, void* stored) {
    const auto& response = *static_cast<const std::string*>(stored);
    auto* const copy = static_cast<unsigned char*>(OPENSSL_memdup(response.data(), response.size()));
    SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(response.size()));
    return SSL_TLSEXT_ERR_OK;
  };
  SSL_CTX_callback_ctrl(context, SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB, reinterpret_cast<void (*)()>(give));
}

Handshake tls_of(const Answer& answer) {
  INFO(answer.problem);
  REQUIRE(answer.dial() != nullptr);
  REQUIRE(answer.dial()->tls.has_value());
  return *answer.dial()->tls;
}

}  // namespace

TEST_CASE("dial: each version of TLS is really offered, and only that one") {
  const TestAuthority authority;
  const KeyPair pair = authority.issue({});
  for (const TlsVersion spoken : kAll) {
    TalkingServer server(secured(speaking(authority.server(pair), spoken, spoken)));
    for (const TlsVersion offered : kAll) {
      CAPTURE(name(spoken));
      CAPTURE(name(offered));
      const Answer answer = handshake_with(server, offering(offered), trusting(authority));
      const Handshake tls = tls_of(answer);
      CHECK(tls.established == (spoken == offered));
      CHECK(tls.hello_sent);
      CHECK(answer.ok() == (spoken == offered));
      if (spoken == offered) {
        CHECK(tls.version == name(spoken));
        CHECK_FALSE(tls.cipher.empty());
        CHECK(answer.phases.secured > 0ns);
      } else {
        CHECK(answer.trouble == Trouble::tls);
      }
      // A server may answer a hello of an older version with none other than that; one of a newer version, up
      // to 1.2, it may answer with its own.
      if (offered < spoken) CHECK(tls.alert_received == 70);
    }
  }
}

TEST_CASE("dial: a server that chose a version which was not offered has said so itself") {
  const TestAuthority authority;
  TalkingServer server(
      secured(speaking(authority.server(authority.issue({})), TlsVersion::tls1_0, TlsVersion::tls1_1)));
  const Handshake tls = tls_of(handshake_with(server, offering(TlsVersion::tls1_2), trusting(authority)));
  CHECK_FALSE(tls.established);
  CHECK(tls.version == "1.1");
  CHECK(tls.alert_sent == 70);
  CHECK(tls.local_problem == "the peer chose TLS 1.1, which was not offered");
}

TEST_CASE("dial: the facts of a good chain") {
  const TestAuthority authority;
  TalkingServer server(secured(authority.server(authority.issue({}))));
  const Handshake tls = tls_of(handshake_with(server, {}, trusting(authority)));
  CHECK(tls.established);
  CHECK(tls.trust_problem == "");
  CHECK(tls.name_matches);
  CHECK(tls.local_problem == "");
  REQUIRE(tls.chain.size() == 2);
  const CertificateFacts& leaf = tls.chain[0];
  CHECK(leaf.subject == "CN=localhost");
  CHECK(leaf.issuer_common_name.starts_with("Test Authority"));
  CHECK(leaf.issuer == tls.chain[1].subject);
  CHECK(leaf.names == std::vector<std::string>{"localhost", "127.0.0.1"});
  CHECK(leaf.key == "EC prime256v1");
  CHECK(leaf.key_bits == 256);
  CHECK(leaf.signature == "ecdsa-with-SHA256");
  CHECK(leaf.sha256.size() == 64);
  CHECK(leaf.pem.starts_with("-----BEGIN CERTIFICATE-----"));
  CHECK_FALSE(leaf.authority);
  CHECK_FALSE(leaf.self_signed);
  CHECK(tls.chain[1].authority);
  CHECK(tls.chain[1].self_signed);
  const auto now = std::chrono::system_clock::now();
  CHECK(leaf.not_before < now - 23h);
  CHECK(leaf.not_before > now - 25h);
  CHECK(leaf.not_after > now + 23h);
  CHECK(leaf.not_after < now + 25h);
}

TEST_CASE("dial: a bad certificate is recorded and never ends the handshake") {
  const TestAuthority authority, other;
  const auto facts = [&](const KeyPair& pair, const Access& access) {
    TalkingServer server(secured(authority.server(pair)));
    const Answer answer = handshake_with(server, {}, access);
    CHECK(answer.ok());
    return tls_of(answer);
  };
  const Handshake expired =
      facts(authority.issue({.starts_in_days = -9, .ends_in_days = -2}), trusting(authority));
  CHECK(expired.trust_problem == "certificate has expired (CN=localhost)");
  CHECK(expired.name_matches);

  CHECK(facts(authority.issue({.starts_in_days = 2, .ends_in_days = 9}), trusting(authority))
            .trust_problem.find("not yet valid") != std::string::npos);
  CHECK(facts(authority.issue({}), trusting(other)).trust_problem.find("self-signed certificate in") == 0);

  const Handshake elsewhere = facts(authority.issue({.names = "DNS:example.org"}), trusting(authority));
  CHECK(elsewhere.trust_problem == "");
  CHECK_FALSE(elsewhere.name_matches);
  // A common name does not count: browsers ignore it.
  CHECK_FALSE(facts(authority.issue({.names = ""}), trusting(authority)).name_matches);
}

TEST_CASE("dial: whom the peer must prove to be is the server name, else the host") {
  const TestAuthority authority;
  TalkingServer server(
      secured(authority.server(authority.issue({.names = "DNS:*.example.org,IP:127.0.0.1"}))));
  Access access = trusting(authority);
  CHECK(tls_of(dialled({"127.0.0.1", server.port(), {Secure{}}}, access)).name_matches);
  CHECK_FALSE(tls_of(handshake_with(server, {}, access)).name_matches);
  access.server_name = "api.example.org";
  CHECK(tls_of(handshake_with(server, {}, access)).name_matches);
  access.server_name = "a.b.example.org";
  CHECK_FALSE(tls_of(handshake_with(server, {}, access)).name_matches);
}

TEST_CASE("dial: a missing intermediate is a trust problem, also where this machine knows it") {
  const TestAuthority authority;
  const KeyPair middle = authority.issue({.subject = "Middle", .names = "", .authority = true});
  const KeyPair leaf = TestAuthority::issue_under(middle, {});
  const auto with_chain = [&](std::initializer_list<KeyPair> others) {
    auto context = authority.server(leaf);
    SSL_CTX_clear_chain_certs(context.get());
    for (const KeyPair& pair : others) SSL_CTX_add1_chain_cert(context.get(), pair.certificate.get());
    SSL_CTX_set_mode(context.get(), SSL_MODE_NO_AUTO_CHAIN);
    return context;
  };
  TalkingServer complete(secured(with_chain({middle})));
  CHECK(tls_of(handshake_with(complete, {}, trusting(authority))).trust_problem == "");

  TalkingServer incomplete(secured(with_chain({})));
  const Handshake unknown = tls_of(handshake_with(incomplete, {}, trusting(authority)));
  CHECK(unknown.trust_problem.find("unable to") == 0);

  const std::string both = authority.ca_file() + ".both";
  std::ofstream(both) << std::ifstream(authority.ca_file()).rdbuf()
                      << std::ifstream(authority.certificate_file(middle)).rdbuf();
  Access knowing = trusting(authority);
  knowing.ca_file = both;
  CHECK(tls_of(handshake_with(incomplete, {}, knowing)).trust_problem.find("\"CN=Middle\" was not sent") !=
        std::string::npos);
  knowing.ca_file = authority.certificate_file(middle);
  CHECK(tls_of(handshake_with(incomplete, {}, knowing)).trust_problem == "");
}

TEST_CASE("dial: refusals by the peer") {
  const TestAuthority authority;
  auto context = speaking(authority.server(authority.issue({})), TlsVersion::tls1_2, TlsVersion::tls1_2);
  SSL_CTX_set_cipher_list(context.get(), "ECDHE-ECDSA-AES256-GCM-SHA384");
  TalkingServer picky(secured(context));
  Secure secure = offering(TlsVersion::tls1_2);
  secure.offer.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256";
  const Handshake refused = tls_of(handshake_with(picky, secure, trusting(authority)));
  CHECK(refused.alert_received == 40);
  CHECK_FALSE(refused.closed_by_peer);
  CHECK(refused.local_problem == "");

  TalkingServer leaving([](Guest&) { std::this_thread::sleep_for(50ms); });
  const Answer left = handshake_with(leaving, {}, trusting(authority));
  CHECK(left.trouble == Trouble::tls);
  CHECK(tls_of(left).closed_by_peer);
  CHECK(tls_of(left).hello_sent);
  CHECK_FALSE(tls_of(left).alert_received.has_value());

  TalkingServer silent([](Guest& guest) { guest.hear_end(); });
  Access hasty = trusting(authority);
  hasty.timeout = 200ms;
  const Answer late = handshake_with(silent, {}, hasty);
  CHECK(late.trouble == Trouble::timeout);
  CHECK(late.problem == "the handshake was not finished within 200ms");
  CHECK_FALSE(tls_of(late).closed_by_peer);
}

TEST_CASE("dial: what came is not TLS") {
  TalkingServer server([](Guest& guest) {
    guest.say("HTTP/1.1 400 Bad Request\r\n\r\n");
    guest.hear_end();
  });
  const Answer answer = dialled({"127.0.0.1", server.port(), {Secure{}}});
  CHECK(answer.trouble == Trouble::tls);
  CHECK(tls_of(answer).local_problem.find("is not TLS") != std::string::npos);
}

TEST_CASE("dial: what this machine cannot offer is its own problem, not the peer's refusal") {
  const TestAuthority authority;
  TalkingServer server(secured(authority.server(authority.issue({}))));
  const auto local = [&](const Secure& secure, const Access& access = {}) {
    const Answer answer = dialled({"127.0.0.1", server.port(), {secure}}, access);
    CHECK(answer.trouble == Trouble::local);
    CHECK_FALSE(tls_of(answer).hello_sent);
    CHECK_FALSE(tls_of(answer).closed_by_peer);
    return tls_of(answer).local_problem;
  };
  Secure weak = offering(TlsVersion::tls1_2);
  weak.offer.ciphers = "NO-SUCH-CIPHER";
  CHECK(local(weak).find("cannot offer the ciphers NO-SUCH-CIPHER") != std::string::npos);
  Secure modern = offering(TlsVersion::tls1_0);
  modern.offer.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384";
  CHECK(local(modern).find("no ciphers available") != std::string::npos);
  CHECK(local(offering(TlsVersion::tls1_3, TlsVersion::tls1_0)) != "");
  Access access;
  access.ca_file = "/nowhere/ca.pem";
  CHECK(local({}, access).find("/nowhere/ca.pem") != std::string::npos);
  access = {};
  access.certificate_file = "/nowhere/me.pem";
  CHECK(local({}, access).find("/nowhere/me.pem") != std::string::npos);
}

TEST_CASE("dial: a client certificate that is demanded") {
  const TestAuthority authority;
  const auto server_context =
      speaking(authority.server(authority.issue({}), true), TlsVersion::tls1_2, TlsVersion::tls1_2);
  TalkingServer server(secured(server_context));
  const Handshake without = tls_of(handshake_with(server, offering(TlsVersion::tls1_2), trusting(authority)));
  CHECK_FALSE(without.established);
  CHECK(without.version == "1.2");  // agreed upon before the certificate was missed
  CHECK(without.alert_received.has_value());
  CHECK(without.chain.size() == 2);
  Access access = trusting(authority);
  access.certificate_file = authority.certificate_file(authority.issue({.subject = "me", .names = ""}));
  CHECK(tls_of(handshake_with(server, offering(TlsVersion::tls1_2), access)).established);
}

TEST_CASE("dial: a dialogue goes on behind TLS, begun in clear") {
  const TestAuthority authority;
  const auto context = authority.server(authority.issue({}));
  TalkingServer server([&](Guest& guest) {
    guest.say("220 ready\r\n");
    if (guest.hear_line() != "STARTTLS\r\n") return;
    guest.say("220 go ahead\r\n");
    if (guest.secure(context.get())) guest.say("250 you said " + guest.hear_line());
  });
  const Answer answer = dialled(
      {"localhost",
       server.port(),
       {Hear{is_line}, Say{"STARTTLS\r\n"}, Hear{is_line}, Secure{}, Say{"EHLO x\r\n"}, Hear{is_line}}},
      trusting(authority));
  CHECK(answer.problem == "");
  CHECK(answer.dial()->moves_done == 6);
  CHECK(answer.dial()->heard.back() == "250 you said EHLO x\r\n");
  CHECK(tls_of(answer).established);
}

TEST_CASE("dial: much is said and heard behind TLS") {
  const TestAuthority authority;
  TalkingServer server(secured(authority.server(authority.issue({}))));
  const std::string line = std::string(1 << 20, 'x') + "\n";
  const Answer answer = dialled({"localhost", server.port(), {Secure{}, Say{line}, Hear{is_line, 2 << 20}}},
                                trusting(authority));
  CHECK(answer.problem == "");
  CHECK(answer.dial()->heard.back() == "you said " + line);
}

TEST_CASE("dial: ALPN") {
  const TestAuthority authority;
  auto context = authority.server(authority.issue({}));
  SSL_CTX_set_alpn_select_cb(
      context.get(),
      [](SSL*, const unsigned char** out, unsigned char* length, const unsigned char* in, unsigned, void*) {
        *out = in + 1;
        *length = *in;
        return SSL_TLSEXT_ERR_OK;
      },
      nullptr);
  TalkingServer server(secured(context));
  Secure secure;
  secure.offer.protocols = {"h2", "http/1.1"};
  CHECK(tls_of(handshake_with(server, secure, trusting(authority))).protocol == "h2");
}

TEST_CASE("dial: stapled OCSP responses are verified") {
  const TestAuthority authority;
  const KeyPair middle = authority.issue({.subject = "Middle", .names = "", .authority = true});
  const KeyPair leaf = TestAuthority::issue_under(middle, {}), other = TestAuthority::issue_under(middle, {});
  const auto status_of = [&](std::string response, bool ask = true) {
    auto context = authority.server(leaf);
    SSL_CTX_clear_chain_certs(context.get());
    SSL_CTX_add1_chain_cert(context.get(), middle.certificate.get());
    if (!response.empty()) staple(context.get(), response);
    TalkingServer server(secured(context));
    Secure secure;
    secure.offer.ask_status = ask;
    return tls_of(handshake_with(server, secure, trusting(authority))).status;
  };
  const auto good = status_of(ocsp_response(leaf, middle, middle, V_OCSP_CERTSTATUS_GOOD));
  REQUIRE(good.has_value());
  CHECK(good->problem == "");
  CHECK(good->verified);
  CHECK(good->certificate == StapledStatus::Of::good);
  CHECK(good->next_update > std::chrono::system_clock::now());
  CHECK(good->this_update < std::chrono::system_clock::now());

  const auto revoked = status_of(ocsp_response(leaf, middle, middle, V_OCSP_CERTSTATUS_REVOKED));
  CHECK(revoked->verified);
  CHECK(revoked->certificate == StapledStatus::Of::revoked);

  const auto wrong = status_of(ocsp_response(other, middle, middle, V_OCSP_CERTSTATUS_GOOD));
  CHECK_FALSE(wrong->verified);
  CHECK(wrong->problem == "it speaks of another certificate");
  const auto forged = status_of(ocsp_response(leaf, middle, other, V_OCSP_CERTSTATUS_GOOD));
  CHECK_FALSE(forged->verified);
  CHECK(forged->problem != "");
  CHECK(status_of("nonsense")->problem == "it cannot be read");
  CHECK_FALSE(status_of("").has_value());
  CHECK_FALSE(status_of(ocsp_response(leaf, middle, middle, V_OCSP_CERTSTATUS_GOOD), false).has_value());
}
