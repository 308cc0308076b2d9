#include <doctest/doctest.h>

#include <string>

#include "probes/tls_demands.h"
#include "tls_peer.h"

using namespace assay;
using namespace assay::probes;

namespace {

constexpr std::string_view kTarget = "https://shop.example.com";

std::string mistake(const std::string& lines, std::string_view target = kTarget) {
  return staged("kind: tls\n" + lines, target).errors;
}

bool has(const std::string& text, std::string_view part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

client::DialAsk first_dial(const Probe& probe) {
  return std::get<client::DialAsk>(probe.kind->next(probe, {})[0].what);
}

}  // namespace

TEST_CASE("tls: every mistake in the gate file is refused with its sentence") {
  CHECK(has(mistake("address: a:1"), "\"expect\" is missing"));
  CHECK(has(mistake("expect: {}"), "this expects nothing"));
  CHECK(has(mistake("expect: { hostname: false }"), "this expects nothing"));
  CHECK(has(mistake("expect: { min_versoin: \"1.2\" }"), "did you mean \"min_version\"?"));
  CHECK(has(mistake("expect: { min_version: \"1.4\" }"), "\"min_version\" cannot be \"1.4\""));
  CHECK(has(mistake("expect: { min_version: TLSv1.2 }"), "use one of 1.0, 1.1, 1.2, 1.3"));
  CHECK(has(mistake("expect: { accept: [] }"), "write it like"));
  CHECK(has(mistake("expect: { accept: [\"1.2\"], reject: [\"1.2\"] }"), "TLS 1.2 cannot be both"));
  CHECK(has(mistake("expect: { min_version: \"1.3\", accept: [\"1.2\"] }"), "TLS 1.2 cannot be both"));
  CHECK(has(mistake("expect: { policy: modern, accept: [\"1.2\"] }"), "TLS 1.2 cannot be both"));
  CHECK(has(mistake("expect: { min_version: \"1.3\", reject: [\"1.3\"] }"), "no version of TLS is left"));
  CHECK(
      has(mistake("expect: { reject: [\"1.0\", \"1.1\", \"1.2\", \"1.3\"] }"), "no version of TLS is left"));
  CHECK(has(mistake("expect: { policy: moden }"), "did you mean \"modern\"?"));
  CHECK(has(mistake("expect: { forbid_ciphers: [rc5] }"), "there is no cipher \"rc5\""));
  CHECK(has(mistake("expect: { forbid_ciphers: [] }"), "write it like [rc4, 3des]"));
  CHECK(has(mistake("expect: { valid_for: 14 }"), "unit"));
  CHECK(has(mistake("expect: { chain: trustworthy }"), "\"chain\" cannot be"));
  CHECK(has(mistake("expect: { names: [\"b\xC3\xBC"
                    "cher.example\"] }"),
            "xn--"));
  CHECK(has(mistake("expect: { names: [\"https://a.example\"] }"), "is not a name for a certificate"));
  CHECK(has(mistake("expect: { issuer: \"\" }"), "an empty text"));
  CHECK(has(mistake("expect: { key: {} }"), "min_rsa"));
  CHECK(has(mistake("expect: { key: { min_rsa: 0 } }"), "min_rsa"));
  CHECK(has(mistake("expect: { stapling: yes }"), "\"stapling\" cannot be"));
  CHECK(has(mistake("starttls: xmpp\nexpect: { hostname: true }"), "\"starttls\" cannot be \"xmpp\""));
  CHECK(has(mistake("address: nowhere\nexpect: { hostname: true }"), "is not an address"));
  CHECK(has(mistake("expect: { hostname: true }", "http://shop.example.com"), "does not speak TLS"));
  CHECK(has(mistake("every: 1m\nexpect: { policy: old }"), "ciphers are never tried while load runs"));
  CHECK(mistake("every: 1m\nexpect: { hostname: true, valid_for: 1d }") == "");
}

TEST_CASE("tls: facts name their place in the gate file") {
  const Probe probe = made("kind: tls\nexpect:\n  min_version: \"1.3\"\n  chain: trusted", kTarget);
  const Judgement judgement = judged(probe, TlsPeer());
  for (const ProbeFact& fact : judgement.facts()) {
    if (fact.what == "TLS 1.2") CHECK(fact.location.starts_with("gate.yaml:6:"));
    if (fact.what == "chain") CHECK(fact.location.starts_with("gate.yaml:7:"));
  }
}

TEST_CASE("tls: another address, and what the target says about its own") {
  const Probe probe =
      made("kind: tls\naddress: \"mail.example.com:465\"\nexpect: { hostname: true }", kTarget);
  CHECK(first_dial(probe).host == "mail.example.com");
  CHECK(first_dial(probe).port == 465);
  // Without TLS at its own address, the target may have it elsewhere.
  CHECK(mistake("address: \"shop.example.com:443\"\nexpect: { hostname: true }", "http://shop.example.com") ==
        "");
}

TEST_CASE("tls: the beginning of other protocols") {
  const auto moves = [](std::string_view protocol) {
    const Probe probe =
        made("kind: tls\nstarttls: " + std::string(protocol) + "\nexpect: { hostname: true }", kTarget);
    return first_dial(probe);
  };
  CHECK(moves("smtp").port == 25);
  CHECK(moves("imap").port == 143);
  CHECK(moves("pop3").port == 110);
  CHECK(moves("postgres").port == 5432);
  CHECK(moves("smtp").moves.size() == 6);
  CHECK(std::get<client::Say>(moves("postgres").moves[0]).bytes ==
        std::string("\0\0\0\x08\x04\xd2\x16\x2f", 8));
  const client::Hear greeting = std::get<client::Hear>(moves("smtp").moves[0]);
  CHECK(greeting.complete("220 mx ready\r\n"));
  CHECK(greeting.complete("220-mx\r\n220 ready\r\n"));
  CHECK_FALSE(greeting.complete("220-mx\r\n"));
  CHECK_FALSE(greeting.complete("220 mx"));
  const client::Hear reply = std::get<client::Hear>(moves("imap").moves[2]);
  CHECK(reply.complete("* CAPABILITY\r\na1 OK begin\r\n"));
  CHECK_FALSE(reply.complete("* CAPABILITY\r\n"));
}

TEST_CASE("tls: a peer that does not begin TLS fails with its own words") {
  struct Case {
    std::string protocol;
    std::vector<std::string> good, bad;
    std::string quoted;
  };
  const Case cases[] = {
      {"smtp",
       {"220 mx\r\n", "250-mx\r\n250 STARTTLS\r\n", "220 go ahead\r\n"},
       {"220 mx\r\n", "250 mx\r\n", "502 not implemented\r\n"},
       "\"502 not implemented\""},
      {"imap",
       {"* OK hello\r\n", "a1 OK begin\r\n"},
       {"* OK hello\r\n", "a1 BAD what?\r\n"},
       "\"a1 BAD what?\""},
      {"pop3", {"+OK hello\r\n", "+OK begin\r\n"}, {"+OK hello\r\n", "-ERR what?\r\n"}, "\"-ERR what?\""},
      {"postgres", {"S"}, {"N"}, "\"N\""}};
  for (const Case& one : cases) {
    CAPTURE(one.protocol);
    const Probe probe = made(
        "kind: tls\nstarttls: " + one.protocol + "\nexpect: { hostname: true, reject: [\"1.0\"] }", kTarget);
    TlsPeer peer;
    peer.heard = one.good;
    CHECK(judged(probe, peer).state() == ProbeState::pass);
    TlsPeer unwilling;
    unwilling.heard = one.bad;
    unwilling.versions.clear();
    unwilling.refusal = TlsPeer::Refusal::close;
    CHECK(summary(judged(probe, unwilling)) ==
          "fail: STARTTLS: expected the peer begins TLS, got " + one.quoted);
  }
}
