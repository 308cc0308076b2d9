#include "client/dns.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/unit/client/fake_dns.h"

using namespace assay;
using namespace assay::client;
using std::chrono::milliseconds;

namespace {

Answer asked(PollLoop& loop, DnsAsk ask, Nanos timeout = std::chrono::seconds(5)) {
  std::optional<Answer> answer;
  std::unique_ptr<Transfer> transfer = query(ask, timeout, loop, [&](Answer got) {
    transfer.reset();  // as a loop may do
    answer = std::move(got);
  });
  CHECK_FALSE(answer);  // never from inside query()
  loop.run_until([&] { return answer.has_value(); });
  return *answer;
}

// One question to a server that answers with these records.
Answer answered(RecordType type, int count, const std::string& records, ReplyFlags flags = {}) {
  PollLoop loop;
  FakeDns server(loop, [&](std::string_view query, bool) { return reply_to(query, count, records, flags); });
  return asked(loop, {"shop.example", type, server.address()});
}

std::string values(const Answer& answer) {
  std::string text;
  if (answer.dns() == nullptr) return "no answer: " + answer.problem;
  for (const DnsRecord& record : answer.dns()->records)
    text += std::string(name(record.type)) + " " + std::to_string(record.ttl_s) + " " + record.value + "; ";
  return text;
}

std::string string_of(std::string_view text) { return static_cast<char>(text.size()) + std::string(text); }

}  // namespace

TEST_CASE("dns: records of every type come back as text with their time to live") {
  CHECK(values(answered(RecordType::a, 2,
                        record(1, 300, {"\x0a\0\0\x01", 4}) + record(1, 60, {"\x0a\0\0\x02", 4}))) ==
        "A 300 10.0.0.1; A 60 10.0.0.2; ");
  CHECK(values(answered(RecordType::aaaa, 1, record(28, 5, std::string(15, '\0') + '\x01'))) ==
        "AAAA 5 ::1; ");
  CHECK(values(answered(RecordType::mx, 2,
                        record(15, 9, wire_u16(10) + wire_name("mx.example")) +
                            record(15, 9, wire_u16(0) + wire_name("")))) == "MX 9 10 mx.example; MX 9 0 .; ");
  CHECK(values(answered(RecordType::txt, 1, record(16, 9, string_of("v=spf1 ") + string_of("-all")))) ==
        "TXT 9 v=spf1 -all; ");
  CHECK(values(answered(RecordType::caa, 1, record(257, 9, '\0' + string_of("issue") + "ca.example"))) ==
        R"(CAA 9 0 issue "ca.example"; )");
  CHECK(values(answered(RecordType::ns, 1, record(2, 9, wire_name("ns1.example")))) == "NS 9 ns1.example; ");
}

TEST_CASE("dns: a chain of aliases comes with both ends, and other types are left out") {
  const std::string alias = wire_name("edge.example");
  const Answer answer = answered(
      RecordType::a, 3,
      record(5, 3600, alias) + named_record(alias, 1, 30, "\x7f\x01\x01\x01") + record(46, 1, "sig"));
  CHECK(values(answer) == "CNAME 3600 edge.example; A 30 127.1.1.1; ");
  CHECK(answer.dns()->records[0].name == "shop.example");
  CHECK(answer.dns()->records[1].name == "edge.example");
}

TEST_CASE("dns: every reply code is an answer") {
  for (const int rcode : {2, 3, 5}) {
    const Answer answer = answered(RecordType::a, 0, "", {.rcode = rcode});
    REQUIRE(answer.ok());
    CHECK(answer.dns()->rcode == rcode);
    CHECK(answer.dns()->records.empty());
  }
}

TEST_CASE("dns: authority is reported, and recursion is asked for only where it is wanted") {
  PollLoop loop;
  std::vector<bool> recursion;
  FakeDns server(loop, [&](std::string_view query, bool) {
    recursion.push_back(recursion_desired(query));
    return reply_to(query, 0, "", {.authoritative = true});
  });
  const Answer answer = asked(loop, {"shop.example", RecordType::a, server.address(), false});
  CHECK(answer.dns()->authoritative);
  CHECK(answer.address == server.address());
  CHECK(answer.local.starts_with("127.0.0.1:"));
  CHECK(answer.phases.done > Nanos(0));
  asked(loop, {"shop.example", RecordType::a, server.address(), true});
  CHECK(recursion == std::vector<bool>{false, true});
}

