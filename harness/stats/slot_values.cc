#include "stats/slot_values.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace assay::stats {
namespace {

// Each logarithm once: a gate converts the same few thousand buckets for every slot.
const std::array<double, Buckets::kCount>& bucket_logs() {
  static const auto logs = [] {
    std::array<double, Buckets::kCount> all{};
    for (std::uint32_t i = 0; i < Buckets::kCount; ++i)
      all[i] = std::log(static_cast<double>(std::max<std::int64_t>(1, Buckets::middle(i))));
    return all;
  }();
  return logs;
}

}  // namespace

LogValues LogValues::from(const Histogram& times) {
  constexpr auto kLargest = std::uint64_t{std::numeric_limits<std::uint32_t>::max()};
  const auto& logs = bucket_logs();
  LogValues all;
  const auto buckets = times.buckets();
  all.values.reserve(buckets.size());
  for (const auto& bucket : buckets) {
    const auto count = std::min(bucket.count, kLargest);
    all.values.push_back({logs[bucket.index], static_cast<std::uint32_t>(count)});
    all.requests += count;
  }
  return all;
}

}  // namespace assay::stats
