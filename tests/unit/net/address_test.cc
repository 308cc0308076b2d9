#include <doctest/doctest.h>
#include <sys/resource.h>

#include "net/address.h"
#include "net/limits.h"

using namespace assay;
using namespace assay::net;

TEST_CASE("literals are addresses as they stand") {
  const auto ipv4 = resolve("127.0.0.1", 8080).value();
  REQUIRE(ipv4.size() == 1);
  CHECK(ipv4[0].text == "127.0.0.1:8080");
  CHECK(ipv4[0].family() == AF_INET);
  for (const std::string host : {"::1", "[::1]"}) {
    const auto ipv6 = resolve(host, 80).value();
    REQUIRE(ipv6.size() == 1);
    CHECK(ipv6[0].text == "[::1]:80");
    CHECK(ipv6[0].family() == AF_INET6);
  }
}

TEST_CASE("localhost has every address once") {
  const auto found = resolve("localhost", 80).value();
  REQUIRE_FALSE(found.empty());
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (std::size_t k = i + 1; k < found.size(); ++k) CHECK(found[i].text != found[k].text);
  }
}

TEST_CASE("a name that is no name is an error that says so") {
  auto result = resolve("not a host name", 80);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().message().find("cannot resolve not a host name") == 0);
}

TEST_CASE("unix socket paths have a length limit") {
  CHECK(unix_address("/run/app.sock").value().text == "unix:/run/app.sock");
  CHECK_FALSE(unix_address(std::string(108, 'x')).has_value());
  CHECK_FALSE(unix_address("").has_value());
}

TEST_CASE(
    "the soft file limit is raised to what a run needs, and the hard one is named where it does not "
    "suffice") {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit low{256, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
  const std::vector<Address> addresses{unix_address("/x").value()};
  CHECK(ensure_capacity(100, addresses).has_value());
  rlimit now{};
  ::getrlimit(RLIMIT_NOFILE, &now);
  CHECK(now.rlim_cur == 256);
  CHECK(ensure_capacity(300, addresses).has_value());
  ::getrlimit(RLIMIT_NOFILE, &now);
  CHECK(now.rlim_cur >= 300);
  if (before.rlim_max != RLIM_INFINITY) {
    auto refused = ensure_capacity(before.rlim_max, addresses);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().hint.find("ulimit") != std::string::npos);
  }
  ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST_CASE("more connections than local ports are refused for TCP and not for unix sockets") {
  const std::vector<Address> one = resolve("127.0.0.1", 80).value();
  auto refused = ensure_local_ports(65'536, one);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().hint.find("ip_local_port_range") != std::string::npos);
  CHECK(ensure_local_ports(1'000, one).has_value());
  CHECK(ensure_local_ports(65'536, {unix_address("/x").value()}).has_value());
  CHECK(local_ports() > 0);
  std::vector<Address> many;
  for (std::uint16_t port = 80; port < 90; ++port) many.push_back(resolve("127.0.0.1", port).value().front());
  CHECK(ensure_local_ports(65'536, many).has_value());
}

TEST_CASE("no interface leads to this machine itself") {
  CHECK(!interface_to(unix_address("/x").value()));
  CHECK(!interface_to(resolve("127.0.0.1", 80).value().front()));
  CHECK(!interface_to(resolve("::1", 80).value().front()));
}
