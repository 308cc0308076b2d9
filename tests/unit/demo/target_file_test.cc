#include "demo/target_file.h"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::demo;
using namespace std::chrono_literals;

namespace {

std::string errors_of(const std::string& text) {
  auto options = parse_target_file("target.yaml", text);
  return options ? "accepted" : options.error().render();
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a target file is read") {
  const auto options = parse_target_file("target.yaml", R"yaml(
listen: "[::1]:8080"
allow_remote: false
seed: 7
stall: 2s/10s
log: requests.csv
tls: { ca_out: ca.pem, flaw: wrong-name }
paths:
  /items: { latency: "lognormal(20ms,0.5)", errors: 1%, chunked: true }
  /slow: 300ms
)yaml");
  REQUIRE(options);
  CHECK(options->address == "::1");
  CHECK(options->port == 8080);
  CHECK(options->seed == 7);
  CHECK(options->stall.every == 10s);
  CHECK(options->log == "requests.csv");
  REQUIRE(options->tls);
  CHECK(options->tls->ca_out == "ca.pem");
  CHECK(options->tls->flaw == TlsOptions::Flaw::wrong_name);
  REQUIRE(options->paths.size() == 2);
  CHECK(options->paths[0].error_ratio == doctest::Approx(0.01));
  CHECK(options->paths[0].chunked);
  CHECK(std::get<ConstantLatency>(options->paths[1].latency).value == 300ms);
}

TEST_CASE("JSON is read by the same reader") {
  const auto options = parse_target_file("target.json", R"({"seed": 3, "paths": {"/a": {"errors": "5%"}}})");
  REQUIRE(options);
  CHECK(options->seed == 3);
  CHECK(options->paths.at(0).error_ratio == doctest::Approx(0.05));
}

TEST_CASE("an empty file means the defaults") {
  const auto options = parse_target_file("target.yaml", "");
  REQUIRE(options);
  CHECK(options->address == "127.0.0.1");
  CHECK(options->paths.empty());
}

TEST_CASE("every mistake of a file is named with line and column") {
  const std::string text = errors_of("sead: 7\npaths:\n  /a: { latncy: 5ms, errors: lots }\n  b: 5ms\n");
  CHECK(contains(text, "target.yaml:1:1"));
  CHECK(contains(text, "did you mean \"seed\"?"));
  CHECK(contains(text, "target.yaml:3:9"));
  CHECK(contains(text, "did you mean \"latency\"?"));
  CHECK(contains(text, "target.yaml:3:30"));
  CHECK(contains(text, "target.yaml:4:3"));
  CHECK(contains(text, "a path must start with /"));
}

TEST_CASE("values of the wrong kind are refused") {
  CHECK(contains(errors_of("- 1\n"), "must be a map"));
  CHECK(contains(errors_of("seed: many\n"), "a whole number"));
  CHECK(contains(errors_of("seed: [1]\n"), "a single value"));
  CHECK(contains(errors_of("seed: 1\nseed: 2\n"), "there twice"));
  CHECK(contains(errors_of("allow_remote: maybe\n"), "true or false"));
  CHECK(contains(errors_of("tls: { flaw: ugly }\n"), "known flaws"));
  CHECK(contains(errors_of("tls: { key: k.pem }\n"), "belong together"));
  CHECK(contains(errors_of("paths: [ /a ]\n"), "map from path"));
  CHECK(contains(errors_of("stall: 2s\n"), "LASTING/EVERY"));
  CHECK(contains(errors_of("seed: [1\n"), "not valid YAML"));
}

TEST_CASE("an address to listen on has a host and perhaps a port") {
  TargetOptions options;
  CHECK(set_listen(options, "127.0.0.2:81").empty());
  CHECK(options.address == "127.0.0.2");
  CHECK(options.port == 81);
  CHECK(set_listen(options, "[::1]").empty());
  CHECK(options.address == "::1");
  CHECK_FALSE(set_listen(options, "127.0.0.1:70000").empty());
  CHECK_FALSE(set_listen(options, "[::1").empty());
  CHECK_FALSE(set_listen(options, "[::1]8080").empty());
}
