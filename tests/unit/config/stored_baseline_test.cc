#include <doctest/doctest.h>

#include "reading.h"

using namespace assay;
using namespace assay::config;

namespace {

constexpr const char* kBaseline = "http://127.0.0.1:8081";

}  // namespace

TEST_CASE("a stored baseline is read with its store, number of runs and environment") {
  const auto gate = Reading{}.read(
      gate_with("verdict: { baseline: { store: perf.db, last: 30, environment: c5.large } }\n"));
  REQUIRE(gate);
  REQUIRE(gate->judgement.stored);
  CHECK(gate->judgement.stored->store == "perf.db");
  CHECK(gate->judgement.stored->last == 30);
  CHECK(gate->judgement.stored->environment == "c5.large");
}

TEST_CASE("\"baseline: stored\" is all that a gate must say") {
  const auto gate = Reading{}.read(gate_with("verdict: { baseline: stored }\n"));
  REQUIRE(gate);
  REQUIRE(gate->judgement.stored);
  CHECK(gate->judgement.stored->store.empty());
  CHECK(gate->judgement.stored->last == 20);
}

TEST_CASE("with a stored baseline alone the usual metrics are compared, but stalls") {
  Reading reading;
  reading.options.stored_baseline = true;
  const auto gate = reading.read(gate_with(""));
  REQUIRE(gate);
  CHECK(gate->judgement.stored);
  REQUIRE(gate->compare.size() == 4);
  CHECK(gate->compare.back().what == CompareSpec::What::error_rate);
}

TEST_CASE("a stored baseline on the command line takes the place of the live one") {
  Reading reading;
  reading.options.targets["baseline"] = kBaseline;
  reading.options.stored_baseline = true;
  const auto gate = reading.read(gate_with(""));
  REQUIRE(gate);
  CHECK(gate->target(Arm::baseline) == nullptr);
}

TEST_CASE("a live baseline stays beside what the file says about stored runs") {
  Reading reading;
  reading.options.targets["baseline"] = kBaseline;
  const auto gate = reading.read(gate_with("verdict: { baseline: stored }\n"));
  REQUIRE(gate);
  CHECK(gate->target(Arm::baseline) != nullptr);
  CHECK(gate->compare.size() == 5);
}

TEST_CASE("an A/A run reaches the candidate twice, or a second instance of it") {
  Reading reading;
  reading.options.same_build = true;
  const auto twice = reading.read(gate_with(""));
  REQUIRE(twice);
  REQUIRE(twice->target(Arm::baseline) != nullptr);
  CHECK(twice->target(Arm::baseline)->url == twice->target(Arm::candidate)->url);
  CHECK(twice->compare.size() == 5);
  reading.options.targets["baseline"] = kBaseline;
  const auto second = reading.read(gate_with(""));
  REQUIRE(second);
  CHECK(second->target(Arm::baseline)->url == kBaseline);
}

TEST_CASE("an A/A run leaves the file's own baseline out: it is another build") {
  Reading reading;
  reading.options.same_build = true;
  const auto gate = reading.read(
      "version: 1\ntargets: { candidate: http://127.0.0.1:1, baseline: http://127.0.0.1:2 }\n"
      "scenarios: { s: { steps: [ { get: / } ] } }\n" +
      kLoad);
  REQUIRE(gate);
  CHECK(gate->target(Arm::baseline)->url == "http://127.0.0.1:1");
}
