#include "cli/forecast.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace assay::cli {
namespace {

using namespace std::chrono_literals;

config::StepSpec request(std::string name) {
  config::StepSpec step;
  step.name = std::move(name);
  step.action = config::RequestSpec{};
  return step;
}

config::ScenarioSpec scenario(std::string name, std::uint32_t weight, std::vector<config::StepSpec> steps) {
  config::ScenarioSpec spec;
  spec.name = std::move(name);
  spec.weight = weight;
  spec.steps = std::move(steps);
  return spec;
}

config::GateSpec two_arm_gate(double rate_per_s, Nanos duration) {
  config::GateSpec gate;
  gate.targets.resize(2);
  gate.targets[1].arm = Arm::baseline;
  gate.scenarios = {scenario("browse", 3, {request("list"), request("read")}),
                    scenario("buy", 1, {request("buy")})};
  config::LoadSpec load;
  load.rate_per_s = rate_per_s;
  load.duration = duration;
  gate.load = {load};
  return gate;
}

config::CompareSpec latency(double quantile) {
  config::CompareSpec compare;
  compare.quantile = quantile;
  compare.source_text = "p" + std::to_string(static_cast<int>(quantile * 100));
  return compare;
}

bool mentions(const std::vector<std::string>& sentences, std::string_view word) {
  return std::any_of(sentences.begin(), sentences.end(),
                     [&](const std::string& sentence) { return sentence.starts_with(word); });
}

TEST_CASE("weights and arms share the judged iterations") {
  config::GateSpec gate = two_arm_gate(100, 60s);
  gate.load[0].warm_up = 10s;
  const Forecast expected = forecast(gate);
  CHECK(expected.iterations == doctest::Approx(6000));
  CHECK(expected.judged_iterations == doctest::Approx(5000));
  CHECK(expected.judged_s == doctest::Approx(50));
  REQUIRE(expected.steps.size() == 3);
  CHECK(expected.steps[0].requests_per_arm == doctest::Approx(1875));
  CHECK(expected.steps[2].requests_per_arm == doctest::Approx(625));
  CHECK(expected.judged_requests_per_arm() == doctest::Approx(2 * 1875 + 625));
}

TEST_CASE("closed shapes are known only where they count iterations") {
  config::GateSpec gate = two_arm_gate(0, 60s);
  gate.load[0].shape = config::Shape::constant_vus;
  gate.load[0].users = 10;
  CHECK_FALSE(forecast(gate).known);
  gate.load[0].shape = config::Shape::per_vu_iterations;
  gate.load[0].iterations = 100;
  CHECK(forecast(gate).known);
  CHECK(forecast(gate).iterations == doctest::Approx(1000));
}

TEST_CASE("too few requests for a tail are announced before the run") {
  config::GateSpec gate = two_arm_gate(20, 60s);  // 1,050 requests per arm
  gate.compare = {latency(0.5), latency(0.95), latency(0.99)};
  CHECK(shortfalls(gate, forecast(gate)).empty());
  gate.load[0].rate_per_s = 15;  // 788
  const auto sentences = shortfalls(gate, forecast(gate));
  CHECK(mentions(sentences, "p99: about 788 requests per arm are judged, 1000 are needed"));
  CHECK_FALSE(mentions(sentences, "p95"));
}

TEST_CASE("a short run compares nothing") {
  config::GateSpec gate = two_arm_gate(1000, 10s);
  CHECK(shortfalls(gate, forecast(gate)).empty());  // nothing is asked for
  gate.compare = {latency(0.5)};
  CHECK(mentions(shortfalls(gate, forecast(gate)), "no comparison: 10 s are judged, 20 s are needed"));
}

TEST_CASE("without a baseline only windows can be too long") {
  config::GateSpec gate = two_arm_gate(1, 10s);
  gate.targets.resize(1);
  CHECK(shortfalls(gate, forecast(gate)).empty());
  config::ThresholdSpec threshold;
  threshold.window = 30s;
  threshold.source_text = "error_rate < 1% over 30s windows";
  gate.thresholds = {threshold};
  CHECK(mentions(shortfalls(gate, forecast(gate)), "error_rate < 1% over 30s windows: 10 s are judged"));
}

}  // namespace
}  // namespace assay::cli
