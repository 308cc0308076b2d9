// Thresholds on what the target says of itself, and why its quantiles differ from those that were timed.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/units.h"
#include "model/filter.h"
#include "verdict/server_blocks.h"
#include "verdict/server_metrics.h"
#include "verdict/thresholds.h"
#include "verdict/wording.h"

namespace assay::verdict {
namespace {

using config::ThresholdSpec;

constexpr double kMostUnknown = 0.5;      // of the blocks: with more gaps, nothing is said about the whole
constexpr double kWorthExplaining = 0.1;  // of the client's value

void lacks_data(Finding& finding, const ThresholdSpec& threshold, const std::string& why) {
  finding.state = FindingState::insufficient;
  finding.sentence = threshold.source_text + ": " + why;
}

struct Measured {
  std::optional<double> value;
  bool at_least = false;  // it lies above the highest bound of a histogram
};

Measured measure(const ServerMetric& metric, Arm arm, std::span<const MetricBlock> blocks) {
  if (metric.kind == ServerMetricKind::value) return {mean_of(arm, blocks)};
  if (metric.kind == ServerMetricKind::quantile) {
    const auto found = quantile_of(metric, arm, blocks);
    if (!found) return {};
    return {found->value, found->beyond_bounds()};
  }
  const std::uint64_t requests = requests_of(arm, blocks);
  if (requests == 0) return {};
  std::uint64_t events = 0;
  for (const MetricBlock& block : blocks) events += block.arm(arm).events;
  return {static_cast<double>(events) / static_cast<double>(requests)};
}

bool is_known(const MetricBlock& block, Arm arm) {
  return block.arm(arm).requests > 0 || block.arm(arm).value.has_value();
}

std::string where_text(std::span<const MetricBlock> blocks) {
  return fmt::format("{} to {} after the start", format_duration(blocks.front().from),
                     format_duration(blocks.back().until));
}

struct Stretch {
  Measured measured;
  std::span<const MetricBlock> blocks;
};

// Of all full windows the one that comes off worst, or the first that says nothing.
Stretch worst_window(const ServerMetric& metric, Arm arm, const ThresholdSpec& threshold) {
  const auto together = static_cast<std::size_t>(*threshold.window / metric.block);
  const std::span<const MetricBlock> all = metric.blocks;
  Stretch worst;
  for (std::size_t first = 0; first + together <= all.size(); first += together) {
    const auto blocks = all.subspan(first, together);
    const Measured measured = measure(metric, arm, blocks);
    if (!measured.value) return {measured, blocks};
    const bool worse =
        !worst.measured.value || (wants_small(threshold) ? *measured.value > *worst.measured.value
                                                         : *measured.value < *worst.measured.value);
    if (worse) worst = {measured, blocks};
  }
  return worst;
}

void settle(Finding& finding, const ThresholdSpec& threshold, const Measured& measured,
            const std::string& where) {
  finding.value = *measured.value;
  const bool good = holds(threshold.comparator, *measured.value, threshold.limit);
  if (measured.at_least && (good == wants_small(threshold)))
    return lacks_data(finding, threshold,
                      fmt::format("it lies above {}, the histogram's highest bound, so that nobody knows",
                                  in_unit(*measured.value, threshold.unit)));
  finding.state = good ? FindingState::pass : FindingState::fail;
  finding.sentence =
      fmt::format("{}: {}{}{}", threshold.source_text, measured.at_least ? "more than " : "measured ",
                  in_unit(*measured.value, threshold.unit), where);
}

void judge_windows(Finding& finding, const ServerMetric& metric, const ThresholdSpec& threshold, Arm arm) {
  const Stretch worst = worst_window(metric, arm, threshold);
  const std::string length = format_duration(*threshold.window);
  if (worst.blocks.empty())
    return lacks_data(finding, threshold, fmt::format("the judged time holds no full window of {}", length));
  if (!worst.measured.value)
    return lacks_data(finding, threshold, "nothing is known of the window " + where_text(worst.blocks));
  finding.from = worst.blocks.front().from;
  finding.until = worst.blocks.back().until;
  settle(finding, threshold, worst.measured,
         fmt::format(" in the worst window of {} ({})", length, where_text(worst.blocks)));
}

// Of what the client timed from sending to the last byte, all steps together.
std::optional<double> client_quantile(const RunResult& result, Arm arm, double quantile) {
  SeriesFilter filter;
  filter.arm = arm;
  const auto times = aggregate(result, filter).at(Metric::service_time);
  if (times.empty()) return std::nullopt;
  return static_cast<double>(times.quantile(quantile));
}

std::string bucket_text(const stats::BucketQuantile& bucket) {
  if (bucket.beyond_bounds()) return "above " + in_unit(bucket.lower, Unit::nanoseconds);
  return fmt::format("between {} and {}", in_unit(bucket.lower, Unit::nanoseconds),
                     in_unit(bucket.upper, Unit::nanoseconds));
}

std::string explanation(const stats::BucketQuantile& server, double client) {
  const std::string known = "all that the histogram knows is that it lies " + bucket_text(server);
  if (client > server.lower && client <= server.upper)
    return known + ", and so does the client's: the width of the bucket explains the difference";
  if (client > server.upper)
    return fmt::format(
        "{}, so its buckets do not explain the difference: at least {} were spent outside of what "
        "the server times (connecting, TLS, network, queues in front of it)",
        known, in_unit(client - server.upper, Unit::nanoseconds));
  return known +
         ", so its buckets do not explain the difference: it also counts other traffic, or other work";
}

std::optional<Finding> bucket_remark(const RunResult& result, const ServerMetric& metric, Arm arm) {
  if (metric.kind != ServerMetricKind::quantile || metric.unit != Unit::nanoseconds) return std::nullopt;
  const auto server = quantile_of(metric, arm, metric.blocks);
  const auto client = client_quantile(result, arm, metric.quantile);
  if (!server || !client || *client <= 0) return std::nullopt;
  if (std::abs(server->value - *client) <= kWorthExplaining * *client) return std::nullopt;
  Finding finding;
  finding.kind = FindingKind::validity;
  finding.severity = Severity::info;
  finding.subject = metric.name;
  finding.sentence = fmt::format("{} of the {} is {} as the server counts and {} as the client timed it; {}",
                                 metric.name, name(arm), in_unit(server->value, Unit::nanoseconds),
                                 in_unit(*client, Unit::nanoseconds), explanation(*server, *client));
  return finding;
}

}  // namespace

void judge_server_threshold(Finding& finding, const RunResult& result, const ThresholdSpec& threshold) {
  finding.unit = threshold.unit;
  const Arm arm = threshold.filter.arm.value_or(Arm::candidate);
  const ServerMetric* metric = server_metric(result, threshold.server_metric);
  if (metric == nullptr || !metric->source(arm))
    return lacks_data(finding, threshold, "it was not asked for in this run");
  if (!metric->source(arm)->problem.empty())
    return lacks_data(finding, threshold, metric->source(arm)->problem);
  const auto known = static_cast<std::uint64_t>(
      std::ranges::count_if(metric->blocks, [&](const MetricBlock& block) { return is_known(block, arm); }));
  finding.samples = std::max<std::uint64_t>(known, requests_of(arm, metric->blocks));
  const Measured whole = measure(*metric, arm, metric->blocks);
  if (!whole.value || static_cast<double>(known) < kMostUnknown * static_cast<double>(metric->blocks.size()))
    return lacks_data(finding, threshold,
                      fmt::format("{} of {} say something", known, counted(metric->blocks.size(), "block")));
  if (threshold.window) return judge_windows(finding, *metric, threshold, arm);
  settle(finding, threshold, whole, "");
}

std::vector<Finding> bucket_remarks(const RunResult& result) {
  std::vector<Finding> remarks;
  for (const ServerMetric& metric : result.server_metrics)
    for (const Arm arm : {Arm::candidate, Arm::baseline})
      if (auto remark = bucket_remark(result, metric, arm)) remarks.push_back(*std::move(remark));
  return remarks;
}

}  // namespace assay::verdict
