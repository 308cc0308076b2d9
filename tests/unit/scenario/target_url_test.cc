#include "scenario/target_url.h"

#include <doctest/doctest.h>

#include "scenario/http1_wire.h"
#include "tests/unit/scenario/gate_fixture.h"

using namespace assay;
using namespace assay::scenario;

namespace {

struct Case {
  std::string_view url, authority, host, base_path;
  bool secure;
};

constexpr Case kCases[] = {
    {"http://Shop.Test", "Shop.Test", "shop.test", "", false},
    {"http://shop.test:80/", "shop.test", "shop.test", "", false},
    {"http://shop.test:443", "shop.test:443", "shop.test", "", false},
    {"https://shop.test:443/api/", "shop.test", "shop.test", "/api", true},
    {"https://shop.test:8443/api/v1?x=1", "shop.test:8443", "shop.test", "/api/v1", true},
    {"http://[::1]:8080", "[::1]:8080", "::1", "", false},
    {"http://[::1]", "[::1]", "::1", "", false},
    {"http+unix://%2Frun%2Fapp.sock/", "localhost", "localhost", "", false},
};

}  // namespace

TEST_CASE("a target's URL gives the Host header, the cookie host and the base path") {
  for (const Case& each : kCases) {
    CAPTURE(each.url);
    const TargetUrl url = parse_target_url(each.url);
    CHECK(url.authority == each.authority);
    CHECK(url.host == each.host);
    CHECK(url.base_path == each.base_path);
    CHECK(url.secure == each.secure);
  }
}

TEST_CASE("the base path stands before the path of every step") {
  auto spec = gate({request("GET", "/items")});
  spec.targets[0].url = "http://shop.test/api v1/";
  CHECK(rendered(spec).starts_with("GET /api%20v1/items HTTP/1.1\r\nHost: shop.test\r\n"));
}

TEST_CASE("cookies belong to the name in the Host header") {
  auto spec = target("https://10.0.0.1:8443");
  CHECK(origin_of(spec).host == "10.0.0.1");
  CHECK(origin_of(spec).secure);
  spec.headers = {field("host", "Shop.example:8443")};
  CHECK(origin_of(spec).host == "shop.example");
}
