#include <doctest/doctest.h>

#include "reading.h"

using namespace assay;
using namespace assay::config;
using namespace std::chrono_literals;

namespace {

Expected<GateSpec, ConfigErrors> two_arms(const std::string& more) {
  Reading reading;
  reading.options.targets["baseline"] = "http://127.0.0.1:8081";
  return reading.read(gate_with(more));
}

}  // namespace

TEST_CASE("with a baseline and nothing said, the usual metrics are compared") {
  const auto gate = two_arms("");
  REQUIRE(gate);
  REQUIRE(gate->compare.size() == 5);
  CHECK(gate->compare.at(0).source_text == "p50(response_time)");
  CHECK(gate->compare.at(0).margin == doctest::Approx(0.10));
  CHECK(gate->compare.at(0).floor_ns == doctest::Approx(1e6));
  CHECK(gate->compare.at(2).quantile == doctest::Approx(0.99));
  CHECK(gate->compare.at(2).margin == doctest::Approx(0.20));
  CHECK(gate->compare.at(2).floor_ns == doctest::Approx(2e6));
  CHECK(gate->compare.at(3).what == CompareSpec::What::error_rate);
  CHECK(gate->compare.at(3).margin == doctest::Approx(0.01));
  CHECK(gate->compare.at(4).what == CompareSpec::What::stalls);
}

TEST_CASE("written comparisons replace the usual ones") {
  const auto gate = two_arms(
      "compare:\n  - { metric: p90(response_time), margin: 5%, floor: 3ms }\n  - { metric: "
      "tail5(response_time) }\n"
      "  - { metric: error_rate, margin: 0.25pp }\n");
  REQUIRE(gate);
  REQUIRE(gate->compare.size() == 3);
  CHECK(gate->compare.at(0).margin == doctest::Approx(0.05));
  CHECK(gate->compare.at(0).floor_ns == doctest::Approx(3e6));
  CHECK(gate->compare.at(1).what == CompareSpec::What::tail5);
  CHECK(gate->compare.at(1).floor_ns == 0);
  CHECK(gate->compare.at(2).margin == doctest::Approx(0.0025));
}

TEST_CASE("the verdict's confidence and noise") {
  const auto gate = two_arms("verdict: { confidence: 99%, noise: { correlation_time: 10s } }\n");
  REQUIRE(gate);
  CHECK(gate->judgement.confidence == doctest::Approx(0.99));
  CHECK(gate->judgement.correlation_time == Nanos(10s));
  CHECK_FALSE(two_arms("verdict: { confidence: 99% }\n")->judgement.correlation_time);
}

TEST_CASE("throughput has a margin of 5% unless another is given") {
  const auto gate = two_arms("compare:\n  - { metric: throughput }\n");
  REQUIRE(gate);
  CHECK(gate->compare.at(0).what == CompareSpec::What::throughput);
  CHECK(gate->compare.at(0).margin == doctest::Approx(0.05));
  CHECK(two_arms("compare:\n  - { metric: throughput, margin: 2% }\n")->compare.at(0).margin ==
        doctest::Approx(0.02));
}

TEST_CASE("what is to be proven belongs to the comparison that proves it") {
  const auto gate = two_arms("verdict: { prove: [outages, { stalls: 2s }] }\n");
  REQUIRE(gate);
  CHECK(gate->compare.at(3).proving == Nanos(1s));
  CHECK(gate->compare.at(4).proving == Nanos(2s));
  CHECK_FALSE(gate->compare.at(0).proving);
}

TEST_CASE("looks are a number or continuous") {
  const auto soak = [](const std::string& more) {
    std::string text = gate_with(more);
    text.replace(text.find("duration: 1m"), 12, "duration: 1h");
    Reading reading;
    reading.options.targets["baseline"] = "http://127.0.0.1:8081";
    return reading.read(text);
  };
  const auto continuous = soak("verdict: { looks: continuous }\n");
  REQUIRE(continuous);
  CHECK(continuous->judgement.continuous);
  CHECK_FALSE(continuous->judgement.looks);
  const auto four = soak("verdict: { looks: 4 }\n");
  REQUIRE(four);
  CHECK_FALSE(four->judgement.continuous);
}
