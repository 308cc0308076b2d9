#include "verdict/server_blocks.h"

#include <algorithm>
#include <cmath>

namespace assay::verdict {
namespace {

// Of requests beyond a quantile, in the smaller arm: with fewer its density is guessed, and it follows their
// number, which production traffic does not split evenly.
constexpr double kFewestBeyond = 50;

double rarer_side(const ServerMetric& metric) { return std::min(metric.quantile, 1 - metric.quantile); }

std::vector<std::uint64_t> sum_of_buckets(const ServerMetric& metric, Arm arm,
                                          std::span<const MetricBlock> blocks) {
  std::vector<std::uint64_t> sum(metric.bounds.size() + 1, 0);
  for (const MetricBlock& block : blocks) {
    const auto& buckets = block.arm(arm).buckets;
    for (std::size_t i = 0; i < buckets.size(); ++i) sum[i] += buckets[i];
  }
  return sum;
}

// What one arm's blocks add to the logarithm of its quantile; together nothing.
class Influences {
 public:
  Influences(const ServerMetric& metric, Arm arm, std::span<const MetricBlock> blocks)
      : metric_(metric), arm_(arm), buckets_(sum_of_buckets(metric, arm, blocks)) {
    const auto found = stats::bucket_quantile(metric.bounds, buckets_, metric.quantile);
    if (!found || found->beyond_bounds() || found->value <= 0) return;
    value_ = found->value;
    const double within = stats::bucket_count_below(metric.bounds, buckets_, found->upper) -
                          stats::bucket_count_below(metric.bounds, buckets_, found->lower);
    requests_per_log_ = within / (found->upper - found->lower) * found->value;
  }

  bool known() const { return requests_per_log_ > 0; }
  double log_value() const { return std::log(value_); }
  double of(const MetricBlock& block) const {
    const ArmBlock& arm = block.arm(arm_);
    const double below = stats::bucket_count_below(metric_.bounds, arm.buckets, value_);
    return (metric_.quantile * static_cast<double>(arm.requests) - below) / requests_per_log_;
  }

 private:
  const ServerMetric& metric_;
  Arm arm_;
  std::vector<std::uint64_t> buckets_;
  double value_ = 0, requests_per_log_ = 0;
};

}  // namespace

const ServerMetric* server_metric(const RunResult& result, std::string_view name) {
  const auto found = std::ranges::find(result.server_metrics, name, &ServerMetric::name);
  return found == result.server_metrics.end() ? nullptr : &*found;
}

std::span<const MetricBlock> blocks_until(const ServerMetric& metric, std::optional<Nanos> until) {
  const std::span<const MetricBlock> all = metric.blocks;
  if (!until) return all;
  const auto after =
      std::ranges::find_if(all, [&](const MetricBlock& block) { return block.until > *until; });
  return all.first(static_cast<std::size_t>(after - all.begin()));
}

std::vector<stats::ErrorSlot> share_slots(std::span<const MetricBlock> blocks) {
  std::vector<stats::ErrorSlot> slots;
  for (const MetricBlock& block : blocks) {
    const ArmBlock &candidate = block.arm(Arm::candidate), &baseline = block.arm(Arm::baseline);
    slots.push_back({candidate.events, candidate.requests, baseline.events, baseline.requests});
  }
  return slots;
}

std::uint64_t requests_of(Arm arm, std::span<const MetricBlock> blocks) {
  std::uint64_t sum = 0;
  for (const MetricBlock& block : blocks) sum += block.arm(arm).requests;
  return sum;
}

std::optional<stats::BucketQuantile> quantile_of(const ServerMetric& metric, Arm arm,
                                                 std::span<const MetricBlock> blocks) {
  return stats::bucket_quantile(metric.bounds, sum_of_buckets(metric, arm, blocks), metric.quantile);
}

std::optional<double> mean_of(Arm arm, std::span<const MetricBlock> blocks) {
  double sum = 0, count = 0;
  for (const MetricBlock& block : blocks) {
    if (!block.arm(arm).value) continue;
    sum += *block.arm(arm).value;
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / count;
}

std::size_t BlockDifferences::count() const {
  return static_cast<std::size_t>(std::ranges::count_if(used, [](char each) { return each != 0; }));
}

BlockDifferences quantile_differences(const ServerMetric& metric, std::span<const MetricBlock> blocks) {
  const Influences candidate(metric, Arm::candidate, blocks), baseline(metric, Arm::baseline, blocks);
  BlockDifferences differences;
  if (!candidate.known() || !baseline.known()) return differences;
  const double ratio = candidate.log_value() - baseline.log_value();
  const auto count = static_cast<double>(blocks.size());
  for (const MetricBlock& block : blocks) {
    const bool known = block.arm(Arm::candidate).requests > 0 && block.arm(Arm::baseline).requests > 0;
    differences.used.push_back(known ? 1 : 0);
    differences.values.push_back(ratio + count * (candidate.of(block) - baseline.of(block)));
  }
  return differences;
}

BlockDifferences value_differences(std::span<const MetricBlock> blocks, double unit) {
  BlockDifferences differences;
  for (const MetricBlock& block : blocks) {
    const auto &candidate = block.arm(Arm::candidate).value, &baseline = block.arm(Arm::baseline).value;
    const bool known = candidate && baseline;
    differences.used.push_back(known ? 1 : 0);
    differences.values.push_back(known ? (*candidate - *baseline) / unit : 0);
  }
  return differences;
}

std::uint64_t fewest_requests_for(const ServerMetric& metric) {
  return static_cast<std::uint64_t>(std::ceil(kFewestBeyond / rarer_side(metric) * (1 - 1e-9)));
}

}  // namespace assay::verdict
