#include "stats/random_effects.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "stats/distributions.h"

namespace {

using namespace assay::stats;

constexpr double kAlpha = 0.05;

std::vector<RunEstimate> runs(const std::vector<double>& values, double standard_error) {
  std::vector<RunEstimate> all;
  for (const double value : values) all.push_back({value, standard_error});
  return all;
}

const std::vector<double> kEven{0.00, 0.02, 0.04, 0.06, 0.08, 0.10, 0.12, 0.14};  // sample variance 0.0024

}  // namespace

TEST_CASE("random effects: with equal errors the spread is the sample variance less the noise inside") {
  CHECK(variance_between(runs(kEven, 0.02)) == doctest::Approx(0.0024 - 0.0004));
  CHECK(variance_between(runs(kEven, 0)) == doctest::Approx(0.0024));
}

TEST_CASE("random effects: noise inside the runs that explains everything leaves no spread") {
  CHECK(variance_between(runs(kEven, 0.1)) == 0);
  CHECK(variance_between(runs({0.05, 0.05, 0.05}, 0)) == 0);
  CHECK(variance_between(runs({0.05}, 0.01)) == 0);
  CHECK(variance_between({}) == 0);
}

TEST_CASE("random effects: unequal errors solve the equation of Paule and Mandel") {
  const std::vector<RunEstimate> unequal{{0.00, 0.01}, {0.09, 0.05}, {0.05, 0.02}, {-0.06, 0.03}};
  const double between = variance_between(unequal);
  double weights = 0, sum = 0, squares = 0;
  for (const auto& run : unequal) {
    const double w = 1 / (between + run.standard_error * run.standard_error);
    weights += w;
    sum += w * run.value;
  }
  for (const auto& run : unequal)
    squares += std::pow(run.value - sum / weights, 2) / (between + run.standard_error * run.standard_error);
  CHECK(between > 0);
  CHECK(squares == doctest::Approx(3));
}

TEST_CASE("random effects: the prediction of equal runs is the textbook one") {
  const auto valid = runs(kEven, 0.02);
  const auto reference = stored_reference(valid, valid);
  REQUIRE(reference);
  CHECK(reference->value == doctest::Approx(0.07));
  CHECK(reference->tau() == doctest::Approx(std::sqrt(0.002)));
  const std::vector<RunEstimate> candidate{{0.10, 0.02}};
  const auto test = test_against(*reference, candidate, 0.0953, kAlpha);
  CHECK(test.difference == doctest::Approx(0.03));
  CHECK(test.standard_error == doctest::Approx(std::sqrt(0.0024 * (1 + 1.0 / 8))));
  CHECK(test.freedom == 6);
  CHECK(test.p_pass == doctest::Approx(student_cdf((0.03 - 0.0953) / test.standard_error, 6)));
  CHECK(test.p_pass + test.p_fail == doctest::Approx(1));
  CHECK(test.high - test.difference == doctest::Approx(1.94318 * test.standard_error));
  CHECK(test.detectable == doctest::Approx(0.0953 + (1.94318 + 0.841621) * test.standard_error));
  CHECK(test.passing < 0);
}

TEST_CASE("random effects: the interval and the tests agree") {
  const auto valid = runs(kEven, 0.02);
  const auto reference = stored_reference(valid, valid);
  const std::vector<RunEstimate> candidate{{0.02, 0.02}, {0.05, 0.03}};
  const auto found = test_against(*reference, candidate, 0, kAlpha);
  CHECK(test_against(*reference, candidate, found.high, kAlpha).p_pass == doctest::Approx(kAlpha));
  CHECK(test_against(*reference, candidate, found.low, kAlpha).p_fail == doctest::Approx(kAlpha));
}

TEST_CASE("random effects: runs that did not pass widen the spread but do not move the mean") {
  auto valid = runs(kEven, 0.02);
  const auto passing = valid;
  valid.push_back({0.60, 0.02});
  const auto reference = stored_reference(valid, passing);
  REQUIRE(reference);
  CHECK(reference->value == doctest::Approx(0.07));
  CHECK(reference->tau() > 0.15);
}

TEST_CASE("random effects: a pinned run is as uncertain as any single run") {
  const auto valid = runs(kEven, 0.02);
  const auto pinned = pinned_reference(valid, {0.03, 0.02});
  REQUIRE(pinned);
  CHECK(pinned->value == 0.03);
  CHECK(pinned->variance == doctest::Approx(0.0024));
  const std::vector<RunEstimate> candidate{{0.03, 0.02}};
  CHECK(test_against(*pinned, candidate, 0.2, kAlpha).standard_error == doctest::Approx(std::sqrt(0.0048)));
}

TEST_CASE("random effects: more candidate runs help until the reference is what is uncertain") {
  const auto valid = runs(kEven, 0.02);
  const auto reference = stored_reference(valid, valid);
  const std::vector<RunEstimate> one{{0.07, 0.02}};
  const auto wide = test_against(*reference, one, 0.0953, kAlpha);
  REQUIRE(std::isfinite(wide.runs_needed));
  const std::vector<RunEstimate> enough(static_cast<std::size_t>(wide.runs_needed), one.front());
  const std::vector<RunEstimate> fewer(enough.size() - 1, one.front());
  CHECK(test_against(*reference, enough, 0.0953, kAlpha).passing >= 0);
  CHECK(test_against(*reference, fewer, 0.0953, kAlpha).passing < 0);
  CHECK(std::isinf(test_against(*reference, one, 0.02, kAlpha).runs_needed));
}

TEST_CASE("random effects: too little history or no candidate proves nothing") {
  const auto two = runs({0.01, 0.02}, 0.01), three = runs({0.01, 0.02, 0.03}, 0.01);
  CHECK_FALSE(stored_reference(two, two));
  CHECK_FALSE(stored_reference(three, {}));
  CHECK_FALSE(pinned_reference(two, {0.01, 0.01}));
  const auto test = test_against(*stored_reference(three, three), {}, 0.1, kAlpha);
  CHECK(test.p_pass == 1);
  CHECK(test.p_fail == 1);
}

TEST_CASE("random effects: runs without any noise decide by their difference alone") {
  const auto same = runs({0.05, 0.05, 0.05}, 0);
  const std::vector<RunEstimate> equal{{0.05, 0}}, slower{{0.25, 0}};
  CHECK(test_against(*stored_reference(same, same), equal, 0.1, kAlpha).p_pass < 1e-6);
  CHECK(test_against(*stored_reference(same, same), slower, 0.1, kAlpha).p_fail < 1e-6);
}

TEST_CASE("random effects: A/A differences give the spread of one instance, their mean being zero") {
  const auto spread = placement_spread(runs({0.03, -0.05, 0.04, -0.02, 0.06}, 0.01));
  REQUIRE(spread);
  CHECK(spread->variance == doctest::Approx((9 + 25 + 16 + 4 + 36) * 1e-4 / 5 - 1e-4));
  CHECK(spread->tau_instance() == doctest::Approx(std::sqrt(spread->variance / 2)));
  CHECK(spread->freedom == 5);
  CHECK_FALSE(placement_spread(runs({0.03, -0.05, 0.04, -0.02}, 0.01)));
}
