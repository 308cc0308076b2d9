#include "stats/cluster_limits.h"

#include <cmath>

#include "stats/distributions.h"

namespace assay::stats {
namespace {

constexpr double kSmallestLevel = 1e-9, kLargestLevel = 0.5;

double garwood_low(double events, double alpha) { return events <= 0 ? 0 : gamma_quantile(events, alpha); }
double garwood_high(double events, double alpha) { return gamma_quantile(events + 1, 1 - alpha); }

double reach(const UnseenVariance& unseen, double alpha) {
  if (unseen.value <= 0) return 0;
  return student_quantile(1 - alpha, unseen.freedom) * std::sqrt(unseen.value);
}

// The smallest level at which `holds` is true, 1 if there is none; `holds` stays true once it is.
template <class Holds>
double smallest_level(const Holds& holds) {
  if (!holds(kLargestLevel)) return 1;
  if (holds(kSmallestLevel)) return kSmallestLevel;
  double low = std::log(kSmallestLevel), high = std::log(kLargestLevel);
  for (int step = 0; step < 40; ++step) {
    const double middle = (low + high) / 2;
    (holds(std::exp(middle)) ? high : low) = middle;
  }
  return std::exp(high);
}

}  // namespace

double ClusterLimits::high(double alpha) const {
  return difference() + std::hypot((garwood_high(candidate, alpha) - candidate) * candidate_unit,
                                   (baseline - garwood_low(baseline, alpha)) * baseline_unit,
                                   reach(unseen, alpha));
}

double ClusterLimits::low(double alpha) const {
  return difference() - std::hypot((candidate - garwood_low(candidate, alpha)) * candidate_unit,
                                   (garwood_high(baseline, alpha) - baseline) * baseline_unit,
                                   reach(unseen, alpha));
}

double ClusterLimits::p_below(double margin) const {
  return smallest_level([&](double level) { return high(level) < margin; });
}

double ClusterLimits::p_above(double margin) const {
  return smallest_level([&](double level) { return low(level) > margin; });
}

}  // namespace assay::stats
