// Each rival on data small enough to be checked by hand.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "rivals/error_rules.h"
#include "rivals/fixed_limits.h"
#include "rivals/independent_intervals.h"
#include "rivals/intervals.h"
#include "rivals/kayenta.h"
#include "rivals/mann_whitney.h"
#include "rivals/point_estimate.h"

namespace {

using namespace assay::statistics;
using assay::Arm;
using assay::stats::Histogram;
using assay::verdict::ArmSeries;

// Ten slots with the same times in each, in milliseconds.
ArmSeries steady(const std::vector<int>& candidate_ms, const std::vector<int>& baseline_ms) {
  ArmSeries series;
  series.slot_seconds = 0.5;
  series.slot_count = 10;
  for (const Arm arm : {Arm::candidate, Arm::baseline}) {
    auto& times = series.arms[static_cast<std::size_t>(arm)];
    times.slots.resize(10);
    times.errors.resize(10);
    for (auto& slot : times.slots)
      for (const int ms : arm == Arm::candidate ? candidate_ms : baseline_ms) {
        slot.record(ms * 1'000'000);
        times.all.record(ms * 1'000'000);
      }
  }
  return series;
}

void set_errors(ArmSeries& series, Arm arm, const std::vector<std::uint64_t>& by_slot) {
  auto& times = series.arms[static_cast<std::size_t>(arm)];
  times.errors = by_slot;
  for (const auto errors : by_slot) times.error_count += errors;
}

Histogram of(const std::vector<int>& values) {
  Histogram histogram;
  for (const int value : values) histogram.record(value);  // below 1024 each value is a bucket
  return histogram;
}

}  // namespace

TEST_CASE("rivals: a point estimate fails above the margin, however few requests there are") {
  CHECK(by_point_estimate(steady({109}, {100})) == Answer::pass);
  CHECK(by_point_estimate(steady({112}, {100})) == Answer::fail);
  CHECK(by_point_estimate(steady({50}, {100})) == Answer::pass);
}

TEST_CASE("rivals: fixed limits look at the candidate alone") {
  const KnownGood good{100e6, 100e6, 0, 0};
  CHECK(by_fixed_limits(steady({114}, {10}), good) == Answer::pass);
  CHECK(by_fixed_limits(steady({117}, {500}), good) == Answer::fail);
}

TEST_CASE("rivals: the fifth failed check rolls back, the fourth does not") {
  const KnownGood good{100e6, 100e6, 0, 0};
  auto run = steady({100}, {100});
  auto& slots = run.arms[static_cast<std::size_t>(Arm::candidate)].slots;
  for (std::size_t k = 0; k < 4; ++k) slots[k].record(200'000'000);
  CHECK(by_failed_checks(run, good) == Answer::pass);
  slots[9].record(200'000'000);
  CHECK(by_failed_checks(run, good) == Answer::fail);
}

TEST_CASE("rivals: intervals keep every request and leave out empty stretches") {
  ArmSeries run = steady({10, 20}, {10});
  run.arms[0].slots[3] = {};
  const auto intervals = intervals_of(run.arm(Arm::candidate), 10);
  CHECK(intervals.size() == 9);
  CHECK(intervals_of(run.arm(Arm::candidate), 5)[1].count() == 2);
  CHECK(intervals_of(run.arm(Arm::candidate), 1000).size() == 9);
}

// Ranks of {4, 5, 6} among six values: 15 instead of 10.5; U = 9, mean 4.5, variance 9 * 7 / 12 = 5.25.
TEST_CASE("rivals: rank sums without and with ties") {
  CHECK(rank_sum_deviate(of({4, 5, 6}), of({1, 2, 3})) == doctest::Approx(4 / std::sqrt(5.25)));
  CHECK(rank_sum_deviate(of({1, 2, 3}), of({4, 5, 6})) == doctest::Approx(-4 / std::sqrt(5.25)));
  CHECK(rank_sum_deviate(of({7, 7}), of({7, 7, 7})) == 0);
  CHECK(rank_sum_deviate(of({}), of({7})) == 0);
  // {2, 3} and {1, 2}: U = 1.5 + 2 = 3.5 of 4; one pair of ties: 4/12 * (5 - 6/12) = 1.5.
  CHECK(rank_sum_deviate(of({2, 3}), of({1, 2})) == doctest::Approx(1 / std::sqrt(1.5)));
}

