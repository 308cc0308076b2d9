#include "stats/spending.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "stats/distributions.h"
#include "stats/uncrossed_paths.h"

namespace assay::stats {
namespace {

double shortest_step(std::span<const double> fractions) {
  double shortest = fractions.front();
  for (std::size_t i = 1; i < fractions.size(); ++i)
    shortest = std::min(shortest, fractions[i] - fractions[i - 1]);
  return shortest;
}

// What `spend` allows at each look; the last one spends all.
template <class Spend>
std::vector<double> spending(std::span<const double> fractions, double alpha, const Spend& spend) {
  std::vector<double> spent;
  for (const double fraction : fractions) spent.push_back(spend(alpha, fraction));
  spent.back() = alpha;
  return spent;
}

}  // namespace

double spent_early(double alpha, double fraction) {
  return alpha * std::log1p((std::numbers::e - 1) * std::clamp(fraction, 0.0, 1.0));
}

double spent_late(double alpha, double fraction) {
  if (fraction <= 0) return 0;
  return 2 * normal_cdf(normal_quantile(alpha / 2) / std::sqrt(std::min(fraction, 1.0)));
}

std::vector<double> look_bounds(std::span<const double> fractions, std::span<const double> spent) {
  std::vector<double> bounds;
  if (fractions.empty()) return bounds;
  UncrossedPaths paths(0, 0, shortest_step(fractions));
  double before = 0, used = 0;
  for (std::size_t i = 0; i < fractions.size(); ++i) {
    const double step = fractions[i] - before;
    const double bound = paths.bound_for(spent[i] - used, step);
    used += paths.crossing(bound, step);
    paths.advance(step, bound);
    bounds.push_back(normal_cdf(-bound / std::sqrt(fractions[i])));
    before = fractions[i];
  }
  return bounds;
}

LookPlan::LookPlan(std::span<const double> fractions, double alpha, std::size_t metrics, PassSpending pass)
    : looks_(fractions.size()), fail_levels_(fractions.size()) {
  if (fractions.empty()) return;
  const auto pass_spent = spending(fractions, alpha, pass == PassSpending::late ? spent_late : spent_early);
  const auto fail_spent = spending(fractions, alpha, spent_early);
  const auto pass_bounds = look_bounds(fractions, pass_spent);
  for (std::size_t left = 1; left <= std::max<std::size_t>(1, metrics); ++left) {
    const auto spent = spending(fractions, alpha / static_cast<double>(left), spent_early);
    const auto bounds = look_bounds(fractions, spent);
    for (std::size_t i = 0; i < bounds.size(); ++i) fail_levels_[i].push_back(bounds[i]);
  }
  for (std::size_t i = 0; i < looks_.size(); ++i)
    looks_[i] = {i + 1,         looks_.size(), fractions[i], pass_bounds[i], fail_levels_[i].back(),
                 pass_spent[i], fail_spent[i]};
}

LookPlan LookPlan::equal(std::size_t looks, double alpha, std::size_t metrics) {
  std::vector<double> fractions;
  for (std::size_t i = 1; i <= looks; ++i)
    fractions.push_back(static_cast<double>(i) / static_cast<double>(looks));
  return {fractions, alpha, metrics};
}

}  // namespace assay::stats
