#include "stats/latency_shift.h"

#include <doctest/doctest.h>

#include <cmath>

#include "two_arms.h"

namespace {

using namespace assay::stats;

constexpr ShiftMetric kP50{ShiftMetric::Kind::quantile, 0.50};
constexpr ShiftMetric kP95{ShiftMetric::Kind::quantile, 0.95};
constexpr ShiftMetric kP99{ShiftMetric::Kind::quantile, 0.99};
constexpr ShiftMetric kTail5{ShiftMetric::Kind::tail5, 0.95};

LatencyShift shift_of(const RunShape& shape) { return {bucketed(lognormal_run(shape)), 0.5, 5}; }

}  // namespace

TEST_CASE("latency shift: histograms decide as raw times do, far within a tenth of the margin") {
  const double margin = std::log(1.10);
  for (const double factor : {0.97, 1.00, 1.06, 1.10, 1.16}) {
    const auto run = lognormal_run({.candidate_factor = factor, .seed = 9});
    const LatencyShift raw(exact(run), 0.5, 5), histograms(bucketed(run), 0.5, 5);
    for (const auto& metric : {kP50, kP95, kTail5, kP99}) {
      const auto by_raw = raw.interval(metric, 0.05), by_histogram = histograms.interval(metric, 0.05);
      REQUIRE(by_raw);
      REQUIRE(by_histogram);
      CHECK(std::fabs(by_raw->estimate - by_histogram->estimate) < margin / 10);
      CHECK(std::fabs(by_raw->low - by_histogram->low) < margin / 10);
      CHECK(std::fabs(by_raw->high - by_histogram->high) < margin / 10);
      const double p_raw = raw.test(metric, margin)->p_pass,
                   p_histogram = histograms.test(metric, margin)->p_pass;
      CHECK((p_raw <= 0.05) == (p_histogram <= 0.05));
      CHECK((p_raw >= 0.95) == (p_histogram >= 0.95));
    }
  }
}

TEST_CASE("latency shift: the interval holds the true factor and the tests agree with its ends") {
  const auto shift = shift_of({.candidate_factor = 1.25, .seed = 3});
  for (const auto& metric : {kP50, kP95, kTail5, kP99}) {
    const auto interval = shift.interval(metric, 0.05);
    REQUIRE(interval);
    CHECK(interval->low < std::log(1.25));
    CHECK(interval->high > std::log(1.25));
    CHECK(interval->low < interval->estimate);
    CHECK(interval->estimate < interval->high);
    CHECK(shift.test(metric, interval->high + 0.005)->p_pass < 0.05);
    CHECK(shift.test(metric, interval->low - 0.005)->p_pass > 0.95);
  }
}

TEST_CASE("latency shift: constant times of both arms are settled within a bucket") {
  const auto shift = shift_of({.sigma = 0, .candidate_factor = 1.05});
  const auto interval = shift.interval(kP50, 0.05);
  REQUIRE(interval);
  CHECK(std::fabs(interval->low - std::log(1.05)) < 0.005);
  CHECK(std::fabs(interval->high - std::log(1.05)) < 0.005);
  CHECK(shift.test(kP95, std::log(1.10))->p_pass < 0.05);
  CHECK(shift.test(kP95, 0)->p_pass > 0.95);
}

TEST_CASE("latency shift: each metric says which data it lacks") {
  const auto few = shift_of({.slots = 39});
  CHECK(few.shortage(kP50, few.calm_time(0)) == Shortage::slots);
  CHECK_FALSE(few.test(kP50, 0));
  CHECK_FALSE(few.interval(kP50, 0.05));

  const auto thin = shift_of({.slots = 60, .requests = 12});  // 720 requests an arm
  CHECK(thin.shortage(kP95, thin.calm_time(0)) == Shortage::none);
  CHECK(thin.shortage(kP99, thin.calm_time(0)) == Shortage::requests);

  auto run = lognormal_run({.slots = 60});
  for (std::size_t k = 0; k < 60; ++k)
    if (k % 3 != 0) run[k].baseline_ns.clear();
  const LatencyShift broken(bucketed(run), 0.5, 5);
  CHECK(broken.shortage(kP50, broken.calm_time(0)) == Shortage::calm_time);
}

TEST_CASE("latency shift: no slots, no test") {
  const LatencyShift none({}, 0.5, 5);
  CHECK_FALSE(none.test(kP50, 0));
  CHECK_FALSE(none.interval(kP50, 0.05));
}

TEST_CASE("latency shift: placement widens the interval by its own standard deviation") {
  const auto shift = shift_of({.slots = 240, .requests = 100, .sigma = 0.2});
  const PlacementSpread spread{2 * 0.03 * 0.03, 1e6};
  for (const auto& metric : {kP50, kP95}) {
    const auto alone = shift.interval(metric, 0.05);
    const auto placed = shift.interval(metric, 0.05, shift.noise({}, spread));
    REQUIRE(alone);
    REQUIRE(placed);
    const double own = (alone->high - alone->low) / 2 / 1.645,
                 both = (placed->high - placed->low) / 2 / 1.645;
    CHECK(both == doctest::Approx(std::hypot(own, 0.03 * std::sqrt(2.0))).epsilon(0.1));
    CHECK(placed->placement_share > 0.8);
    CHECK(alone->placement_share == 0);
  }
}

TEST_CASE("latency shift: the noise vector of a run is its spectrum at the estimate, with length and rate") {
  const auto shift = shift_of({.slots = 120});
  const auto interval = shift.interval(kP50, 0.05);
  REQUIRE(interval);
  const auto noise = shift.noise_vector(kP50, interval->estimate);
  REQUIRE(noise);
  CHECK(noise->seconds == 60);
  CHECK(noise->per_second == doctest::Approx(100));
  CHECK(noise->spectrum == shift.test(kP50, interval->estimate)->spectrum);
  CHECK(noise->spectrum.size() == 12);
  CHECK_FALSE(shift_of({.slots = 39}).noise_vector(kP50, 0));
}

TEST_CASE("latency shift: a gate that declares no correlation time is told which one was used") {
  const LatencyShift undeclared(bucketed(lognormal_run({.slots = 240})), 0.5, std::nullopt);
  const auto test = undeclared.test(kP50, 0);
  REQUIRE(test);
  CHECK(test->correlation.source == CorrelationSource::this_run);
  CHECK(test->correlation.low >= 5);
  CHECK(test->correlation.high <= 24.001);
  CHECK(shift_of({.slots = 240}).test(kP50, 0)->correlation.source == CorrelationSource::declared);
}
