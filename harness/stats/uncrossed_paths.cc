#include "stats/uncrossed_paths.h"

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>

#include "stats/distributions.h"

namespace assay::stats {
namespace {

// Ten points on a panel of two standard deviations of the shortest step: an error below 1e-8.
constexpr unsigned kPoints = 10;
constexpr double kPanelWidth = 2;
constexpr double kReach = 8;  // standard deviations, beyond which no path is followed

double normal_density(double z) { return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi); }

}  // namespace

UncrossedPaths::UncrossedPaths(double start, double drift, double finest_step)
    : start_(start),
      drift_(drift),
      panel_(kPanelWidth * std::sqrt(finest_step)),
      position_{start},
      weight_{1} {}

double UncrossedPaths::crossing(double bound, double step) const {
  double chance = 0;
  for (std::size_t i = 0; i < position_.size(); ++i)
    chance += weight_[i] * normal_cdf((position_[i] + drift_ * step - bound) / std::sqrt(step));
  return chance;
}

double UncrossedPaths::bound_for(double chance, double step) const {
  const double middle = start_ + drift_ * (elapsed_ + step), reach = kReach * std::sqrt(elapsed_ + step);
  const auto excess = [&](double bound) { return crossing(bound, step) - chance; };
  if (chance <= 0 || excess(middle + reach) >= 0) return std::numeric_limits<double>::infinity();
  if (excess(middle - reach) <= 0) return middle - reach;
  std::uintmax_t steps = 100;
  const auto root = boost::math::tools::toms748_solve(excess, middle - reach, middle + reach,
                                                      boost::math::tools::eps_tolerance<double>(50), steps);
  return (root.first + root.second) / 2;
}

double UncrossedPaths::density(double position, double step) const {
  const double deviation = std::sqrt(step);
  double sum = 0;
  for (std::size_t i = 0; i < position_.size(); ++i)
    sum += weight_[i] * normal_density((position - position_[i] - drift_ * step) / deviation);
  return sum / deviation;
}

void UncrossedPaths::advance(double step, double bound) {
  using Rule = boost::math::quadrature::gauss<double, kPoints>;
  elapsed_ += step;
  const double middle = start_ + drift_ * elapsed_, reach = kReach * std::sqrt(elapsed_);
  const double low = middle - reach, high = std::min(bound, middle + reach);
  std::vector<double> position, weight;
  const int panels = high > low ? static_cast<int>(std::ceil((high - low) / panel_)) : 0;
  for (int panel = 0; panel < panels; ++panel) {
    const double width = (high - low) / panels, centre = low + (panel + 0.5) * width;
    for (std::size_t i = 0; i < Rule::abscissa().size(); ++i)
      for (const double side : {-1.0, 1.0}) {
        position.push_back(centre + side * Rule::abscissa()[i] * width / 2);
        weight.push_back(Rule::weights()[i] * width / 2 * density(position.back(), step));
      }
  }
  position_ = std::move(position);
  weight_ = std::move(weight);
}

}  // namespace assay::stats
