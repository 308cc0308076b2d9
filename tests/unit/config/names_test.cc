#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "reading.h"

using namespace assay;
using namespace assay::config;

TEST_CASE("variables keep their JSON type") {
  Reading reading;
  const auto gate = reading.read(
      gate_with("variables: { n: 20, text: \"20\", zip: 01234, list: [a, 1], on: true, none: null }\n"));
  REQUIRE(gate);
  const auto value = [&](std::size_t i) { return gate->variables.at(i).value.get(); };
  CHECK(value(0) == 20);
  CHECK(value(1) == "20");
  CHECK(value(2) == "01234");
  CHECK(value(3) == nlohmann::ordered_json({"a", 1}));
  CHECK(value(4) == true);
  CHECK(value(5).is_null());
}

TEST_CASE("a variable may come from the environment, and is typed afterwards") {
  Reading reading;
  reading.environment["LIMIT"] = "50";
  const auto gate =
      reading.read(gate_with("variables:\n  a: \"${LIMIT}\"\n  b: ${LIMIT}\n  c: ${NONE:-x}\n"));
  REQUIRE(gate);
  CHECK(gate->variables.at(0).value.get() == "50");
  CHECK(gate->variables.at(1).value.get() == 50);
  CHECK(gate->variables.at(2).value.get() == "x");
}

TEST_CASE("--var replaces a variable and keeps text text") {
  Reading reading;
  reading.options.variables = {{"n", "7"}, {"text", "7"}};
  const auto gate = reading.read(gate_with("variables: { n: 20, text: abc }\n"));
  REQUIRE(gate);
  CHECK(gate->variables.at(0).value.get() == 7);
  CHECK(gate->variables.at(1).value.get() == "7");
}

TEST_CASE("variables may stand in plain values, so that --var can change the load") {
  Reading reading;
  reading.options.variables = {{"rate", "7/s"}};
  const auto gate = reading.read("version: 1\n" + kTargets +
                                 "variables: { rate: 50/s, users: 3 }\n"
                                 "scenarios: { s: { weight: \"${users}\", steps: [ { get: / } ] } }\n"
                                 "load: { shape: constant-arrival-rate, rate: \"${rate}\", duration: 1m }\n");
  REQUIRE(gate);
  CHECK(gate->load.at(0).rate_per_s == doctest::Approx(7));
  CHECK(gate->scenarios.at(0).weight == 3);
}

TEST_CASE("an empty environment variable takes the default, but is defined without one") {
  Reading reading;
  reading.environment["EMPTY"] = "";
  const auto gate = reading.read(gate_with("description: \"[${EMPTY:-default}] [${EMPTY}]\"\n"));
  REQUIRE(gate);
  CHECK(gate->description == "[default] []");
}
