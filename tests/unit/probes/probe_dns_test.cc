#include <map>
#include <utility>

#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;
using client::DnsAnswer;
using client::DnsRecord;
using client::RecordType;

namespace {

DnsRecord a(std::string value, std::uint32_t ttl = 300, std::string name = "shop.example.com") {
  return {std::move(name), RecordType::a, ttl, std::move(value)};
}
DnsRecord alias(std::string name, std::string to, std::uint32_t ttl = 300) {
  return {std::move(name), RecordType::cname, ttl, std::move(to)};
}
DnsRecord other(RecordType type, std::string value) {
  return {"shop.example.com", type, 300, std::move(value)};
}

World world(DnsAnswer reply) {
  return [=](const client::Ask&) {
    client::Answer answer;
    answer.what = reply;
    return answer;
  };
}
std::string judged_as(const std::string& keys, DnsAnswer reply) {
  return summary(judged(made("kind: dns\nhost: shop.example.com\n" + keys), world(std::move(reply))));
}
std::string judged_as(const std::string& keys, std::vector<DnsRecord> records) {
  return judged_as(keys, DnsAnswer{0, false, std::move(records)});
}

// A reply for each resolver.
std::string judged_by(const std::string& keys, std::map<std::string, DnsAnswer> replies) {
  const Probe probe = made("kind: dns\nhost: shop.example.com\n" + keys);
  return summary(judged(probe, [&](const client::Ask& ask) {
    client::Answer answer;
    answer.what = replies.at(std::get<client::DnsAsk>(ask.what).server);
    return answer;
  }));
}

bool refused(const std::string& keys, std::string_view sentence) {
  const std::string errors = staged("kind: dns\n" + keys).errors;
  INFO(errors);
  return errors.find(sentence) != std::string::npos;
}

}  // namespace

TEST_CASE("dns: the exact set of values is expected, in any order and spelling") {
  CHECK(judged_as("expect: [10.0.0.2, 10.0.0.1]", {a("10.0.0.1"), a("10.0.0.2")}) ==
        "pass: A shop.example.com: 10.0.0.1, 10.0.0.2");
  CHECK(judged_as("expect: 10.0.0.1", {a("10.0.0.1"), a("10.0.0.2")}) ==
        "fail: A shop.example.com: expected 10.0.0.1, got 10.0.0.1, 10.0.0.2");
  CHECK(judged_as("expect: 10.0.0.1\ncontains: true", {a("10.0.0.1"), a("10.0.0.2")}).starts_with("pass"));
  CHECK(judged_as("expect: 10.0.0.3\ncontains: true", {a("10.0.0.1")}) ==
        "fail: A shop.example.com: expected at least 10.0.0.3, got 10.0.0.1");
  CHECK(judged_as("type: AAAA\nexpect: 2001:DB8::0007", {other(RecordType::aaaa, "2001:db8::7")})
            .starts_with("pass"));
  CHECK(judged_as("type: MX\nexpect: 10 Mail.example.com.", {other(RecordType::mx, "10 mail.EXAMPLE.com")})
            .starts_with("pass"));
  CHECK(judged_as("type: TXT\nexpect: v=spf1 -all", {other(RecordType::txt, "v=spf1 ~all")}) ==
        "fail: TXT shop.example.com: expected v=spf1 -all, got v=spf1 ~all");
  CHECK(judged_as("type: CAA\nexpect: '0 issue \"ca.example\"'",
                  {other(RecordType::caa, "0 issue \"ca.example\"")})
            .starts_with("pass"));
}

TEST_CASE("dns: without values a record must be there") {
  CHECK(judged_as("", {a("10.0.0.1")}).starts_with("pass"));
  CHECK(judged_as("", std::vector<DnsRecord>{}) ==
        "fail: A shop.example.com: expected a record, got NOERROR, but no record A");
}

TEST_CASE("dns: aliases are followed, and only records of this name count") {
  const DnsRecord www = alias("shop.example.com", "Edge.Example.NET");
  CHECK(judged_as("expect: 10.0.0.1", {www, a("10.0.0.1", 60, "edge.example.net")}) ==
        "pass: A shop.example.com: 10.0.0.1 (by way of edge.example.net)");
  CHECK(judged_as("expect: 10.0.0.1", {www, a("10.0.0.1", 60, "evil.example.net")}) ==
        "fail: A shop.example.com: expected 10.0.0.1, got an alias to edge.example.net, which has no A here");
  CHECK(
      judged_as("", DnsAnswer{3, false, {www}}) ==
      "fail: A shop.example.com: expected a record, got an alias to edge.example.net, which does not exist");
  CHECK(judged_as("type: CNAME\nexpect: edge.example.net.", {www}).starts_with("pass"));
  CHECK(judged_as("type: CNAME\nexpect: edge.example.net", {a("10.0.0.1")}) ==
        "fail: CNAME shop.example.com: expected edge.example.net, got NOERROR, but no record CNAME");
}

