#include "stats/bucket_quantile.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

namespace assay::stats {

bool BucketQuantile::beyond_bounds() const { return std::isinf(upper); }

double bucket_count_below(std::span<const double> bounds, std::span<const std::uint64_t> counts,
                          double value) {
  double below = 0;
  for (std::size_t i = 0; i < bounds.size() && i < counts.size(); ++i) {
    const auto here = static_cast<double>(counts[i]);
    if (bounds[i] <= value) {
      below += here;
      continue;
    }
    const double lower = i > 0 ? bounds[i - 1] : std::min(0.0, bounds[0]);
    if (value > lower) below += here * (value - lower) / (bounds[i] - lower);
    break;
  }
  return below;
}

std::optional<BucketQuantile> bucket_quantile(std::span<const double> bounds,
                                              std::span<const std::uint64_t> counts, double quantile) {
  const auto all = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  if (all == 0) return std::nullopt;
  const double wanted = quantile * static_cast<double>(all);
  double below = 0;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const auto here = static_cast<double>(counts[i]);
    if (here > 0 && below + here >= wanted) {
      const bool from_zero = i == 0 && bounds[0] > 0;
      const double lower = i > 0 ? bounds[i - 1] : from_zero ? 0 : bounds[0];
      return BucketQuantile{lower + (bounds[i] - lower) * (wanted - below) / here, lower, bounds[i]};
    }
    below += here;
  }
  const double highest = bounds.empty() ? 0 : bounds.back();
  return BucketQuantile{highest, highest, std::numeric_limits<double>::infinity()};
}

}  // namespace assay::stats
