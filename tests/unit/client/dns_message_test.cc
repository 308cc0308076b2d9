#include "client/dns_message.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "base/random.h"
#include "tests/unit/client/fake_dns.h"

using namespace assay;
using namespace assay::client;

namespace {

Expected<DnsAnswer, std::string> parsed(std::string_view message) {
  return parse_dns_reply({reinterpret_cast<const unsigned char*>(message.data()), message.size()});
}

std::string query_for(std::string_view name) {
  const std::string header("\x12\x34\x01\0\0\x01\0\0\0\0\0\0", 12);
  return header + wire_name(name) + wire_u16(1) + wire_u16(1);
}

std::string whole_reply() {
  const std::string records = record(5, 60, wire_name("edge.example")) + record(1, 60, "abcd") +
                              record(15, 60, wire_u16(10) + "\xc0\x0c") + record(16, 60, "\x03xyz") +
                              record(257, 60, std::string("\0\5issueca", 9));
  return reply_to(query_for("shop.example"), 5, records);
}

}  // namespace

TEST_CASE("dns message: a query is no reply") {
  const auto query = parsed(reply_to(query_for("a.example"), 0, "", {.response = false}));
  REQUIRE_FALSE(query);
  CHECK(parsed(whole_reply())->records.size() == 5);
}

TEST_CASE("dns message: every cut is refused") {
  const std::string whole = whole_reply();
  for (std::size_t size = 0; size < whole.size(); ++size) CHECK_FALSE(parsed(whole.substr(0, size)));
}

TEST_CASE("dns message: lengths inside a record cannot reach beyond it") {
  const auto one = [](int type, const std::string& data) {
    return parsed(reply_to(query_for("a.example"), 1, record(type, 1, data))).has_value();
  };
  CHECK(one(16, "\x03xyz"));
  CHECK_FALSE(one(16, "\x04xyz"));
  CHECK_FALSE(one(257, std::string("\0\x09issue", 7)));
  CHECK_FALSE(one(257, ""));
  CHECK_FALSE(one(15, "\x01"));
  CHECK_FALSE(one(5, wire_name("edge.example") + "x"));
  CHECK_FALSE(one(28, "abcd"));
}

TEST_CASE("dns message: no damage makes it crash or hang") {
  const std::string whole = whole_reply();
  Random random(7, 0);
  std::size_t refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string damaged = whole;
    for (int i = 0; i < 3; ++i)
      damaged[static_cast<std::size_t>(random.below(damaged.size()))] = static_cast<char>(random.below(256));
    refused += parsed(damaged) ? 0U : 1U;
  }
  CHECK(refused > 0);
}
