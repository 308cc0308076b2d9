#include "verdict/lateness.h"

#include <algorithm>

#include "model/filter.h"

namespace assay::verdict {
namespace {

constexpr double kLargestLateShare = 0.01;
constexpr Nanos kLatenessAlwaysAllowed{10'000'000};
constexpr double kLatenessOfMedian = 0.1;
constexpr double kFewestArrivals = 0.95;

std::uint64_t count_above(const stats::Histogram& times, Nanos limit) {
  std::uint64_t above = 0;
  for (const auto& bucket : times.buckets())
    if (stats::Buckets::lower(bucket.index) > limit.count()) above += bucket.count;
  return above;
}

}  // namespace

Lateness lateness_of(const RunResult& result) {
  Lateness lateness;
  const auto& lag = result.health.dispatch_lag;
  const Nanos median{aggregate(result, {}).at(Metric::response_time).quantile(0.5)};
  lateness.allowed =
      std::max(kLatenessAlwaysAllowed,
               Nanos{static_cast<std::int64_t>(kLatenessOfMedian * static_cast<double>(median.count()))});
  if (lag.empty()) return lateness;
  lateness.share = static_cast<double>(count_above(lag, lateness.allowed)) / static_cast<double>(lag.count());
  lateness.too_late = lateness.share > kLargestLateShare;
  return lateness;
}

double offered_share(const GeneratorHealth& health) {
  if (health.intended == 0) return 1;
  return static_cast<double>(health.started + health.shed) / static_cast<double>(health.intended);
}

bool offered_too_few(const GeneratorHealth& health) { return offered_share(health) < kFewestArrivals; }

}  // namespace assay::verdict
