#include "cli/metric_servers.h"

#include <doctest/doctest.h>

#include <sstream>

#include "cli/delivery.h"

namespace assay::cli {
namespace {

TEST_CASE("metric servers: a gate has a place of its own at a Pushgateway, whatever it is called") {
  CHECK(push_path("shop-canary_2.0") == "/metrics/job/assay/gate/shop-canary_2.0");
  CHECK(push_path("a/b") == "/metrics/job/assay/gate@base64/YS9i");
  CHECK(push_path("..") == "/metrics/job/assay/gate@base64/Li4=");
  CHECK(push_path("\u00fc?>") == "/metrics/job/assay/gate@base64/w7w_Pg==");
}

TEST_CASE("metric servers: headers are lines with a name and a value") {
  const auto headers = parse_headers("Authorization: Bearer a:b \r\n\n  X-Scope-OrgID:7\n");
  REQUIRE(headers);
  REQUIRE(headers->size() == 2);
  CHECK(headers->at(0).name == "Authorization");
  CHECK(headers->at(0).value == "Bearer a:b");
  CHECK(headers->at(1).name == "X-Scope-OrgID");
  CHECK(headers->at(1).value == "7");
  CHECK(parse_headers("")->empty());
  for (const char* wrong : {"no colon", ": value", "na me: x", "X: a\x01"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_headers(wrong));
  }
}

TEST_CASE("metric servers: headers that are none are refused without being shown") {
  std::ostringstream out, err;
  Context context{.arguments = {}, .environment = {}, .out = out, .err = err};
  context.environment = [](std::string_view name) -> std::optional<std::string> {
    return name == "ASSAY_PUSH_HEADERS" ? std::optional<std::string>("s3cret without a name") : std::nullopt;
  };
  CHECK_FALSE(receivers_of(context, {.push = "http://127.0.0.1:1", .remote_write = "", .otlp = ""}));
  CHECK(err.str().find("$ASSAY_PUSH_HEADERS") != std::string::npos);
  CHECK(err.str().find("s3cret") == std::string::npos);
  // Those of another server are not its business.
  CHECK(receivers_of(context, {.push = "", .remote_write = "http://127.0.0.1:1", .otlp = ""})->size() == 1);
}

TEST_CASE("metric servers: a password in a URL is not shown") {
  CHECK(shown_url("https://u:p@push.test:9091/x") == "https://u@push.test:9091/x");
  CHECK(shown_url("https://u:p:q@push.test") == "https://u@push.test");
  CHECK(shown_url("https://u@push.test:9091") == "https://u@push.test:9091");
  CHECK(shown_url("https://push.test:9091/a@b:c") == "https://push.test:9091/a@b:c");
  CHECK(shown_url("push.test") == "push.test");
}

}  // namespace
}  // namespace assay::cli
