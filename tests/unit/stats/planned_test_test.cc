// Against table T2a of the verdict method: the share of runs with identical versions that pass, by simulation
// of whole runs. White standard errors follow from the shape of the simulated times.
#include "stats/planned_test.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

namespace {

using namespace assay::stats;

// Variances of a quantile's logarithm by q(1-q)/density^2, for lognormal times, in units of sigma^2 / n.
constexpr double kMedian = 1.571, kP95 = 4.466, kP99 = 13.94;

double white_error(double sigma, double variance, const TestPlan& plan) {
  const double requests_an_arm = plan.seconds * plan.requests_per_s / 2;
  return sigma * std::sqrt(2 * variance / requests_an_arm);
}

double chance(double sigma, double variance, const TestPlan& plan, double margin = 0.10, double ratio = 0) {
  const std::vector<SlowRatio> slow = {{ratio, 1}};
  return 100 * PlannedTest(white_error(sigma, variance, plan), slow, plan, std::log1p(margin), 0.05)
                   .chance_to_pass(0);
}

}  // namespace

TEST_CASE("planned test: identical lognormal versions pass as often as in table T2a, cold") {
  constexpr double kSigma = 0.5;
  struct Cell {
    double seconds, per_second, variance, margin, published;
  };
  for (const Cell& cell : std::vector<Cell>{{30, 50, kMedian, 0.10, 73},
                                            {60, 50, kMedian, 0.10, 98},
                                            {30, 50, kP95, 0.10, 28},
                                            {60, 50, kP95, 0.10, 61},
                                            {120, 50, kP95, 0.10, 92},
                                            {30, 200, kP95, 0.10, 79},
                                            {60, 200, kP99, 0.10, 68},
                                            {60, 50, kP99, 0.20, 65},
                                            {120, 50, kP99, 0.10, 49},
                                            {600, 50, kP99, 0.10, 100}}) {
    CAPTURE(cell.seconds);
    CAPTURE(cell.per_second);
    CAPTURE(cell.variance);
    const double predicted = chance(kSigma, cell.variance, {cell.seconds, cell.per_second}, cell.margin);
    CHECK(std::fabs(predicted - cell.published) <= 8);
  }
}

// Own drift of each instance with a standard deviation of 5 % and a correlation time of 5 s: the variance of
// the difference of means is 4 * 0.05^2 * 5 s / T. Published: family ACO, p50 at 10 %, whose bursts move the
// median little.
TEST_CASE("planned test: own slow noise lowers the chances as in table T2a") {
  struct Cell {
    double seconds, per_second, published;
  };
  for (const Cell& cell :
       std::vector<Cell>{{30, 1000, 76}, {60, 1000, 94}, {30, 200, 73}, {60, 200, 89}, {60, 50, 85}}) {
    CAPTURE(cell.seconds);
    CAPTURE(cell.per_second);
    const TestPlan plan{cell.seconds, cell.per_second};
    const double white = white_error(0.4, kMedian, plan);
    const double ratio = 4 * 0.05 * 0.05 * 5 / cell.seconds / (white * white);
    CHECK(std::fabs(chance(0.4, kMedian, plan, 0.10, ratio) - cell.published) <= 8);
  }
}

TEST_CASE("planned test: at the margin both sides stay near their nominal chance") {
  const TestPlan plan{60, 200};
  const std::vector<SlowRatio> slow = {{0, 1}, {2, 1}};
  const PlannedTest test(0.02, slow, plan, 0.0953, 0.05);
  CHECK(test.chance_to_pass(0.0953) <= 0.05);
  CHECK(test.chance_to_fail(0.0953) == doctest::Approx(test.chance_to_pass(0.0953)));
}

TEST_CASE("planned test: the ends of its reach are those of the asked power") {
  const TestPlan plan{60, 200};
  const PlannedTest test(0.02, slow_ratios({}, plan), plan, 0.0953, 0.05);
  CHECK(test.chance_to_fail(test.smallest_detectable()) == doctest::Approx(0.8).epsilon(0.001));
  CHECK(test.chance_to_pass(test.largest_passing()) == doctest::Approx(0.8).epsilon(0.001));
  CHECK(test.largest_passing() < 0.0953);
  CHECK(test.smallest_detectable() > 0.0953);
}

TEST_CASE("planned test: what runs show of slow noise enters, scaled to the planned rate") {
  const std::vector<double> calm(40, 1.0), wild(40, 30.0);
  const auto mean = [](const std::vector<SlowRatio>& slow) {
    double sum = 0;
    for (const SlowRatio& one : slow) sum += one.ratio * one.weight;
    return sum;
  };
  const TestPlan plan{300, 200};
  const std::vector<NoiseVector> quiet = {{calm, 300, 200}}, noisy = {{wild, 300, 200}};
  CHECK(mean(slow_ratios(quiet, plan)) < 0.5);
  CHECK(mean(slow_ratios(noisy, plan)) > 15);
  const std::vector<NoiseVector> slower = {{wild, 300, 50}};
  CHECK(mean(slow_ratios(slower, plan)) > 2 * mean(slow_ratios(noisy, plan)));
}