TEST_CASE("dns: a reply that is cut off is asked for again over TCP") {
  PollLoop loop;
  FakeDns server(loop, [](std::string_view query, bool tcp) {
    if (!tcp) return reply_to(query, 0, "", {.truncated = true});
    return reply_to(query, 1, record(16, 9, string_of(std::string(200, 'x'))));
  });
  CHECK(values(asked(loop, {"shop.example", RecordType::txt, server.address()})) ==
        "TXT 9 " + std::string(200, 'x') + "; ");
}

TEST_CASE("dns: nonsense is trouble with the protocol, and nothing hangs on it") {
  // The name of the record is a pointer to itself.
  const std::string loop_name = "\xc0" + std::string(1, static_cast<char>(12 + 18));
  const Answer looped = answered(RecordType::cname, 1, named_record(loop_name, 5, 9, loop_name));
  CHECK(looped.trouble == Trouble::protocol);
  const Answer short_address = answered(RecordType::a, 1, record(1, 9, "abc"));
  CHECK(short_address.problem == "the reply is broken: the data of record 1 is not that of A");
  CHECK(short_address.trouble == Trouble::protocol);
  CHECK(answered(RecordType::a, 7, record(1, 9, "abcd")).problem ==
        "the reply is broken: its sections do not fit its length");
}

TEST_CASE("dns: silence ends at the time limit, after a second try") {
  PollLoop loop;
  FakeDns server(loop, [](std::string_view, bool) { return std::string(); });
  const Answer answer = asked(loop, {"shop.example", RecordType::a, server.address()}, milliseconds(150));
  CHECK(answer.trouble == Trouble::timeout);
  CHECK(answer.problem == "no reply from " + server.address() + " within 150ms");
  CHECK(answer.phases.done >= milliseconds(140));
  CHECK(server.queries() == 2);
}

TEST_CASE("dns: a lost query is made up for by the second try") {
  PollLoop loop;
  int count = 0;
  FakeDns server(loop, [&](std::string_view query, bool) {
    return ++count == 1 ? std::string() : reply_to(query, 1, record(1, 9, "abcd"));
  });
  CHECK(values(asked(loop, {"shop.example", RecordType::a, server.address()}, milliseconds(600))) ==
        "A 9 97.98.99.100; ");
}

TEST_CASE("dns: a closed port refuses") {
  PollLoop loop;
  const std::string closed = FakeDns(loop, {}).address();
  const Answer answer = asked(loop, {"shop.example", RecordType::a, closed});
  CHECK(answer.trouble == Trouble::refused);
  CHECK(answer.problem == closed + ": Connection refused");
}

TEST_CASE("dns: what cannot be asked is said from the loop") {
  PollLoop loop;
  const Answer name = asked(loop, {std::string(70, 'a') + ".example", RecordType::a, "127.0.0.1:9"});
  CHECK(name.trouble == Trouble::local);
  CHECK(name.problem == "this is not a name that DNS can hold");
  const Answer server = asked(loop, {"shop.example", RecordType::a, "resolver.example"});
  CHECK(server.trouble == Trouble::local);
  CHECK(server.problem == "\"resolver.example\" is not the address of a server");
}

TEST_CASE("dns: a query that is over does nothing more, even if it is kept") {
  PollLoop loop;
  int answers = 0;
  const auto kept = query({"shop.example", RecordType::a, FakeDns(loop, {}).address()}, milliseconds(50),
                          loop, [&](Answer) { ++answers; });
  loop.run_until([&] { return answers > 0; });
  CHECK(loop.idle());
}

TEST_CASE("dns: an abandoned query leaves nothing behind and never answers") {
  PollLoop loop;
  bool called = false;
  query({"shop.example", RecordType::a, "127.0.0.1:9"}, milliseconds(50), loop, [&](Answer) {
    called = true;
  }).reset();
  CHECK(loop.idle());
  CHECK_FALSE(called);
}
