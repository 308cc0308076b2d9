// The blocks of a server metric as the statistics take them. Internal to verdict; pure functions.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/run_result.h"
#include "model/server_metric.h"
#include "stats/bucket_quantile.h"
#include "stats/error_slots.h"

namespace assay::verdict {

// Null: the result has none of that name.
const ServerMetric* server_metric(const RunResult& result, std::string_view name);

// Those that end by `until`.
std::span<const MetricBlock> blocks_until(const ServerMetric& metric, std::optional<Nanos> until);

std::vector<stats::ErrorSlot> share_slots(std::span<const MetricBlock> blocks);

// What an arm's blocks say together; empty where they say nothing.
std::optional<stats::BucketQuantile> quantile_of(const ServerMetric& metric, Arm arm,
                                                 std::span<const MetricBlock> blocks);
std::optional<double> mean_of(Arm arm, std::span<const MetricBlock> blocks);
std::uint64_t requests_of(Arm arm, std::span<const MetricBlock> blocks);

// One difference of the arms for each block, candidate minus baseline, in time.
struct BlockDifferences {
  std::vector<double> values;
  std::vector<char> used;  // 0: not known of both arms

  std::size_t count() const;  // of those used
};

// Of the logarithm of a quantile. A block may hold too few requests to have a quantile of its own, and a mean
// of many small blocks' quantiles is not that of all; so the mean of these is the log ratio of both arms'
// quantiles over all blocks, and each deviates by what its requests add to them: the influence function of a
// quantile, (q n - below) / (N f), with the density f of the bucket in which it lies (Hampel 1974). Empty
// where an arm has no quantile within the bounds.
BlockDifferences quantile_differences(const ServerMetric& metric, std::span<const MetricBlock> blocks);
// Of values, divided by `unit`.
BlockDifferences value_differences(std::span<const MetricBlock> blocks, double unit);

// Requests an arm that make a comparison of this quantile possible at all.
std::uint64_t fewest_requests_for(const ServerMetric& metric);

}  // namespace assay::verdict
