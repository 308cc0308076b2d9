#include "reports/metric_points.h"

#include <algorithm>
#include <span>

#include "stats/bucket_quantile.h"

namespace assay::reports {
namespace {

using Blocks = std::span<const MetricBlock>;

std::optional<MetricValue> share_of(Blocks blocks, Arm arm) {
  std::uint64_t events = 0, requests = 0;
  for (const MetricBlock& block : blocks) {
    events += block.arm(arm).events;
    requests += block.arm(arm).requests;
  }
  if (requests == 0) return std::nullopt;
  return MetricValue{static_cast<double>(events) / static_cast<double>(requests)};
}

std::optional<MetricValue> quantile_of(const ServerMetric& metric, Blocks blocks, Arm arm) {
  std::vector<std::uint64_t> counts(metric.bounds.size() + 1);
  for (const MetricBlock& block : blocks) {
    const auto& buckets = block.arm(arm).buckets;
    for (std::size_t i = 0; i < std::min(buckets.size(), counts.size()); ++i) counts[i] += buckets[i];
  }
  const auto found = stats::bucket_quantile(metric.bounds, counts, metric.quantile);
  if (!found) return std::nullopt;
  return MetricValue{found->value, found->beyond_bounds()};
}

std::optional<MetricValue> mean_of(Blocks blocks, Arm arm) {
  double sum = 0, count = 0;
  for (const MetricBlock& block : blocks) {
    if (!block.arm(arm).value) continue;
    sum += *block.arm(arm).value;
    ++count;
  }
  if (count == 0) return std::nullopt;
  return MetricValue{sum / count};
}

std::optional<MetricValue> value_of(const ServerMetric& metric, Blocks blocks, Arm arm) {
  switch (metric.kind) {
    case ServerMetricKind::ratio:
      return share_of(blocks, arm);
    case ServerMetricKind::quantile:
      return quantile_of(metric, blocks, arm);
    case ServerMetricKind::value:
      break;
  }
  return mean_of(blocks, arm);
}

}  // namespace

std::vector<MetricPoint> metric_points(const ServerMetric& metric, std::size_t most) {
  const Blocks all = metric.blocks;
  const std::size_t together = std::max<std::size_t>(1, (all.size() + most - 1) / most);
  std::vector<MetricPoint> points;
  for (std::size_t i = 0; i < all.size(); i += together) {
    const Blocks joined = all.subspan(i, std::min(together, all.size() - i));
    MetricPoint& point = points.emplace_back();
    point.from = joined.front().from;
    point.until = joined.back().until;
    for (const Arm arm : {Arm::candidate, Arm::baseline})
      point.arms[static_cast<std::size_t>(arm)] = value_of(metric, joined, arm);
  }
  return points;
}

}  // namespace assay::reports
