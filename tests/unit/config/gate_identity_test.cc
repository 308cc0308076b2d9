#include "config/gate_identity.h"

#include <doctest/doctest.h>

#include "reading.h"

using namespace assay;
using namespace assay::config;

namespace {

GateSpec gate_of(const std::string& text, const std::map<std::string, std::string>& variables = {}) {
  Reading reading;
  reading.options.variables = variables;
  auto gate = reading.read(text);
  REQUIRE(gate);
  return std::move(gate).value();
}

std::string scenarios_of(const std::string& steps, const std::string& more = {}) {
  return scenario_identity(gate_of(gate_with_steps(steps, more)));
}

std::string load_of(const std::string& load) {
  return load_identity(
      gate_of("version: 1\n" + kTargets + "scenarios:\n  s:\n    steps:\n      - get: /\nload: " + load));
}

}  // namespace

TEST_CASE("identity: comments, layout and the order of keys do not count") {
  CHECK(scenarios_of("      - get: /a\n        timeout: 2s\n") ==
        scenarios_of("      # first\n      - { timeout: 2s, get: /a }\n"));
}

TEST_CASE("identity: what is sent counts, in its order") {
  const std::string known = scenarios_of("      - get: /a\n      - get: /b\n");
  CHECK(known != scenarios_of("      - get: /b\n      - get: /a\n"));
  CHECK(known != scenarios_of("      - get: /a\n"));
  CHECK(known != scenarios_of("      - post: /a\n      - get: /b\n"));
  CHECK(scenarios_of("      - post: /\n        json: { a: 1 }\n") !=
        scenarios_of("      - post: /\n        json: { a: \"1\" }\n"));
}

TEST_CASE("identity: thresholds do not count for what is sent, and targets not for how much") {
  CHECK(scenarios_of("      - get: /\n", "thresholds: [ error_rate < 1% ]\n") ==
        scenarios_of("      - get: /\n"));
  Reading reading;
  reading.options.targets["candidate"] = "http://127.0.0.9:1";
  const auto elsewhere = reading.read(gate_with(""));
  REQUIRE(elsewhere);
  CHECK(load_identity(*elsewhere) == load_identity(gate_of(gate_with(""))));
}

TEST_CASE("identity: variables count by their value where a scenario uses them") {
  const std::string used =
      gate_with_steps("      - get: \"/${page}\"\n", "variables: { page: 1, other: 2 }\n");
  const std::string known = scenario_identity(gate_of(used));
  CHECK(known != scenario_identity(gate_of(used, {{"page", "9"}})));
  CHECK(known == scenario_identity(gate_of(used, {{"other", "9"}})));
}

TEST_CASE("identity: the load counts, and into how many arms it is dealt") {
  const std::string known = load_of("{ shape: constant-arrival-rate, rate: 50/s, duration: 1m }");
  CHECK(known == load_of("[ { duration: 60s, rate: 50/s, shape: constant-arrival-rate } ]"));
  CHECK(known != load_of("{ shape: constant-arrival-rate, rate: 51/s, duration: 1m }"));
  CHECK(known != load_of("{ shape: constant-arrival-rate, rate: 50/s, duration: 1m, warm_up: 5s }"));
  CHECK(known != load_of("{ shape: constant-arrival-rate, rate: 50/s, duration: 1m, arrivals: poisson }"));
  Reading reading;
  reading.options.same_build = true;
  const auto two_arms = reading.read(gate_with(""));
  REQUIRE(two_arms);
  CHECK(known != load_identity(*two_arms));
}

TEST_CASE("identity: what a target adds to requests counts, its address and a secret's value do not") {
  const auto of_target = [](const std::string& target) {
    Reading reading;
    reading.environment["TOKEN"] = "correct-horse";
    auto gate = reading.read("version: 1\ntargets: { candidate: " + target +
                             " }\nsecrets: [TOKEN]\nscenarios:\n  s:\n    steps:\n      - get: /\n" + kLoad);
    REQUIRE(gate);
    return scenario_identity(*gate);
  };
  const std::string plain = of_target("{ url: \"http://127.0.0.1:1\" }");
  CHECK(plain == of_target("{ url: \"http://127.0.0.2:2\" }"));
  CHECK(plain == of_target("http://127.0.0.1:1"));
  CHECK(plain != of_target("{ url: \"http://127.0.0.1:1\", timeouts: { total: 1s } }"));
  const std::string with_header =
      of_target("{ url: \"http://127.0.0.1:1\", headers: { Authorization: \"Bearer ${TOKEN}\" } }");
  CHECK(plain != with_header);
  CHECK(with_header.find("correct-horse") == std::string::npos);
}