TEST_CASE("rivals: the rank shift finds a shift, within its tolerance") {
  std::vector<double> baseline, candidate;
  for (int i = 0; i < 30; ++i) {
    baseline.push_back(100 + i);
    candidate.push_back(140 + i);
  }
  const auto shift = rank_shift(candidate, baseline, 0.98);
  CHECK(shift.estimate == doctest::Approx(40).epsilon(0.02));
  CHECK(shift.low < 40);
  CHECK(shift.low > 30);
  CHECK(shift.high > 40);
  CHECK(shift.high < 50);
}

// The behaviour that its users report: of ten points seven may be a hundred times higher (spinnaker issue
// 6278).
TEST_CASE("rivals: Kayenta passes seven points of ten that are far too high, and not eight") {
  const std::vector<double> good(10, 1.0);
  CHECK_FALSE(kayenta_says_high({100, 100, 100, 100, 100, 100, 100, 1, 1, 1}, good));
  CHECK(kayenta_says_high({100, 100, 100, 100, 100, 100, 100, 100, 1, 1}, good));
  CHECK_FALSE(kayenta_says_high(good, good));
  CHECK(by_kayenta(steady({150}, {100}), 10) == Answer::fail);
  CHECK(by_kayenta(steady({50}, {100}), 10) == Answer::pass);
}

// Without noise at all the pooled 50 % lies in the baseline's times: all of the candidate's are above.
TEST_CASE("rivals: independent intervals prove what is far from the margin, either way") {
  std::vector<int> baseline, same, slower;
  for (int i = 0; i < 200; ++i) {
    baseline.push_back(100 + i);
    same.push_back(100 + i);
    slower.push_back(150 + 3 * i / 2);
  }
  CHECK(by_independent_intervals(steady(same, baseline)) == Answer::pass);
  CHECK(by_independent_intervals(steady(slower, baseline)) == Answer::fail);
  CHECK(independent_p(of(same), of(baseline), 0.5, 1.0) == doctest::Approx(0.5));
  CHECK(by_independent_intervals(steady({100, 140, 150}, {100, 130, 140})) == Answer::undecided);
}

// Newcombe 1998, table II, example (a): 56/70 against 48/80, 95 %: 0.0524 to 0.3339.
TEST_CASE("rivals: Newcombe's interval is the published one") {
  const auto interval = newcombe(56, 70, 48, 80, 0.025);
  CHECK(interval.low == doctest::Approx(0.0524).epsilon(0.001));
  CHECK(interval.high == doctest::Approx(0.3339).epsilon(0.001));
}

TEST_CASE("rivals: error rules on ten slots of a hundred requests") {
  const std::vector<int> hundred(100, 50);
  const KnownGood good{0, 0, 0.0, 0.02};
  auto run = steady(hundred, hundred);
  for (const auto rule : {errors_by_point_estimate, errors_by_fixed_limit, errors_by_failed_checks,
                          errors_by_two_proportions, errors_by_independent_intervals})
    CHECK(rule(run, good) == Answer::pass);
  set_errors(run, Arm::candidate, {30, 0, 0, 0, 0, 0, 0, 0, 0, 0});  // 3 % in one second
  CHECK(errors_by_point_estimate(run, good) == Answer::fail);
  CHECK(errors_by_fixed_limit(run, good) == Answer::fail);
  CHECK(errors_by_failed_checks(run, good) == Answer::pass);
  CHECK(errors_by_two_proportions(run, good) == Answer::fail);
  CHECK(errors_by_independent_intervals(run, good) == Answer::fail);
  set_errors(run, Arm::baseline, {15, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  CHECK(errors_by_point_estimate(run, good) == Answer::pass);
  CHECK(errors_by_independent_intervals(run, good) == Answer::undecided);
}
