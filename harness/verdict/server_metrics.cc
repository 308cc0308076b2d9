#include "verdict/server_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/units.h"
#include "stats/block_shift.h"
#include "stats/error_rate.h"
#include "verdict/server_blocks.h"
#include "verdict/wording.h"

namespace assay::verdict {
namespace {

using config::ServerCompareSpec;

double same(double difference) { return difference; }
double reversed(double difference) { return -difference; }
double ratio_of(double log_ratio) { return std::expm1(log_ratio); }

MetricJudgement begun(const ServerCompareSpec& compare) {
  MetricJudgement judged;
  Finding& finding = judged.finding;
  const double sign = compare.more_is_better ? -1 : 1;
  finding.kind = FindingKind::comparison;
  finding.subject = fmt::format(
      "{} {}", compare.metric,
      compare.in_points() ? signed_points(sign * compare.margin) : signed_percent(sign * compare.margin));
  finding.location = compare.span.location();
  finding.unit = compare.unit;
  finding.margin = compare.margin;
  finding.less_is_worse = compare.more_is_better;
  return judged;
}

MetricJudgement lacking(MetricJudgement judged, const ServerCompareSpec& compare, const std::string& why) {
  judged.finding.state = FindingState::insufficient;
  judged.finding.sentence = compare.metric + ": " + why;
  return judged;
}

std::string source_problem(const ServerMetric& metric) {
  for (const Arm arm : {Arm::candidate, Arm::baseline}) {
    const auto& source = metric.source(arm);
    if (!source) return fmt::format("nobody asked for the {}", name(arm));
    if (!source->problem.empty()) return fmt::format("of the {}, {}", name(arm), source->problem);
  }
  return "";
}

std::string requests_text(std::span<const MetricBlock> blocks) {
  return fmt::format("; {} to the candidate, {} to the baseline",
                     counted(requests_of(Arm::candidate, blocks), "request"),
                     format_count(requests_of(Arm::baseline, blocks)));
}

std::string too_few_blocks(std::size_t found, double seconds) {
  return fmt::format("{} of {} have a value of both arms, {} are needed", counted(found, "block"),
                     rough_duration(seconds), stats::kFewestBlocks);
}

Basis basis_of(std::size_t used, std::size_t all, double seconds, double slow_share,
               const stats::CorrelationTime& correlation) {
  Basis basis;
  basis.slots_used = used;
  basis.slots_left_out = all - used;
  basis.slot_s = seconds;
  basis.slow_share = slow_share;
  basis.correlation = correlation;
  return basis;
}

void decide(MetricJudgement& judged, const ServerCompareContext& context, double p_pass, double p_fail) {
  judged.finding.p_pass = p_pass;
  judged.finding.p_fail = judged.p_fail = p_fail;
  judged.finding.state = p_pass <= context.levels.pass ? FindingState::pass : FindingState::inconclusive;
}

// ---- shares of requests

std::string share_shortage(std::span<const MetricBlock> blocks, const ServerCompareSpec& compare) {
  const auto both = std::ranges::count_if(blocks, [](const MetricBlock& block) {
    return block.arms[0].requests > 0 && block.arms[1].requests > 0;
  });
  if (std::cmp_less(both, stats::kFewestBlocks))
    return fmt::format("{} of {} blocks with requests to both arms are too few, {} are needed", both,
                       blocks.size(), stats::kFewestBlocks);
  const auto fewest = std::min(requests_of(Arm::candidate, blocks), requests_of(Arm::baseline, blocks));
  const double needed = kFewestErrorsAtMargin / compare.margin;
  if (static_cast<double>(fewest) * (1 + 1e-9) >= needed) return "";
  return fmt::format("{} in the smaller arm are too few, {} are needed for a margin of {}",
                     counted(fewest, "request"), format_count(static_cast<std::uint64_t>(std::ceil(needed))),
                     format_points(compare.margin));
}

MetricJudgement judge_share(const ServerCompareContext& context, const ServerCompareSpec& compare,
                            const ServerMetric& metric) {
  auto judged = begun(compare);
  const auto blocks = blocks_until(metric, context.until);
  if (const auto why = share_shortage(blocks, compare); !why.empty())
    return lacking(std::move(judged), compare, why);
  const double block = seconds(metric.block);
  const auto slots = share_slots(blocks);
  const auto found = stats::compare_errors(slots, block, compare.margin, context.alpha,
                                           {.correlation_seconds = context.correlation_seconds});
  Finding& finding = judged.finding;
  const stats::ErrorSlot sum = stats::sum_of(slots);
  finding.samples = sum.candidate_requests + sum.baseline_requests;
  finding.candidate = static_cast<double>(sum.candidate_errors) / static_cast<double>(sum.candidate_requests);
  finding.baseline = static_cast<double>(sum.baseline_errors) / static_cast<double>(sum.baseline_requests);
  const Evidence evidence{found.difference, found.low,
                          found.high,       compare.margin,
                          found.slow_share, block * static_cast<double>(blocks.size()),
                          context.alpha,    context.levels.looked_at};
  fill_evidence(finding, evidence, same);
  finding.basis = basis_of(slots.size(), slots.size(), block, found.slow_share, found.correlation);
  decide(judged, context, found.p_pass, found.p_fail);
  finding.sentence =
      fmt::format("{} is {} ({} against {})", compare.metric, points_range(*finding.low, *finding.high),
                  percent(*finding.candidate), percent(*finding.baseline));
  word(judged, evidence, points(compare.margin));
  judged.closing = requests_text(blocks);
  if (found.errors_per_cluster >= 2)
    judged.closing += fmt::format("; they came in clusters of about {:.0f}", found.errors_per_cluster);
  return judged;
}

// ---- values, block by block

// How differences of blocks are taken: on which scale the margin is a distance, and how it is told.
struct Comparison {
  BlockDifferences differences;  // of harm: turned round where more is better
  double block_s = 0;
  double candidate = 0, baseline = 0;  // of all blocks
  bool logarithmic = false;
  double margin = 0;  // on the scale
  std::string allowed;
};

std::string range_of(const Finding& finding, const ServerCompareSpec& compare) {
  if (compare.in_points()) return points_range(*finding.low, *finding.high);
  if (compare.unit == Unit::nanoseconds) return change_range(*finding.low, *finding.high);
  return rate_range(*finding.low, *finding.high);
}

std::string values_text(const Comparison& compared, Unit unit) {
  return fmt::format("{} against {}", in_unit(compared.candidate, unit), in_unit(compared.baseline, unit));
}

// A baseline of 0 has no percentage, and then the values alone are told.
void tell(MetricJudgement& judged, const Comparison& compared, const ServerCompareSpec& compare,
          bool has_ratio) {
  Finding& finding = judged.finding;
  if (has_ratio) {
    finding.sentence = fmt::format("{} is {} ({})", compare.metric, range_of(finding, compare),
                                   values_text(compared, compare.unit));
    return;
  }
  finding.sentence = fmt::format("{} is {}", compare.metric, values_text(compared, compare.unit));
  for (auto* number : {&finding.change, &finding.low, &finding.high, &finding.margin,
                       &finding.smallest_detectable, &finding.largest_passing})
    number->reset();
}

MetricJudgement judge_blocks(MetricJudgement judged, const ServerCompareContext& context,
                             const ServerCompareSpec& compare, const Comparison& compared) {
  const BlockDifferences& blocks = compared.differences;
  const auto found = stats::compare_blocks(blocks.values, blocks.used, compared.block_s, compared.margin,
                                           context.alpha, context.correlation_seconds);
  Finding& finding = judged.finding;
  finding.candidate = compared.candidate;
  finding.baseline = compared.baseline;
  const double seconds = compared.block_s * static_cast<double>(blocks.used.size());
  const Evidence evidence{found.shift,      found.low, found.high,    compared.margin,
                          found.slow_share, seconds,   context.alpha, context.levels.looked_at};
  fill_evidence(finding, evidence,
                compared.logarithmic     ? ratio_of
                : compare.more_is_better ? reversed
                                         : same);
  if (compare.more_is_better) std::swap(finding.low, finding.high);
  finding.basis =
      basis_of(blocks.count(), blocks.used.size(), compared.block_s, found.slow_share, found.correlation);
  decide(judged, context, found.p_pass, found.p_fail);
  tell(judged, compared, compare, compare.in_points() || compared.baseline != 0);
  word(judged, evidence, compared.allowed);
  judged.closing =
      fmt::format("; {} of {}", counted(blocks.count(), "block"), rough_duration(compared.block_s));
  return judged;
}

// Inside a bucket a histogram sees nothing: what both arms have there is interpolated.
std::string bucket_warning(const ServerMetric& metric, std::span<const MetricBlock> blocks, double margin) {
  const auto candidate = quantile_of(metric, Arm::candidate, blocks);
  const auto baseline = quantile_of(metric, Arm::baseline, blocks);
  if (!candidate || !baseline) return "";
  const bool wide = baseline->lower <= 0 || baseline->upper / baseline->lower > 1 + margin;
  if (candidate->upper != baseline->upper || !wide) return "";
  return fmt::format(
      "; both lie in the bucket from {} to {}, wider than the margin, so that part of a change may be hidden "
      "(slower_than counts exactly)",
      in_unit(baseline->lower, metric.unit), in_unit(baseline->upper, metric.unit));
}

std::string quantile_shortage(const ServerMetric& metric, std::span<const MetricBlock> blocks,
                              const BlockDifferences& differences) {
  const auto fewest = std::min(requests_of(Arm::candidate, blocks), requests_of(Arm::baseline, blocks));
  if (fewest < fewest_requests_for(metric))
    return fmt::format("{} in the smaller arm are too few for this quantile, {} are needed",
                       counted(fewest, "request"), format_count(fewest_requests_for(metric)));
  if (differences.values.empty())
    return fmt::format("it lies above the histogram's highest bound ({}), where nothing is known",
                       metric.bounds.empty() ? "none" : in_unit(metric.bounds.back(), metric.unit));
  if (differences.count() < stats::kFewestBlocks)
    return too_few_blocks(differences.count(), seconds(metric.block));
  return "";
}

MetricJudgement judge_quantile(const ServerCompareContext& context, const ServerCompareSpec& compare,
                               const ServerMetric& metric) {
  auto judged = begun(compare);
  const auto blocks = blocks_until(metric, context.until);
  Comparison compared;
  compared.logarithmic = true;
  compared.block_s = seconds(metric.block);
  compared.differences = quantile_differences(metric, blocks);
  if (const auto why = quantile_shortage(metric, blocks, compared.differences); !why.empty())
    return lacking(std::move(judged), compare, why);
  compared.candidate = quantile_of(metric, Arm::candidate, blocks)->value;
  compared.baseline = quantile_of(metric, Arm::baseline, blocks)->value;
  const double ratio = std::max(compare.margin, compare.floor / compared.baseline);
  compared.margin = std::log1p(ratio);
  compared.allowed = percent(ratio);
  judged.finding.margin = ratio;
  judged.finding.samples = requests_of(Arm::candidate, blocks) + requests_of(Arm::baseline, blocks);
  judged = judge_blocks(std::move(judged), context, compare, compared);
  judged.closing = requests_text(blocks) + bucket_warning(metric, blocks, ratio);
  return judged;
}

// The margin on the scale of differences, which are divided by `unit`.
struct ValueScale {
  double unit, margin;
  std::string allowed;
};
std::optional<ValueScale> value_scale(const ServerCompareSpec& compare, double baseline) {
  if (compare.in_points()) return ValueScale{1, compare.margin, points(compare.margin)};
  const double size = std::abs(baseline);
  if (size == 0 && compare.floor == 0) return std::nullopt;
  if (size == 0) return ValueScale{1, compare.floor, in_unit(compare.floor, compare.unit)};
  const double margin = std::max(compare.margin, compare.floor / size);
  return ValueScale{size, margin, percent(margin)};
}

MetricJudgement judge_value(const ServerCompareContext& context, const ServerCompareSpec& compare,
                            const ServerMetric& metric) {
  auto judged = begun(compare);
  const auto blocks = blocks_until(metric, context.until);
  const auto candidate = mean_of(Arm::candidate, blocks), baseline = mean_of(Arm::baseline, blocks);
  Comparison compared;
  compared.block_s = seconds(metric.block);
  compared.differences = value_differences(blocks, 1);
  if (compared.differences.count() < stats::kFewestBlocks || !candidate || !baseline)
    return lacking(std::move(judged), compare,
                   too_few_blocks(compared.differences.count(), compared.block_s));
  const auto scale = value_scale(compare, *baseline);
  if (!scale)
    return lacking(std::move(judged), compare, "the baseline is 0, which has no percentage: add a floor");
  compared.differences = value_differences(blocks, compare.more_is_better ? -scale->unit : scale->unit);
  compared.candidate = *candidate;
  compared.baseline = *baseline;
  compared.margin = judged.finding.margin.emplace(scale->margin);
  compared.allowed = scale->allowed;
  judged.finding.samples = compared.differences.count();
  return judge_blocks(std::move(judged), context, compare, compared);
}

}  // namespace

MetricJudgement judge_server_metric(const ServerCompareContext& context, const ServerCompareSpec& compare) {
  const ServerMetric* metric = server_metric(context.result, compare.metric);
  if (metric == nullptr) return lacking(begun(compare), compare, "it was not asked for in this run");
  if (const auto problem = source_problem(*metric); !problem.empty())
    return lacking(begun(compare), compare, problem);
  switch (metric->kind) {
    case ServerMetricKind::ratio:
      return judge_share(context, compare, *metric);
    case ServerMetricKind::quantile:
      return judge_quantile(context, compare, *metric);
    case ServerMetricKind::value:
      break;
  }
  return judge_value(context, compare, *metric);
}

}  // namespace assay::verdict
