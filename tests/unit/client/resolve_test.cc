#include "client/resolve.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "tests/unit/client/fake_dns.h"

using namespace assay;
using namespace assay::client;

namespace {

struct Resolved {
  std::vector<std::string> addresses;
  std::string problem;
};

Resolved resolved(PollLoop& loop, const std::string& host, const std::string& server = {},
                  Nanos timeout = std::chrono::seconds(5)) {
  std::optional<Resolved> result;
  std::unique_ptr<Transfer> transfer = resolve(
      host, timeout, loop,
      [&](std::vector<std::string> addresses, std::string problem) {
        transfer.reset();
        result = Resolved{std::move(addresses), std::move(problem)};
      },
      server);
  CHECK_FALSE(result);
  loop.run_until([&] { return result.has_value(); });
  CHECK((server.empty() ? loop.idle() : true));
  return *result;
}

bool asks_for_ipv6(std::string_view query) { return query.find(std::string("\0\0\x1c", 3)) != query.npos; }

}  // namespace

TEST_CASE("resolve: literals and the hosts file need no server") {
  PollLoop loop;
  CHECK(resolved(loop, "127.0.0.7").addresses == std::vector<std::string>{"127.0.0.7"});
  CHECK(resolved(loop, "::1").addresses == std::vector<std::string>{"::1"});
  const Resolved local = resolved(loop, "localhost");
  CHECK(std::count(local.addresses.begin(), local.addresses.end(), "127.0.0.1") == 1);
  CHECK(local.problem.empty());
}

TEST_CASE("resolve: addresses of both families are asked for") {
  PollLoop loop;
  FakeDns server(loop, [](std::string_view query, bool) {
    return asks_for_ipv6(query) ? reply_to(query, 1, record(28, 9, std::string(15, '\0') + '\x01'))
                                : reply_to(query, 1, record(1, 9, "\x7f\x01\x01\x01"));
  });
  std::vector<std::string> addresses = resolved(loop, "shop.example", server.address()).addresses;
  std::sort(addresses.begin(), addresses.end());
  CHECK(addresses == std::vector<std::string>{"127.1.1.1", "::1"});
}

TEST_CASE("resolve: why there is no address") {
  PollLoop loop;
  FakeDns nobody(loop, [](std::string_view query, bool) { return reply_to(query, 0, "", {.rcode = 3}); });
  CHECK(resolved(loop, "shop.example.", nobody.address()).problem ==
        "cannot resolve shop.example.: there is no such name");
  FakeDns silent(loop, [](std::string_view, bool) { return std::string(); });
  CHECK(resolved(loop, "shop.example.", silent.address(), std::chrono::milliseconds(90)).problem ==
        "cannot resolve shop.example.: no reply within 90ms");
}
