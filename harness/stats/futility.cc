#include "stats/futility.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"
#include "stats/uncrossed_paths.h"

namespace assay::stats {
namespace {

constexpr double kSmallestChance = 0.05;
constexpr double kOptimism = 1.645;  // standard errors

double shortest_step_after(const LookPlan& plan, std::size_t index) {
  double shortest = 1;
  for (std::size_t i = index + 1; i < plan.size(); ++i)
    shortest = std::min(shortest, plan[i].fraction - plan[i - 1].fraction);
  return shortest;
}

// The chance that a path at `z` standard errors, drawn on by a truth `optimism` standard errors higher,
// crosses a bound at a later look. `bound_of` gives each look's largest p-value.
template <class BoundOf>
double crossing_chance(const LookPlan& plan, std::size_t index, double z, const BoundOf& bound_of) {
  const double root = std::sqrt(plan[index].fraction);
  UncrossedPaths paths(z * root, (z + kOptimism) / root, shortest_step_after(plan, index));
  double chance = 0;
  for (std::size_t i = index + 1; i < plan.size(); ++i) {
    const double step = plan[i].fraction - plan[i - 1].fraction;
    const double bound = -normal_quantile(bound_of(plan[i])) * std::sqrt(plan[i].fraction);
    chance += paths.crossing(bound, step);
    paths.advance(step, bound);
  }
  return std::min(chance, 1.0);
}

}  // namespace

ConditionalPower conditional_power(const LookPlan& plan, std::size_t index, const InterimEstimate& metric) {
  if (index + 1 >= plan.size()) return {0, 0};
  if (metric.standard_error <= 0) return {};
  const double z = (metric.estimate - metric.margin) / metric.standard_error;
  return {crossing_chance(plan, index, -z, [](const Look& look) { return look.pass_bound; }),
          crossing_chance(plan, index, z, [](const Look& look) { return look.fail_bound; })};
}

bool is_futile(std::span<const ConditionalPower> metrics) {
  double all_pass = 1, any_fails = 0;
  for (const auto& metric : metrics) {
    all_pass = std::min(all_pass, metric.pass);
    any_fails += metric.fail;
  }
  return all_pass < kSmallestChance && any_fails < kSmallestChance;
}

}  // namespace assay::stats
