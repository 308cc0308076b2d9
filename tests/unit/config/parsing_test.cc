#include <doctest/doctest.h>

#include "reading.h"

using namespace assay;
using namespace assay::config;

TEST_CASE("a minimal gate is read with its defaults") {
  Reading reading;
  reading.path = "gates/checkout flow.yaml";
  const auto gate = reading.read(gate_with(""));
  REQUIRE(gate);
  CHECK(gate->name == "checkout-flow");
  CHECK(gate->source->path() == "gates/checkout flow.yaml");
  CHECK(gate->targets.size() == 1);
  CHECK(gate->compare.empty());
  CHECK(gate->judgement.confidence == doctest::Approx(0.95));
}

TEST_CASE("a byte order mark and Windows line ends change nothing but the bytes") {
  std::string text = "\xEF\xBB\xBF" + gate_with("thresholds:\n  - error_rate < 1\n");
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2))
    text.insert(at, "\r");
  Reading reading;
  const auto gate = reading.read(text);
  REQUIRE_FALSE(gate);
  CHECK(gate.error().all().at(0).where.location() == "gate.yaml:9:18");
}

TEST_CASE("aliases repeat a part of the file") {
  Reading reading;
  const auto gate = reading.read("version: 1\n" + kTargets + kLoad +
                                 "scenarios:\n"
                                 "  a: { steps: [ { get: /, headers: &common { X-A: one } } ] }\n"
                                 "  b: { steps: [ { get: /, headers: *common } ] }\n");
  REQUIRE(gate);
  CHECK(std::get<RequestSpec>(gate->scenarios.at(1).steps.at(0).action).headers.at(0).name == "X-A");
}

TEST_CASE("aliases cannot blow a small file up") {
  std::string text = "version: 1\na0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string one = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + one;
    for (int k = 0; k < 9; ++k) text += ", " + one;
    text += "]\n";
  }
  Reading reading;
  const auto gate = reading.read(text);
  REQUIRE_FALSE(gate);
  CHECK(gate.error().render().find("too large") != std::string::npos);
}

TEST_CASE("an alias of the part that holds it is refused") {
  Reading reading;
  CHECK_FALSE(reading.read("version: &v [ *v ]\n"));
}

TEST_CASE("text that is not UTF-8 is refused with its place") {
  Reading reading;
  const auto gate = reading.read("version: 1\nname: \xC3(\n");
  REQUIRE_FALSE(gate);
  CHECK(gate.error().all().at(0).where.location() == "gate.yaml:2:7");
}

TEST_CASE("deep nesting is an error, not a crash") {
  Reading reading;
  CHECK_FALSE(reading.read("version: " + std::string(20000, '[')));
}

TEST_CASE("YAML and JSON say the same") {
  Reading yaml, json;
  json.path = "gate.json";
  const auto from_yaml = yaml.read(gate_with("thresholds: [ error_rate < 1% ]\n"));
  const auto from_json = json.read(
      "{\n\t\"version\": 1,\n\t\"targets\": {\"candidate\": \"http://127.0.0.1:8080\"},\n"
      "\t\"scenarios\": {\"s\": {\"steps\": [{\"get\": \"\\/\"}]}},\n"
      "\t\"load\": {\"shape\": \"constant-arrival-rate\", \"rate\": \"50/s\", \"duration\": \"1m\"},\n"
      "\t\"thresholds\": [\"error_rate < 1%\"]\n}\n");
  REQUIRE(from_yaml);
  REQUIRE(from_json);
  CHECK(from_yaml->thresholds.at(0).limit == from_json->thresholds.at(0).limit);
  CHECK(request(*from_yaml).path.source_text() == request(*from_json).path.source_text());
  CHECK(from_yaml->load.at(0).rate_per_s == from_json->load.at(0).rate_per_s);
}

TEST_CASE("all mistakes are found in one go, in the order of the file") {
  Reading reading;
  const auto gate = reading.read(gate_with_steps("      - { get: /, timout: 1s }\n      - { get: cart }\n",
                                                 "thresholds: [ error_rate < 1, p95 < 1s ]\n"));
  REQUIRE_FALSE(gate);
  REQUIRE(gate.error().size() == 4);
  std::size_t before = 0;
  for (const ConfigError& error : gate.error().all()) {
    CHECK(error.where.begin > before);
    before = error.where.begin;
  }
}
