#include "probes/addresses.h"

#include <doctest/doctest.h>

#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;

TEST_CASE("addresses: a probe that wants it becomes one for each address of its host") {
  const auto found = at_every_address({made("kind: http\nname: home\nresolve: all", "http://localhost:8080"),
                                       made("kind: http\nname: plain", "http://localhost:8080")});
  REQUIRE(found.size() >= 2);
  CHECK(found.back().spec.name == "plain");
  CHECK(found.back().access.resolve.empty());
  bool loopback = false;
  for (std::size_t i = 0; i + 1 < found.size(); ++i) {
    const std::string address = found[i].access.resolve.at("localhost");
    CHECK(found[i].spec.name == "home at " + address);
    loopback = loopback || address == "127.0.0.1" || address == "::1";
  }
  CHECK(loopback);
}

TEST_CASE("addresses: an address has itself, and a name that has none says so itself") {
  auto found =
      at_every_address({made("kind: http\nresolve: all", "http://127.0.0.1:8080"),
                        made("kind: http\nname: nowhere\nresolve: all", "http://nowhere.invalid:8080")});
  REQUIRE(found.size() == 2);
  CHECK(found[0].spec.name == "http at 127.0.0.1");
  CHECK(found[1].spec.name == "nowhere");
  CHECK(found[1].access.resolve.empty());
}
