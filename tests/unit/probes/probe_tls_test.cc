#include <doctest/doctest.h>

#include <string>

#include "probes/tls_suites.h"
#include "tls_peer.h"

using namespace assay;
using namespace assay::probes;
using Version = client::TlsVersion;

namespace {

constexpr std::string_view kTarget = "https://shop.example.com";

Probe expecting(const std::string& demands) {
  return made("kind: tls\nexpect: { " + demands + " }", kTarget);
}

std::string verdict(const std::string& demands, TlsPeer peer) {
  return summary(judged(expecting(demands), peer));
}

bool has(const std::string& text, std::string_view part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

TlsPeer speaking(std::vector<Version> versions) {
  TlsPeer peer;
  peer.versions = std::move(versions);
  return peer;
}

const ProbeFact* fact(const Judgement& judgement, std::string_view what) {
  for (const ProbeFact& one : judgement.facts())
    if (one.what == what) return &one;
  return nullptr;
}

}  // namespace

TEST_CASE("tls: each version is asked for alone, and both its outcomes are judged") {
  const std::string demands = R"(accept: ["1.2", "1.3"], reject: ["1.0", 1.1])";
  std::vector<std::string> asked;
  const Judgement good = judged(expecting(demands), TlsPeer(), &asked);
  CHECK(good.state() == ProbeState::pass);
  CHECK(asked == std::vector<std::string>{"handshake", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"});
  CHECK(fact(good, "TLS 1.0")->observed == "refused: alert 70 (protocol version)");
  CHECK(fact(good, "TLS 1.3")->observed == "accepted, TLS_AES_256_GCM_SHA384");

  CHECK(verdict(demands, speaking({Version::tls1_1, Version::tls1_2, Version::tls1_3})) ==
        "fail: TLS 1.1: expected refused, got accepted, ECDHE-RSA-AES128-GCM-SHA256");
  CHECK(verdict(demands, speaking({Version::tls1_2})) ==
        "fail: TLS 1.3: expected accepted, got refused: alert 70 (protocol version)");
}

TEST_CASE("tls: every version ask offers exactly one version to the target") {
  const Probe probe = expecting(R"(min_version: "1.2")");
  for (const client::Ask& ask : probe.kind->next(probe, {})) {
    const auto& dial = std::get<client::DialAsk>(ask.what);
    CHECK(dial.host == "shop.example.com");
    CHECK(dial.port == 443);
    const auto& offer = std::get<client::Secure>(dial.moves.back()).offer;
    if (ask.label != "handshake") CHECK(ask.label == "TLS " + std::string(name(offer.min)));
    CHECK((offer.min == offer.max) == (ask.label != "handshake"));
  }
}

TEST_CASE("tls: a minimum refuses all below it and needs one at or above it") {
  CHECK(verdict(R"(min_version: "1.2")", TlsPeer()) == "pass: all 4 facts hold");
  CHECK(verdict(R"(min_version: "1.2")", speaking({Version::tls1_2})) == "pass: all 4 facts hold");
  CHECK(verdict(R"(min_version: "1.2")", speaking({Version::tls1_3})) == "pass: all 4 facts hold");
  CHECK(verdict(R"(min_version: "1.3")", TlsPeer()) ==
        "fail: TLS 1.2: expected refused, got accepted, ECDHE-RSA-AES128-GCM-SHA256");
  CHECK(verdict(R"(min_version: "1.2")", speaking({Version::tls1_0, Version::tls1_2})) ==
        "fail: TLS 1.0: expected refused, got accepted, ECDHE-RSA-AES128-GCM-SHA256");
  CHECK(has(verdict(R"(min_version: "1.2")", speaking({Version::tls1_1})), "(and 1 more)"));
}

TEST_CASE("tls: a refusal needs the peer's own word") {
  const std::string demands = R"(reject: ["1.1"])";
  TlsPeer closing;
  closing.refusal = TlsPeer::Refusal::close;
  CHECK(verdict(demands, closing) == "pass: all 2 facts hold");

  TlsPeer silent;
  silent.refusal = TlsPeer::Refusal::silence;
  CHECK(verdict(demands, silent) == "error: TLS 1.1: not proven: timeout: no answer within 5s");

  TlsPeer incapable;
  incapable.not_ours = {Version::tls1_1};
  CHECK(verdict(demands, incapable) == "error: TLS 1.1: not proven: local: no protocols available");
  CHECK(verdict(R"(accept: ["1.1"])", incapable) == "error: TLS 1.1: local: no protocols available");
}

TEST_CASE("tls: what refuses every handshake alike proves nothing about a version") {
  TlsPeer dead = speaking({});
  dead.refusal = TlsPeer::Refusal::close;
  CHECK(verdict(R"(reject: ["1.1"])", dead) == "fail: handshake: expected a TLS handshake, got tls: refused");
  const auto down = [](const client::Ask&) {
    return trouble(client::Trouble::refused, "Connection refused");
  };
  CHECK(summary(judged(expecting(R"(reject: ["1.1"])"), down)) ==
        "fail: handshake: expected a TLS handshake, got refused: Connection refused");
  const auto nameless = [](const client::Ask&) { return trouble(client::Trouble::name, "no such host"); };
  CHECK(judged(expecting(R"(reject: ["1.1"])"), nameless).state() == ProbeState::error);
}

TEST_CASE("tls: a peer that chose another version has refused the one that was offered") {
  TlsPeer peer;
  const auto world = [&](const client::Ask& ask) {
    client::Answer answer = peer(ask);
    if (ask.label != "TLS 1.1") return answer;
    client::DialAnswer dial = *answer.dial();
    dial.tls->version = "1.0";
    dial.tls->alert_received.reset();
    answer.what = dial;
    return answer;
  };
  const Judgement judgement = judged(expecting(R"(reject: ["1.1"])"), world);
  CHECK(judgement.state() == ProbeState::pass);
  CHECK(fact(judgement, "TLS 1.1")->observed == "refused: the peer chose TLS 1.0 instead");
}

TEST_CASE("tls: a version that was agreed on is spoken, though a client certificate was missing") {
  TlsPeer peer;
  peer.wants_client_certificate = true;
  CHECK(has(verdict(R"(reject: ["1.2"])", peer), "fail: TLS 1.2: expected refused, got agreed on"));
  CHECK(has(verdict(R"(accept: ["1.2"])", peer), "error: TLS 1.2: agreed on"));
  CHECK(has(verdict(R"(accept: ["1.2"])", peer), "client certificate"));
}

TEST_CASE("tls: forbidden ciphers are offered alone until the peer refuses what is left") {
  const std::string demands = "forbid_ciphers: [rc4, 3des, AES128-SHA]";
  std::vector<std::string> asked;
  const Judgement good = judged(expecting(demands), TlsPeer(), &asked);
  CHECK(good.state() == ProbeState::pass);
  CHECK(fact(good, "ciphers")->observed == "refused: alert 40 (handshake failure)");
  CHECK(asked ==
        std::vector<std::string>{"handshake", "TLS 1.2", "usual ciphers up to TLS 1.2", "forbidden ciphers"});

  TlsPeer weak;
  weak.ciphers = {"ECDHE-RSA-AES128-GCM-SHA256", "AES128-SHA", "DES-CBC3-SHA"};
  CHECK(has(verdict(demands, weak), "fail: ciphers: expected none of the"));
  CHECK(has(verdict(demands, weak), "got accepted: AES128-SHA, DES-CBC3-SHA"));

  TlsPeer only_weak;
  only_weak.ciphers = {"RC4-SHA"};
  CHECK(has(verdict(demands, only_weak), "got accepted: RC4-SHA"));
}

TEST_CASE("tls: a refused cipher is believed only beside an accepted one") {
  TlsPeer closing;
  closing.refusal = TlsPeer::Refusal::close;
  const Judgement believed = judged(expecting("forbid_ciphers: rc4"), closing);
  CHECK(believed.state() == ProbeState::pass);
  CHECK(fact(believed, "ciphers")->observed == "refused: the peer closed after the ClientHello");

  TlsPeer silent;
  silent.refusal = TlsPeer::Refusal::silence;
  CHECK(has(verdict("forbid_ciphers: rc4", silent), "error: ciphers: not proven: timeout"));

  // It speaks TLS 1.2, but not to a ClientHello made by hand.
  TlsPeer intolerant;
  const auto world = [&](const client::Ask& ask) {
    if (!has(ask.label, "ciphers")) return intolerant(ask);
    TlsPeer other = intolerant;
    other.ciphers.clear();
    return other(ask);
  };
  CHECK(has(summary(judged(expecting("forbid_ciphers: rc4"), world)),
            "error: ciphers: not proven, for the peer"));
}

TEST_CASE("tls: with TLS 1.3 alone no older cipher can be accepted") {
  const Judgement judgement = judged(expecting("forbid_ciphers: rc4"), speaking({Version::tls1_3}));
  CHECK(judgement.state() == ProbeState::pass);
  CHECK(has(fact(judgement, "ciphers")->observed, "no version up to TLS 1.2 is spoken"));
}

TEST_CASE("tls: Mozilla's policies") {
  CHECK(verdict("policy: intermediate", TlsPeer()) == "pass: all 6 facts hold");
  CHECK(verdict("policy: modern", speaking({Version::tls1_3})) == "pass: all 6 facts hold");
  CHECK(has(verdict("policy: modern", TlsPeer()), "fail: TLS 1.2: expected refused, got accepted"));
  CHECK(has(verdict("policy: intermediate", speaking({Version::tls1_1, Version::tls1_2})), "fail: TLS 1.1"));

  TlsPeer weak;
  weak.ciphers.emplace_back("ECDHE-RSA-AES256-SHA");
  CHECK(has(verdict("policy: intermediate", weak), "accepted: ECDHE-RSA-AES256-SHA"));
  CHECK(has(verdict("policy: old", weak), "pass"));
  weak.ciphers.emplace_back("ECDHE-RSA-RC4-SHA");
  CHECK(has(verdict("policy: old", weak), "accepted: ECDHE-RSA-RC4-SHA"));

  TlsPeer odd;
  odd.suites.emplace_back("TLS_AES_128_CCM_8_SHA256");
  CHECK(has(verdict("policy: intermediate", odd), "suites of TLS 1.3"));
  CHECK(has(verdict("policy: intermediate", odd), "accepted: TLS_AES_128_CCM_8_SHA256"));
}

TEST_CASE("tls: a peer that accepts everything does not keep the probe for ever") {
  TlsPeer weak;
  for (const TlsSuite& suite : tls_suites())
    if (!suite.is_tls13()) weak.ciphers.emplace_back(suite.name);
  std::vector<std::string> asked;
  const Judgement judgement = judged(expecting("policy: intermediate"), weak, &asked);
  CHECK(has(judgement.reason(), "and maybe more"));
  CHECK(asked.size() < 30);
}
