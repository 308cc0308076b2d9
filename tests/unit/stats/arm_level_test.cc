#include "stats/arm_level.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "base/random.h"

namespace {

using namespace assay;
using namespace assay::stats;

constexpr double kSlotSeconds = 0.5;
constexpr ShiftMetric kMedian{ShiftMetric::Kind::quantile, 0.5}, kP95{ShiftMetric::Kind::quantile, 0.95},
    kP999{ShiftMetric::Kind::quantile, 0.999}, kTail{ShiftMetric::Kind::tail5, 0.95};

struct Slots {
  std::vector<Histogram> times;
  std::vector<std::uint64_t> errors;

  ArmSlots view() const { return {times, errors, kSlotSeconds, std::nullopt}; }
};

// Independent lognormal times around `median_ms`, with sigma 0.5.
Slots lognormal(std::size_t slots, std::size_t requests_a_slot, std::uint64_t seed, double median_ms = 50) {
  Random random(seed, 3);
  Slots made{std::vector<Histogram>(slots), std::vector<std::uint64_t>(slots)};
  for (Histogram& slot : made.times) {
    for (std::size_t i = 0; i < requests_a_slot; ++i) {
      const double normal =
          std::sqrt(2 * random.exponential()) * std::cos(2 * std::numbers::pi * random.uniform());
      slot.record(std::llround(median_ms * 1e6 * std::exp(0.5 * normal)));
    }
  }
  return made;
}

// How far the levels of `kRuns` runs of one service scatter, over what each of them says about itself.
double scatter_over_stated(const ShiftMetric& metric) {
  constexpr std::uint64_t kRuns = 60;
  double sum = 0, squares = 0, stated = 0;
  for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
    const Slots slots = lognormal(120, 50, seed);
    const auto level = time_level(slots.view(), metric);
    REQUIRE(level);
    sum += level->level;
    squares += level->level * level->level;
    stated += level->standard_error;
  }
  const double mean = sum / kRuns;
  return std::sqrt(squares / kRuns - mean * mean) / (stated / kRuns);
}

}  // namespace

TEST_CASE("arm level: a quantile is on the log scale, where a slower service is a distance away") {
  const auto slow = time_level(lognormal(120, 50, 1, 55).view(), kMedian);
  const auto fast = time_level(lognormal(120, 50, 1, 50).view(), kMedian);
  REQUIRE(slow);
  REQUIRE(fast);
  CHECK(slow->level - fast->level == doctest::Approx(std::log(1.1)).epsilon(0.02));
  CHECK(fast->level == doctest::Approx(std::log(50e6)).epsilon(0.002));
}

TEST_CASE("arm level: the worst 5 % lie above p95 by their mean excess") {
  const Slots slots = lognormal(120, 50, 1);
  // Of a lognormal with sigma 0.5: 0.5 (phi(1.645) / 0.05 - 1.645) above the log of p95.
  const double excess = time_level(slots.view(), kTail)->level - time_level(slots.view(), kP95)->level;
  CHECK(excess == doctest::Approx(0.2089).epsilon(0.1));
}

// Slow noise is allowed for even where there is none, so runs scatter less than stated; and sixty runs know
// their scatter to one part in eleven.
TEST_CASE("arm level: the stated error is that with which runs scatter, or more") {
  for (const ShiftMetric& metric : {kMedian, kP95, kTail}) {
    const double ratio = scatter_over_stated(metric);
    CHECK(ratio < 1.2);
    CHECK(ratio > 0.4);
  }
}

TEST_CASE("arm level: noise that lasts for seconds makes the error larger than counting says") {
  Slots calm = lognormal(120, 50, 1), moody{{}, std::vector<std::uint64_t>(120)};
  for (std::size_t k = 0; k < 120; ++k) {
    const double median_ms = (k / 30) % 2 == 0 ? 45 : 55;
    moody.times.push_back(lognormal(1, 50, 1000 + k, median_ms).times.front());
  }
  CHECK(time_level(moody.view(), kMedian)->standard_error >
        3 * time_level(calm.view(), kMedian)->standard_error);
}

TEST_CASE("arm level: errors that come together say less than as many that come alone") {
  Slots alone = lognormal(120, 50, 1), together = alone;
  for (std::size_t k = 0; k < 120; k += 2) alone.errors[k] = 1;
  for (std::size_t k = 50; k < 56; ++k) together.errors[k] = 10;
  const auto spread = error_level(alone.view()), clumped = error_level(together.view());
  REQUIRE(spread);
  CHECK(spread->level == doctest::Approx(60.0 / 6000));
  CHECK(clumped->level == doctest::Approx(60.0 / 6000));
  CHECK(clumped->standard_error > 2 * spread->standard_error);
}

TEST_CASE("arm level: no error at all is not certainty") {
  const auto level = error_level(lognormal(120, 50, 1).view());
  REQUIRE(level);
  CHECK(level->level == 0);
  CHECK(level->standard_error >= 1.0 / 6000);
}

TEST_CASE("arm level: below 40 slots or ten requests beyond the quantile nothing is said") {
  CHECK_FALSE(time_level(lognormal(39, 50, 1).view(), kMedian));
  CHECK_FALSE(error_level(lognormal(39, 50, 1).view()));
  CHECK_FALSE(time_level(lognormal(120, 50, 1).view(), kP999));
  CHECK(time_level(lognormal(200, 50, 1).view(), kP999));
  Slots silent{std::vector<Histogram>(120), std::vector<std::uint64_t>(120)};
  CHECK_FALSE(time_level(silent.view(), kMedian));
  CHECK_FALSE(error_level(silent.view()));
}
