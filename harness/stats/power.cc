#include "stats/power.h"

#include <cmath>
#include <limits>

#include "stats/distributions.h"

namespace assay::stats {

double planning_distance(double alpha, double power) {
  return normal_quantile(1 - alpha) + normal_quantile(power);
}

double standard_error_of(double low, double high, double alpha) {
  return (high - low) / (2 * normal_quantile(1 - alpha));
}

double Precision::smallest_detectable() const { return margin + planning_distance(alpha) * standard_error; }

double Precision::largest_passing() const { return margin - planning_distance(alpha) * standard_error; }

double Precision::chance_to_pass(double truth) const {
  if (standard_error <= 0) return truth < margin ? 1 : 0;
  return normal_cdf((margin - truth) / standard_error - normal_quantile(1 - alpha));
}

double Precision::evidence_needed(double truth) const {
  const double distance = std::fabs(margin - truth);
  if (distance <= 0) return std::numeric_limits<double>::infinity();
  const double ratio = planning_distance(alpha) * standard_error / distance;
  return ratio * ratio;
}

// The variance is slow_share + (1 - slow_share) / rate of what it was, and has to become 1 / evidence of it.
double rate_needed(double evidence, double slow_share) {
  const double left = 1 / evidence - slow_share;
  return left <= 0 ? std::numeric_limits<double>::infinity() : (1 - slow_share) / left;
}

}  // namespace assay::stats
