#include "rivals/error_rules.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"

namespace assay::statistics {
namespace {

constexpr double kAlpha = 0.05;
constexpr std::size_t kChecks = 10;
constexpr int kFailedChecks = 5;

struct Wilson {
  double low, high;
};

Wilson wilson(double errors, double requests, double z) {
  const double rate = errors / requests, weight = 1 + z * z / requests;
  const double middle = (rate + z * z / (2 * requests)) / weight;
  const double half =
      z * std::sqrt(rate * (1 - rate) / requests + z * z / (4 * requests * requests)) / weight;
  return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

double requests_of(const verdict::ArmTimes& arm) { return static_cast<double>(arm.all.count()); }
double errors_of(const verdict::ArmTimes& arm) { return static_cast<double>(arm.error_count); }

}  // namespace

DifferenceInterval newcombe(double errors, double requests, double other_errors, double other_requests,
                            double alpha) {
  const double z = stats::normal_quantile(1 - alpha);
  const double rate = errors / requests, other_rate = other_errors / other_requests;
  const Wilson mine = wilson(errors, requests, z), theirs = wilson(other_errors, other_requests, z);
  return {rate - other_rate - std::hypot(rate - mine.low, theirs.high - other_rate),
          rate - other_rate + std::hypot(mine.high - rate, other_rate - theirs.low)};
}

Answer errors_by_point_estimate(const verdict::ArmSeries& run, const KnownGood& good) {
  return failed_if(run.arm(Arm::candidate).error_rate() - run.arm(Arm::baseline).error_rate() >
                   good.error_margin);
}

Answer errors_by_fixed_limit(const verdict::ArmSeries& run, const KnownGood& good) {
  return failed_if(run.arm(Arm::candidate).error_rate() > good.error_rate + good.error_margin);
}

Answer errors_by_failed_checks(const verdict::ArmSeries& run, const KnownGood& good) {
  const auto& arm = run.arm(Arm::candidate);
  const std::size_t slots = arm.slots.size();
  int failed = 0;
  for (std::size_t i = 0; i < kChecks; ++i) {
    double errors = 0, requests = 0;
    for (std::size_t k = i * slots / kChecks; k < (i + 1) * slots / kChecks; ++k) {
      errors += static_cast<double>(arm.errors[k]);
      requests += static_cast<double>(arm.slots[k].count());
    }
    failed += errors > (good.error_rate + good.error_margin) * requests;
  }
  return failed_if(failed >= kFailedChecks);
}

Answer errors_by_two_proportions(const verdict::ArmSeries& run, const KnownGood&) {
  const auto& candidate = run.arm(Arm::candidate);
  const auto& baseline = run.arm(Arm::baseline);
  const double n = requests_of(candidate), m = requests_of(baseline);
  const double pooled = (errors_of(candidate) + errors_of(baseline)) / (n + m);
  const double deviation = std::sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
  if (deviation <= 0) return Answer::pass;
  const double z = (candidate.error_rate() - baseline.error_rate()) / deviation;
  return failed_if(stats::normal_cdf(-z) < kAlpha);
}

Answer errors_by_independent_intervals(const verdict::ArmSeries& run, const KnownGood& good) {
  const auto& candidate = run.arm(Arm::candidate);
  const auto& baseline = run.arm(Arm::baseline);
  const auto interval = newcombe(errors_of(candidate), requests_of(candidate), errors_of(baseline),
                                 requests_of(baseline), kAlpha);
  if (interval.low > good.error_margin) return Answer::fail;
  return interval.high < good.error_margin ? Answer::pass : Answer::undecided;
}

}  // namespace assay::statistics
