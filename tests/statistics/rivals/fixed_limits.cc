#include "rivals/fixed_limits.h"

#include <algorithm>

#include "rivals/intervals.h"

namespace assay::statistics {
namespace {

constexpr double kSlack = 1.15;
constexpr std::size_t kChecks = 10;
constexpr std::ptrdiff_t kFailedChecks = 5;

bool above(const stats::Histogram& times, double quantile, double normal_ns) {
  return static_cast<double>(times.quantile(quantile)) > kSlack * normal_ns;
}

}  // namespace

Answer by_fixed_limits(const verdict::ArmSeries& run, const KnownGood& good) {
  const auto& times = run.arm(Arm::candidate).all;
  return failed_if(above(times, 0.95, good.p95_ns) || above(times, 0.99, good.p99_ns));
}

Answer by_failed_checks(const verdict::ArmSeries& run, const KnownGood& good) {
  const auto checks = intervals_of(run.arm(Arm::candidate), kChecks);
  const auto failed = std::count_if(checks.begin(), checks.end(),
                                    [&](const auto& times) { return above(times, 0.99, good.p99_ns); });
  return failed_if(failed >= kFailedChecks);
}

}  // namespace assay::statistics