TEST_CASE("dns: aliases in a circle end") {
  CHECK(judged_as("", {alias("shop.example.com", "b.example"), alias("b.example", "shop.example.com")}) ==
        "fail: A shop.example.com: expected a record, got aliases that go round in a circle: b.example, then "
        "shop.example.com");
}

TEST_CASE("dns: no such name fails, a server that cannot say is an error") {
  const std::string expect = "expect: 10.0.0.1";
  CHECK(judged_as(expect, DnsAnswer{3, false, {}}) ==
        "fail: A shop.example.com: expected 10.0.0.1, got NXDOMAIN: there is no such name");
  CHECK(judged_as(expect, DnsAnswer{2, false, {}}) ==
        "error: A shop.example.com: SERVFAIL: the server could not find out");
  CHECK(judged_as(expect, DnsAnswer{5, false, {}}) ==
        "error: A shop.example.com: REFUSED: the server does not answer for us");
  CHECK(judged_as(expect, DnsAnswer{11, false, {}}) == "error: A shop.example.com: RCODE 11");
}

TEST_CASE("dns: absence") {
  CHECK(judged_as("absent: true", DnsAnswer{3, false, {}}).starts_with("pass"));
  CHECK(judged_as("absent: true", std::vector<DnsRecord>{}).starts_with("pass"));
  CHECK(judged_as("absent: true", {a("10.0.0.1")}) ==
        "fail: A shop.example.com: expected no record, got 10.0.0.1");
  CHECK(judged_as("absent: true", DnsAnswer{2, false, {}}).starts_with("error"));
}

TEST_CASE("dns: a certain reply code") {
  CHECK(judged_as("rcode: refused", DnsAnswer{5, false, {}}) == "pass: A shop.example.com: REFUSED");
  CHECK(judged_as("rcode: refused", {a("10.0.0.1")}) ==
        "fail: A shop.example.com: expected REFUSED, got 10.0.0.1");
  CHECK(judged_as("rcode: servfail", DnsAnswer{2, false, {}}).starts_with("pass"));
}

