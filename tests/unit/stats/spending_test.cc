#include "stats/spending.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "base/random.h"
#include "stats/distributions.h"

namespace {

using namespace assay::stats;

double z_of(double p) { return -normal_quantile(p); }

// The share of simulated Brownian paths that cross a bound of the plan, in percent.
double crossing_share(const std::vector<double>& fractions, const std::vector<double>& bounds, int paths) {
  assay::Random random(11, 0);
  int crossed = 0;
  for (int path = 0; path < paths; ++path) {
    double at = 0, before = 0;
    bool over = false;
    for (std::size_t i = 0; i < fractions.size(); ++i) {
      at +=
          std::sqrt(fractions[i] - before) * normal_quantile(std::clamp(random.uniform(), 1e-12, 1 - 1e-12));
      before = fractions[i];
      over = over || (bounds[i] > 0 && at >= z_of(bounds[i]) * std::sqrt(fractions[i]));
    }
    crossed += over;
  }
  return 100.0 * crossed / paths;
}

}  // namespace

// By an independent integration (400 Gauss points over each look's whole range). The verdict method's own
// table has them to three decimals, from a coarser grid: one more in the last place at 2.053 and 2.016.
TEST_CASE("spending: four equal looks give the golden bounds") {
  const auto plan = LookPlan::equal(4, 0.05, 1);
  const double fail[] = {2.0999026916, 2.0767118168, 2.0531628007, 2.0347686455};
  const double pass[] = {3.7495518372, 2.5399425731, 2.0160698513, 1.7201770649};
  REQUIRE(plan.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(std::fabs(z_of(plan[i].fail_bound) - fail[i]) < 1e-8);
    CHECK(std::fabs(z_of(plan[i].pass_bound) - pass[i]) < 1e-8);
    CHECK(plan[i].number == i + 1);
    CHECK(plan[i].of == 4);
    CHECK(plan[i].fraction == doctest::Approx(0.25 * static_cast<double>(i + 1)));
  }
}

TEST_CASE("spending: one look is the test at the end") {
  const auto plan = LookPlan::equal(1, 0.05, 2);
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].pass_bound == doctest::Approx(0.05).epsilon(1e-9));
  CHECK(plan.fail_levels(0)[0] == doctest::Approx(0.05).epsilon(1e-9));
  CHECK(plan[0].fail_bound == doctest::Approx(0.025).epsilon(1e-9));
  CHECK(plan[0].pass_spent == 0.05);
  CHECK(plan[0].fail_spent == 0.05);
}

TEST_CASE("spending: the last look spends exactly what is left, whatever the fractions") {
  for (const double alpha : {0.001, 0.01, 0.05, 0.2})
    for (const auto& fractions : {std::vector<double>{1},
                                  {0.1, 1},
                                  {0.3, 0.35, 0.9},
                                  {0.02, 0.021, 0.5, 1},
                                  {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}}) {
      const LookPlan plan(fractions, alpha, 1);
      CHECK(plan[fractions.size() - 1].pass_spent == alpha);
      CHECK(plan[fractions.size() - 1].fail_spent == alpha);
      for (std::size_t i = 1; i < fractions.size(); ++i) {
        CHECK(plan[i].pass_spent >= plan[i - 1].pass_spent);
        CHECK(plan[i].fail_spent > plan[i - 1].fail_spent);
      }
      for (std::size_t i = 0; i < fractions.size(); ++i) {
        CHECK(plan[i].pass_bound <= alpha * (1 + 1e-9));
        CHECK(plan[i].fail_bound <= alpha * (1 + 1e-9));
      }
    }
}

// 200 000 paths: a standard error of 0.05 points.
TEST_CASE("spending: paths without a true difference cross as often as is spent") {
  for (const auto& fractions :
       {std::vector<double>{0.25, 0.5, 0.75, 1}, {0.1, 0.15, 0.6, 0.7, 1}, {0.5, 0.51, 1}}) {
    const LookPlan plan(fractions, 0.05, 1);
    std::vector<double> pass, fail;
    for (std::size_t i = 0; i < fractions.size(); ++i) {
      pass.push_back(plan[i].pass_bound);
      fail.push_back(plan[i].fail_bound);
    }
    CHECK(std::fabs(crossing_share(fractions, pass, 200'000) - 5) < 0.2);
    CHECK(std::fabs(crossing_share(fractions, fail, 200'000) - 5) < 0.2);
  }
}

TEST_CASE("spending: bounds depend on the looks so far, not on those to come") {
  const LookPlan planned(std::vector<double>{0.25, 0.5, 0.75, 1}, 0.05, 1);
  const LookPlan late(std::vector<double>{0.25, 0.5, 0.81, 0.9, 1}, 0.05, 1);
  for (const std::size_t i : {0U, 1U}) {
    CHECK(late[i].pass_bound == doctest::Approx(planned[i].pass_bound).epsilon(1e-7));
    CHECK(late[i].fail_bound == doctest::Approx(planned[i].fail_bound).epsilon(1e-7));
  }
}

TEST_CASE("spending: a look too early for a pass has the bound 0") {
  const LookPlan plan(std::vector<double>{0.01, 1}, 0.05, 1);
  CHECK(plan[0].pass_bound == 0);
  CHECK(plan[0].fail_bound > 0);
  CHECK(plan[1].pass_bound == doctest::Approx(0.05).epsilon(1e-6));
}

TEST_CASE("spending: with several metrics each number of metrics left has its own level") {
  const auto plan = LookPlan::equal(4, 0.05, 3);
  const auto third = LookPlan::equal(4, 0.05 / 3, 1);
  for (std::size_t i = 0; i < 4; ++i) {
    const auto levels = plan.fail_levels(i);
    REQUIRE(levels.size() == 3);
    CHECK(levels[0] > levels[1]);
    CHECK(levels[1] > levels[2]);
    CHECK(levels[2] == doctest::Approx(third[i].fail_bound));
    CHECK(plan[i].fail_bound == levels[2]);
    CHECK(levels[2] < levels[0] / 3);  // dividing the bound by three would overspend
    CHECK(plan[i].fail_spent == doctest::Approx(3 * third[i].fail_spent));
  }
}

TEST_CASE("spending: Holm takes the levels of a look") {
  const auto plan = LookPlan::equal(2, 0.05, 2);
  const auto levels = plan.fail_levels(0);
  const double between = (levels[0] + levels[1]) / 2;
  CHECK(holm_rejects(std::vector<double>{between, 0.5}, levels) == std::vector<bool>{false, false});
  CHECK(holm_rejects(std::vector<double>{between, levels[1] / 2}, levels) == std::vector<bool>{true, true});
}
