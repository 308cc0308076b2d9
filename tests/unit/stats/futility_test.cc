#include "stats/futility.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "base/random.h"
#include "stats/distributions.h"

namespace {

using namespace assay::stats;

// Share of runs that cross a later PASS bound, from a path at -z * sqrt(t), by simulation.
double simulated_pass(const LookPlan& plan, std::size_t index, double z, double drift, int paths) {
  assay::Random random(5, 0);
  int crossed = 0;
  for (int path = 0; path < paths; ++path) {
    double at = z * std::sqrt(plan[index].fraction);
    bool over = false;
    for (std::size_t i = index + 1; i < plan.size() && !over; ++i) {
      const double step = plan[i].fraction - plan[i - 1].fraction;
      at += drift * step + std::sqrt(step) * normal_quantile(std::clamp(random.uniform(), 1e-12, 1 - 1e-12));
      over = at >= -normal_quantile(plan[i].pass_bound) * std::sqrt(plan[i].fraction);
    }
    crossed += over;
  }
  return static_cast<double>(crossed) / paths;
}

}  // namespace

// With one look to come it is a normal probability: the path is at z sqrt t, drawn on by (z + 1.645) / sqrt
// t.
TEST_CASE("futility: before the last look the chance is the closed form") {
  const LookPlan plan(std::vector<double>{0.6, 1}, 0.05, 1);
  const double se = 0.03, margin = 0.1, t = 0.6;
  for (const double estimate : {0.0, 0.05, 0.1, 0.2}) {
    const auto power = conditional_power(plan, 0, {estimate, se, margin});
    const auto closed = [&](double z, double p) {
      const double mean = z * std::sqrt(t) + (z + 1.645) / std::sqrt(t) * (1 - t);
      return normal_cdf((mean + normal_quantile(p)) / std::sqrt(1 - t));
    };
    CHECK(power.pass == doctest::Approx(closed((margin - estimate) / se, plan[1].pass_bound)).epsilon(1e-6));
    CHECK(power.fail == doctest::Approx(closed((estimate - margin) / se, plan[1].fail_bound)).epsilon(1e-6));
  }
}

// 50 000 paths: a standard error of at most 0.0023.
TEST_CASE("futility: with several looks to come it is what simulated paths do") {
  const auto plan = LookPlan::equal(4, 0.05, 1);
  for (const double z : {-0.5, 0.3, 1.0}) {
    const auto power = conditional_power(plan, 0, {0.1 - 0.02 * z, 0.02, 0.1});
    CHECK(std::fabs(power.pass - simulated_pass(plan, 0, z, (z + 1.645) / 0.5, 50'000)) < 0.008);
  }
}

TEST_CASE("futility: the sides mirror each other where their bounds are equal") {
  const LookPlan plan(std::vector<double>{0.5, 1}, 0.05, 1);
  const auto better = conditional_power(plan, 0, {0.07, 0.02, 0.1});
  const auto worse = conditional_power(plan, 0, {0.13, 0.02, 0.1});
  CHECK(better.pass > worse.pass);
  CHECK(worse.fail > better.fail);
}

TEST_CASE("futility: an estimate at the margin late in the run stops it, a good or bad one never does") {
  const auto plan = LookPlan::equal(4, 0.05, 1);
  const auto stops = [&](std::size_t index, double estimate) {
    const ConditionalPower metric[] = {conditional_power(plan, index, {estimate, 0.02, 0.1})};
    return is_futile(metric);
  };
  CHECK(stops(2, 0.1));
  CHECK_FALSE(stops(0, 0.1));  // three quarters are still to come
  CHECK_FALSE(stops(2, 0.05));
  CHECK_FALSE(stops(2, 0.16));
}

TEST_CASE(
    "futility: every metric must pass, one that fails is enough, and an untested one keeps the run going") {
  const ConditionalPower undecided{0.01, 0.01}, good{0.9, 0.0}, bad{0.0, 0.9}, untested{};
  const auto futile = [](std::vector<ConditionalPower> metrics) { return is_futile(metrics); };
  CHECK(futile({undecided}));
  CHECK(futile({undecided, good}));
  CHECK_FALSE(futile({good, good}));
  CHECK_FALSE(futile({undecided, bad}));
  CHECK_FALSE(futile({undecided, untested}));
}

TEST_CASE("futility: nothing is left after the last look") {
  const auto power = conditional_power(LookPlan::equal(2, 0.05, 1), 1, {0.0, 0.02, 0.1});
  CHECK(power.pass == 0);
  CHECK(power.fail == 0);
}

TEST_CASE("futility: without a standard error nothing is known") {
  const auto power = conditional_power(LookPlan::equal(2, 0.05, 1), 0, {0.0, 0.0, 0.1});
  CHECK(power.pass == 1);
  CHECK(power.fail == 1);
}
