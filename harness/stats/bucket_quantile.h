// Quantiles of a histogram whose buckets are all that is known, as time series databases keep them. The rule
// is that of Prometheus, so that both say the same: linear between a bucket's bounds, from 0 in the lowest
// one, and the highest finite bound for what lies above it
// (https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile). Pure functions.
#pragma once
#include <cstdint>
#include <optional>
#include <span>

namespace assay::stats {

struct BucketQuantile {
  double value = 0;  // interpolated
  double lower = 0,
         upper = 0;  // of its bucket: all that is known for certain; `upper` is infinite above all bounds

  bool beyond_bounds() const;
};

// How many lie at or below a value, evenly spread within its bucket.
double bucket_count_below(std::span<const double> bounds, std::span<const std::uint64_t> counts,
                          double value);

// `bounds`: upper ones, ascending. `counts`: one for each, and one for what lies above them all. Empty where
// all counts are 0.
std::optional<BucketQuantile> bucket_quantile(std::span<const double> bounds,
                                              std::span<const std::uint64_t> counts, double quantile);

}  // namespace assay::stats
