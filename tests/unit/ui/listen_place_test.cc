#include "ui/listen_place.h"

#include <doctest/doctest.h>

using namespace assay::ui;

TEST_CASE("listen place: an IP address and a port, and whether it is this machine alone") {
  const auto v4 = parse_listen_place("127.0.0.1:8089");
  REQUIRE(v4);
  CHECK(v4->address == "127.0.0.1");
  CHECK(v4->port == 8089);
  CHECK(v4->loopback);
  const auto v6 = parse_listen_place("[::1]:0");
  REQUIRE(v6);
  CHECK(v6->loopback);
  CHECK(v6->authority() == "[::1]:0");
  CHECK_FALSE(parse_listen_place("0.0.0.0:80")->loopback);
  CHECK_FALSE(parse_listen_place("192.0.2.7:80")->loopback);
  // Mapped into IPv6, but all of the machine's addresses.
  CHECK_FALSE(parse_listen_place("[::]:80")->loopback);
}

TEST_CASE("listen place: what is none says so") {
  for (const char* wrong : {"", "8089", ":8089", "localhost:8089", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
                            "127.0.0.1:65536", "::1:80", "[127.0.0.1]:80", "127.0.0.1:80 "}) {
    CAPTURE(wrong);
    const auto place = parse_listen_place(wrong);
    REQUIRE_FALSE(place);
    CHECK(place.error() ==
          "\"" + std::string(wrong) + "\" is no address to listen on: write it like 127.0.0.1:8089");
  }
}

TEST_CASE("listen place: browsers may call it by its address or localhost") {
  CHECK(names_of({"127.0.0.1", 8089, true}) == std::vector<std::string>{"127.0.0.1:8089", "localhost:8089"});
  CHECK(names_of({"::1", 80, true}) ==
        std::vector<std::string>{"[::1]:80", "[::1]", "localhost:80", "localhost"});
}
