#include <doctest/doctest.h>

#include <string>

#include "probes/tls_certificate.h"
#include "tls_peer.h"

using namespace assay;
using namespace assay::probes;
using namespace std::chrono_literals;
using Version = client::TlsVersion;

namespace {

constexpr std::string_view kTarget = "https://shop.example.com";

Judgement judgement_of(const std::string& demands, const TlsPeer& peer) {
  return judged(made("kind: tls\nexpect: { " + demands + " }", kTarget), peer);
}
std::string verdict(const std::string& demands, const TlsPeer& peer) {
  return summary(judgement_of(demands, peer));
}

bool has(const std::string& text, std::string_view part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

template <class Change>
TlsPeer with(Change change) {
  TlsPeer peer;
  change(peer);
  return peer;
}

}  // namespace

TEST_CASE("tls: a good certificate passes every demand, and its facts are shown") {
  const Judgement judgement = judgement_of(
      "hostname: true, names: [shop.example.com], issuer: \"Let's Encrypt\", chain: trusted, valid_for: 14d, "
      "key: { min_rsa: 2048 }, stapling: required",
      TlsPeer());
  CHECK(summary(judgement) == "pass: all 9 facts hold");
  CHECK(has(judgement.facts()[1].observed, "CN=shop.example.com, RSA 2048, issued by CN=R11"));
  CHECK(has(judgement.facts()[1].observed, "until 2026-03-02T00:00Z, SHA-256 AA"));
}

TEST_CASE("tls: how long a certificate is valid counts from the moment of the answer") {
  const auto until = [](Nanos left) {
    return with([=](TlsPeer& peer) { peer.leaf().not_after = tls_peer_now() + left; });
  };
  CHECK(has(verdict("valid_for: 60d", TlsPeer()), "pass"));
  CHECK(verdict("valid_for: 14d", until(13 * 24h)) ==
        "fail: valid_for: expected at least 14 days, got 13 days, until 2026-01-14T00:00Z");
  CHECK(verdict("valid_for: 1s", until(-5h)) ==
        "fail: valid_for: expected at least 1s, got expired 5h ago, at 2025-12-31T19:00Z");
  const TlsPeer early = with([](TlsPeer& peer) { peer.leaf().not_before = tls_peer_now() + 1h; });
  CHECK(has(verdict("valid_for: 14d", early), "got not valid before 2026-01-01T01:00Z"));
  const TlsPeer endless =
      with([](TlsPeer& peer) { peer.leaf().not_after = std::chrono::system_clock::time_point::max(); });
  CHECK(has(verdict("valid_for: 14d", endless), "pass"));
  const TlsPeer above = with([](TlsPeer& peer) { peer.shown.chain[1].not_after = tls_peer_now() - 24h; });
  CHECK(has(verdict("valid_for: 14d", above), "warn: valid_for of the chain"));
}

TEST_CASE("tls: for whom a certificate is") {
  const TlsPeer stranger = with([](TlsPeer& peer) { peer.shown.name_matches = false; });
  CHECK(verdict("hostname: true", stranger) ==
        "fail: hostname: expected a certificate for shop.example.com, got one for shop.example.com");
  CHECK(verdict("names: [shop.example.com, \"*.shop.example.com\"]", TlsPeer()) ==
        "fail: names: expected a certificate for shop.example.com, *.shop.example.com, got not for "
        "*.shop.example.com, only for shop.example.com");
}

TEST_CASE("tls: a wildcard covers one label") {
  const std::vector<std::string> names{"*.Example.com", "10.0.0.1", "0:0:0:0:0:0:0:1"};
  CHECK(covers(names, "api.example.com"));
  CHECK(covers(names, "*.example.com"));
  CHECK(covers(names, "10.0.0.1"));
  CHECK(covers(names, "::1"));
  CHECK_FALSE(covers(names, "example.com"));
  CHECK_FALSE(covers(names, "a.b.example.com"));
  CHECK_FALSE(covers(names, ".example.com"));
  CHECK_FALSE(covers(names, "10.0.0.2"));
  CHECK_FALSE(covers({"api.example.com"}, "*.example.com"));
  CHECK_FALSE(covers({"*.0.0.1"}, "10.0.0.1"));
}

TEST_CASE(
    "tls: the issuer begins with these words, so that a staging authority is not taken for the real one") {
  CHECK(has(verdict("issuer: R11", TlsPeer()), "pass"));
  CHECK(has(verdict("issuer: [ZeroSSL, \"Let's Encrypt\"]", TlsPeer()), "pass"));
  CHECK(has(verdict("issuer: R1", TlsPeer()), "fail: issuer: expected R1, got CN=R11"));
  const TlsPeer staging = with([](TlsPeer& peer) {
    peer.leaf().issuer_organisation = "(STAGING) Let's Encrypt";
    peer.leaf().issuer_common_name = "(STAGING) Ersatz Emmer E1";
  });
  CHECK(has(verdict("issuer: \"Let's Encrypt\"", staging), "fail: issuer"));
  CHECK(has(verdict("issuer: \"(STAGING) Let's Encrypt\"", staging), "pass"));
}

TEST_CASE("tls: a chain that is not trusted, and why") {
  const TlsPeer expired =
      with([](TlsPeer& peer) { peer.shown.trust_problem = "certificate has expired (CN=x)"; });
  CHECK(verdict("chain: trusted", expired) ==
        "fail: chain: expected trusted, got certificate has expired (CN=x)");

  const TlsPeer incomplete = with([](TlsPeer& peer) {
    peer.shown.chain.resize(1);
    peer.shown.trust_problem = "unable to get local issuer certificate (CN=shop.example.com)";
  });
  CHECK(has(verdict("chain: trusted", incomplete), "an intermediate certificate is missing"));
  CHECK(has(verdict("chain: trusted", incomplete), "CN=shop.example.com was issued by CN=R11"));

  const TlsPeer shuffled = with([](TlsPeer& peer) { peer.shown.chain[1].subject = "CN=Somebody"; });
  CHECK(has(verdict("chain: trusted", shuffled), "warn: order of the chain"));

  const TlsPeer naive = with([](TlsPeer& peer) {
    peer.shown.trust_problem = "unable to get local issuer certificate";
    peer.shown.local_problem = "this machine knows no certificate authority";
  });
  CHECK(verdict("chain: trusted", naive) == "error: chain: this machine knows no certificate authority");
}

TEST_CASE("tls: a self-signed certificate is a demand of its own") {
  const TlsPeer own = with([](TlsPeer& peer) {
    peer.leaf().self_signed = true;
    peer.shown.trust_problem = "self-signed certificate";
  });
  CHECK(has(verdict("chain: self-signed", own), "pass"));
  CHECK(has(verdict("chain: any", own), "pass"));
  CHECK(has(verdict("chain: trusted", own), "fail: chain"));
  CHECK(has(verdict("chain: self-signed", TlsPeer()),
            "fail: chain: expected self-signed, got issued by CN=R11"));
}

TEST_CASE("tls: the size of the key") {
  const auto key = [](std::string text, std::uint32_t bits) {
    return with([=](TlsPeer& peer) {
      peer.leaf().key = text;
      peer.leaf().key_bits = bits;
    });
  };
  const std::string demand = "key: { min_rsa: 2048, min_ec: 256 }";
  CHECK(verdict(demand, key("RSA 1024", 1024)) ==
        "fail: key: expected at least RSA of 2048 bits or EC of 256 bits, got RSA 1024");
  CHECK(has(verdict(demand, key("EC prime256v1", 256)), "pass"));
  CHECK(has(verdict(demand, key("EC secp224r1", 224)), "fail: key"));
  CHECK(has(verdict(demand, key("ED25519", 253)), "pass"));
  CHECK(has(verdict(demand, key("DSA", 2048)), "fail: key"));
}

TEST_CASE("tls: stapled responses") {
  const auto stapled = [](auto change) { return with([=](TlsPeer& peer) { change(*peer.shown.status); }); };
  const auto none = with([](TlsPeer& peer) { peer.shown.status.reset(); });
  CHECK(has(verdict("stapling: required", none), "got none was stapled"));
  CHECK(has(verdict("stapling: valid-if-present", none), "pass"));
  for (const std::string demand : {"stapling: required", "stapling: valid-if-present"}) {
    CAPTURE(demand);
    CHECK(has(verdict(demand, TlsPeer()), "pass"));
    CHECK(has(verdict(demand,
                      stapled([](auto& status) { status.certificate = client::StapledStatus::Of::revoked; })),
              "revoked"));
    CHECK(has(verdict(demand,
                      stapled([](auto& status) { status.certificate = client::StapledStatus::Of::unknown; })),
              "does not know"));
    CHECK(has(verdict(demand, stapled([](auto& status) { status.next_update = tls_peer_now() - 1h; })),
              "out of date since 2025-12-31T23:00Z"));
    CHECK(has(verdict(demand, stapled([](auto& status) { status.this_update = tls_peer_now() + 1h; })),
              "not valid before"));
    CHECK(has(verdict(demand, stapled([](auto& status) {
                        status.verified = false;
                        status.problem = "bad signature";
                      })),
              "not to be trusted: bad signature"));
  }
}

TEST_CASE("tls: a server that staples from its second handshake on is given one") {
  const auto peer = [](int from) { return with([=](TlsPeer& made) { made.staples_from = from; }); };
  std::vector<std::string> asked;
  const Probe probe = made("kind: tls\nexpect: { stapling: required }", kTarget);
  CHECK(judged(probe, peer(2), &asked).state() == ProbeState::pass);
  CHECK(asked == std::vector<std::string>{"handshake", "handshake for a certificate with ECDSA",
                                          "pause until the response is stapled", "handshake, again"});
  CHECK(judged(probe, peer(3)).state() == ProbeState::fail);
}

TEST_CASE("tls: the certificate for another kind of key is asked for, and judged as well") {
  const auto says = [](auto change) {
    const auto world = [=](const client::Ask& ask) {
      TlsPeer answering;
      if (ask.label != "handshake for a certificate with ECDSA") return answering(ask);
      CHECK(std::get<client::Secure>(std::get<client::DialAsk>(ask.what).moves.back())
                .offer.signatures.find("RSA") == std::string::npos);
      answering.leaf().sha256 = "CC";
      answering.leaf().key = "EC prime256v1";
      client::Answer answer = answering(ask);
      change(answering, answer);
      return answer;
    };
    return summary(judged(made("kind: tls\nexpect: { valid_for: 14d }", kTarget), world));
  };
  CHECK(has(says([](TlsPeer&, client::Answer&) {}), "pass"));
  CHECK(has(says([](TlsPeer&, client::Answer& answer) {
              auto& leaf = std::get<client::DialAnswer>(answer.what).tls->chain[0];
              leaf.not_after = tls_peer_now() + 24h;
            }),
            "fail: valid_for (handshake for a certificate with ECDSA)"));
  CHECK(has(says([](TlsPeer&, client::Answer& answer) {
              answer = trouble(client::Trouble::tls, "the peer ended TLS with alert 40 (handshake failure)");
            }),
            "pass"));
  CHECK(has(
      says([](TlsPeer&, client::Answer& answer) { answer = trouble(client::Trouble::timeout, "no answer"); }),
      "error: handshake for a certificate with ECDSA: no answer"));
}

TEST_CASE("tls: a second certificate in another version is judged as well") {
  TlsPeer peer;
  const auto world = [&](const client::Ask& ask) {
    TlsPeer answering = peer;
    if (ask.label == "TLS 1.2") {
      answering.leaf().sha256 = "CC";
      answering.leaf().not_after = tls_peer_now() + 24h;
    }
    return answering(ask);
  };
  const Probe probe = made("kind: tls\nexpect: { accept: [\"1.2\"], valid_for: 14d }", kTarget);
  CHECK(has(summary(judged(probe, world)), "fail: valid_for (TLS 1.2)"));
}

TEST_CASE("tls: demands on a certificate fail where none was sent") {
  CHECK(has(verdict("hostname: true", with([](TlsPeer& peer) { peer.shown.chain.clear(); })),
            "fail: certificate: expected one, got none was sent"));
}