TEST_CASE("dns: the time to live of everything on the way is bounded") {
  CHECK(judged_as("ttl: { max: 5m }", {a("10.0.0.1", 300)}).starts_with("pass"));
  CHECK(judged_as("ttl: { max: 5m }",
                  {alias("shop.example.com", "b.example", 86'400), a("10.0.0.1", 60, "b.example")}) ==
        "fail: A shop.example.com: time to live: expected at most 5m, got 1d");
  const std::string own = "authoritative: true\nresolvers: [10.0.0.53]\nttl: { min: 1h, max: 1h }";
  CHECK(judged_as(own, DnsAnswer{0, true, {a("10.0.0.1", 3600)}}).starts_with("pass"));
  CHECK(judged_as(own, DnsAnswer{0, true, {a("10.0.0.1", 300)}})
            .ends_with("time to live: expected at least 1h, got 5m"));
}

TEST_CASE("dns: authority is asked for without recursion, and must be claimed") {
  const std::string keys = "authoritative: true\nresolvers: [10.0.0.53]\nexpect: 10.0.0.1";
  const Probe probe = made("kind: dns\nhost: shop.example.com\n" + keys);
  const auto ask = std::get<client::DnsAsk>(probe.kind->next(probe, {}).at(0).what);
  CHECK_FALSE(ask.recursion);
  CHECK(ask.server == "10.0.0.53:53");
  CHECK(judged_as(keys, DnsAnswer{0, true, {a("10.0.0.1")}}) == "pass: all 2 facts hold");
  CHECK(judged_as(keys, DnsAnswer{0, false, {a("10.0.0.1")}}) ==
        "fail: A shop.example.com at 10.0.0.53:53: authority: expected an answer of the zone's own server, "
        "got one "
        "without authority (no AA)");
  CHECK(judged_as(keys, DnsAnswer{5, false, {}}).ends_with("got REFUSED: it does not serve this zone"));
  CHECK(judged_as(keys, DnsAnswer{2, false, {}}).starts_with("error"));
}

TEST_CASE("dns: every resolver must agree") {
  const std::string both = "resolvers: [10.0.0.1, \"[::1]:5353\"]\n";
  const DnsAnswer fresh{0, false, {a("10.0.0.7")}}, stale{0, false, {a("10.0.0.6")}};
  CHECK(judged_by(both, {{"10.0.0.1:53", fresh}, {"[::1]:5353", fresh}}).starts_with("pass"));
  CHECK(judged_by(both, {{"10.0.0.1:53", fresh}, {"[::1]:5353", stale}}) ==
        "fail: agreement of the resolvers: expected 10.0.0.7 at 10.0.0.1:53, got 10.0.0.6 at [::1]:5353");
  CHECK(judged_by(both + "expect: 10.0.0.7", {{"10.0.0.1:53", fresh}, {"[::1]:5353", stale}}) ==
        "fail: A shop.example.com at [::1]:5353: expected 10.0.0.7, got 10.0.0.6");
  CHECK(
      judged_by(both + "expect: 10.0.0.7", {{"10.0.0.1:53", fresh}, {"[::1]:5353", DnsAnswer{2, false, {}}}})
          .starts_with("error"));
}

TEST_CASE("dns: silence of a named server is its failure, that of the system's resolver is not") {
  const World silent = [](const client::Ask&) { return trouble(client::Trouble::timeout, "no reply"); };
  CHECK(judged(made("kind: dns\nhost: a.example\nresolvers: [10.0.0.1]"), silent).state() ==
        ProbeState::fail);
  CHECK(summary(judged(made("kind: dns\nhost: a.example"), silent)) ==
        "error: A a.example: timeout: no reply");
}

TEST_CASE("dns: the host is that of the target where none is named") {
  const StagedGate gate = staged("kind: dns", "https://Shop.example.com:8443");
  REQUIRE(gate.probes.size() == 1);
  CHECK(gate.probes[0].kind->next(gate.probes[0], {}).at(0).label == "A shop.example.com");
}

TEST_CASE("dns: mistakes are refused") {
  CHECK(refused("", "\"127.0.0.1\" is an address, which needs no DNS"));
  CHECK(refused("host: 10.0.0.1", "is an address"));
  CHECK(refused("host: \"a..b\"", "is not a host name"));
  CHECK(refused("host: \"a b\"", "is not a host name"));
  CHECK(refused("host: " + std::string(64, 'x') + ".example", "is not a host name"));
  CHECK(refused("host: a.b\ntype: a", "did you mean \"A\"?"));
  CHECK(refused("host: a.b\nexpect: shop", "\"shop\" is not the value of a record A"));
  CHECK(refused("host: a.b\nexpect: \"::1\"", "is not the value of a record A"));
  CHECK(refused("host: a.b\ntype: AAAA\nexpect: 10.0.0.1", "is not the value of a record AAAA"));
  CHECK(refused("host: a.b\ntype: MX\nexpect: mx.example", "write it like 10 mx.example.com"));
  CHECK(refused("host: a.b\nexpect: []", "expect"));
  CHECK(refused("host: a.b\nexpect: [10.0.0.1, 10.0.0.1]", "a value is expected twice"));
  CHECK(refused("host: a.b\ncontains: true", "\"contains\" needs values to look for"));
  CHECK(refused("host: a.b\nabsent: true\nexpect: 10.0.0.1", "\"absent\" contradicts \"expect\""));
  CHECK(refused("host: a.b\nabsent: true\nttl: { max: 1h }", "\"absent\" contradicts \"ttl\""));
  CHECK(refused("host: a.b\nrcode: refused\nexpect: 10.0.0.1", "\"rcode\" contradicts \"expect\""));
  CHECK(refused("host: a.b\nrcode: nope", "\"rcode\" cannot be \"nope\""));
  CHECK(refused("host: a.b\nttl: {}", "ttl"));
  CHECK(refused("host: a.b\nttl: 300", "ttl"));
  CHECK(refused("host: a.b\nttl: { min: 1h }", "counts down, so it has no minimum"));
  CHECK(refused("host: a.b\nresolvers: [10.0.0.1]\nauthoritative: true\nttl: { min: 2h, max: 1h }",
                "is above"));
  CHECK(refused("host: a.b\nresolvers: [dns.google]", "\"dns.google\" is not the address of a server"));
  CHECK(refused("host: a.b\nresolvers: [10.0.0.1, \"10.0.0.1:53\"]", "is asked twice"));
  CHECK(refused("host: a.b\nauthoritative: true", "only the zone's own name servers have authority"));
}
