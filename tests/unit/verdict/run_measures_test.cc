#include "verdict/run_measures.h"

#include <doctest/doctest.h>

#include <cmath>

#include "measured_run.h"

using namespace assay;
using namespace assay::verdict;

namespace {

config::GateSpec gate_comparing(std::vector<config::CompareSpec> comparisons) {
  config::GateSpec gate;
  gate.compare = std::move(comparisons);
  return gate;
}

const LevelMeasure& level(const RunMeasures& measures, const char* metric, Arm arm) {
  const MetricMeasure* measure = measures.of(metric);
  REQUIRE(measure != nullptr);
  REQUIRE(measure->levels[static_cast<std::size_t>(arm)]);
  return *measure->levels[static_cast<std::size_t>(arm)];
}

}  // namespace

TEST_CASE("measures: levels of both arms and their difference, on the log scale") {
  MeasuredRun run;
  run.add_lognormal(50, 1.2);
  const RunMeasures measures = measure_run(run.result(), gate_comparing({}));
  CHECK(measures.seconds == 120);
  CHECK(measures.requests_per_s == doctest::Approx(200));
  const double candidate = level(measures, "p50(response_time)", Arm::candidate).level;
  const double baseline = level(measures, "p50(response_time)", Arm::baseline).level;
  CHECK(baseline == doctest::Approx(std::log(50e6)).epsilon(0.002));
  CHECK(candidate - baseline == doctest::Approx(std::log(1.2)).epsilon(0.1));
  const auto& difference = measures.of("p50(response_time)")->difference;
  REQUIRE(difference);
  CHECK(std::abs(difference->estimate - std::log(1.2)) < 4 * difference->standard_error);
  CHECK(difference->spectrum.size() > 2);
  CHECK(difference->slow_share >= 0);
  CHECK(difference->slow_share <= 1);
}

TEST_CASE("measures: the usual metrics whatever the gate compares, and what it compares besides") {
  MeasuredRun run;
  run.add_lognormal(50);
  const RunMeasures measures =
      measure_run(run.result(), gate_comparing({compare_quantile(0.9, 0.1), compare_stalls()}));
  for (const char* metric : {"p50(response_time)", "p95(response_time)", "p99(response_time)",
                             "tail5(response_time)", "error_rate", "p90(response_time)"})
    CHECK_MESSAGE(measures.of(metric) != nullptr, metric);
  CHECK(measures.of("stalls") == nullptr);
  CHECK(measures.metrics.size() == 6);
}

TEST_CASE("measures: one arm alone has levels and no difference") {
  MeasuredRun run(60, false);
  for (std::uint32_t slot = 0; slot < run.slots(); ++slot) run.add({.slot = slot}, 50);
  const RunMeasures measures = measure_run(run.result(), gate_comparing({}));
  const MetricMeasure* p95 = measures.of("p95(response_time)");
  REQUIRE(p95 != nullptr);
  CHECK(p95->levels[0]);
  CHECK_FALSE(p95->levels[1]);
  CHECK_FALSE(p95->difference);
}

TEST_CASE("measures: errors and their difference are shares, not logs") {
  MeasuredRun run;
  run.add_lognormal(50);
  for (std::uint32_t slot = 0; slot < run.slots(); ++slot)
    run.add({.slot = slot, .outcome = Outcome::status, .status_class = 5});
  const RunMeasures measures = measure_run(run.result(), gate_comparing({}));
  CHECK(level(measures, "error_rate", Arm::candidate).level == doctest::Approx(1.0 / 51));
  CHECK(level(measures, "error_rate", Arm::baseline).level == 0);
  CHECK(measures.of("error_rate")->difference->estimate == doctest::Approx(1.0 / 51).epsilon(0.01));
}

TEST_CASE("measures: a run that is too short to measure anything holds nothing") {
  MeasuredRun run(10);
  run.add_lognormal(50);
  const RunMeasures measures = measure_run(run.result(), gate_comparing({}));
  CHECK(measures.seconds == 10);
  CHECK(measures.metrics.empty());
}
