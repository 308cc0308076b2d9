#include "stats/influence.h"

#include <doctest/doctest.h>

#include <cmath>

#include "two_arms.h"

namespace {

using namespace assay::stats;

constexpr ShiftMetric kP50{ShiftMetric::Kind::quantile, 0.50};

}  // namespace

TEST_CASE("influence: the estimate without a slot is what a run without it gives") {
  auto run = lognormal_run({.slots = 80, .seed = 5});
  for (double& time : run[41].candidate_ns) time *= 1.35;  // slower, yet calm
  const LatencyShift all(bucketed(run), 0.5, 5);
  const auto interval = all.interval(kP50, 0.05);
  REQUIRE(interval);
  const auto strongest = strongest_slots(all, kP50, *interval, 3);
  REQUIRE(strongest.size() == 3);
  for (const SlotInfluence& influence : strongest) {
    auto without = bucketed(run);
    without[influence.slot] = {};
    const auto again = LatencyShift(without, 0.5, 5).interval(kP50, 0.05);
    REQUIRE(again);
    const double moved = again->estimate - interval->estimate;
    const double foretold = influence.without - interval->estimate;
    CHECK(moved * foretold > 0);
    CHECK(std::fabs(moved - foretold) < 0.2 * (interval->high - interval->low));
  }
}

TEST_CASE("influence: errors are left out exactly, slots without errors are not named") {
  const std::vector<ErrorSlot> slots = {{0, 10, 0, 10}, {5, 10, 0, 10}, {0, 10, 1, 10}, {0, 10, 0, 10}};
  const auto strongest = strongest_slots(slots, 5);
  REQUIRE(strongest.size() == 2);
  CHECK(strongest[0].slot == 1);
  CHECK(strongest[0].without == doctest::Approx(-1.0 / 30));
  CHECK(strongest[1].slot == 2);
  CHECK(strongest[1].without == doctest::Approx(5.0 / 30));
}

TEST_CASE("influence: nothing measured, nothing named") {
  CHECK(strongest_slots(LatencyShift({}, 0.5, 5), kP50, {}, 5).empty());
  CHECK(strongest_slots(std::vector<ErrorSlot>(3), 5).empty());
}
