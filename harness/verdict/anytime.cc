#include "verdict/anytime.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "stats/sequential_shift.h"

namespace assay::verdict {
namespace {

using What = config::CompareSpec::What;

constexpr double kUsualCorrelation = 5;  // seconds
constexpr double kRateFrom = 60;         // seconds, from which the length of blocks follows

struct Sides {
  double pass = 1, fail = 1;
};

std::size_t slots_of(double seconds, const ArmSeries& series) {
  return static_cast<std::size_t>(std::lround(seconds / series.slot_seconds));
}

Sides latency_sides(const CompareContext& context, const config::CompareSpec& compare) {
  const ArmSeries& series = context.series;
  const stats::ShiftMetric metric = shift_metric(compare);
  const std::size_t rated = std::min(series.slot_count, slots_of(kRateFrom, series));
  const double per_second = first_slots(series, rated).requests_per_s() / static_cast<double>(kArmCount);
  const stats::BlockRule rule = stats::block_rule(
      metric, series.slot_seconds, context.correlation_seconds.value_or(kUsualCorrelation), per_second);
  const std::size_t pilot = rule.slots * stats::ShiftEvidence::kPilotBlocks;
  if (series.slot_count <= pilot) return {};
  const stats::Histogram normal = first_slots(series, pilot).arm(Arm::baseline).all;
  if (normal.empty()) return {};
  stats::BlockRatios blocks(metric, rule);
  for (const stats::SlotValues& slot : slot_values(series, 1)) blocks.add(slot);
  const double margin = std::log1p(allowed_ratio(compare, observed_latency(normal, compare)));
  const auto evidence = stats::watch_shift(blocks.ratios(), margin, context.alpha);
  return {std::exp(-evidence.pass_most), std::exp(-evidence.fail_most)};
}

MetricJudgement judge_part(const ArmSeries& part, const CompareContext& context,
                           const config::CompareSpec& compare) {
  const stats::LatencyShift shift = latency_shift(part, context.correlation_seconds);
  const stats::CalmTime calm = shift.calm_time(0);
  const CompareContext of_part{part,
                               shift,
                               calm,
                               slots_together(part),
                               context.alpha,
                               context.levels,
                               context.correlation_seconds,
                               context.known};
  if (compare.what == What::error_rate) return judge_errors(of_part, compare);
  return compare.what == What::stalls ? judge_stalls(of_part, compare) : judge_throughput(of_part, compare);
}

Sides count_sides(const CompareContext& context, const config::CompareSpec& compare) {
  Sides sides;
  double number = 1;
  for (double at = kFirstAnytimeTest; at <= context.series.seconds() * (1 + 1e-9); at *= 2, ++number) {
    const std::size_t slots = std::min(context.series.slot_count, slots_of(at, context.series));
    const Finding found = judge_part(first_slots(context.series, slots), context, compare).finding;
    const double price = number * (number + 1);
    if (found.p_pass) sides.pass = std::min(sides.pass, *found.p_pass * price);
    if (found.p_fail) sides.fail = std::min(sides.fail, *found.p_fail * price);
  }
  return sides;
}

}  // namespace

void hold_at_all_times(const CompareContext& context, const config::CompareSpec& compare,
                       MetricJudgement& judged) {
  Finding& finding = judged.finding;
  if (finding.state == FindingState::insufficient) return;
  const Sides sides = compare.is_latency() ? latency_sides(context, compare) : count_sides(context, compare);
  judged.p_fail = sides.fail;
  finding.p_fail = sides.fail;
  // Stalls that were not to be proven rare only veto.
  if (!finding.p_pass) return;
  finding.p_pass = sides.pass;
  finding.state = sides.pass <= context.levels.pass ? FindingState::pass : FindingState::inconclusive;
}

}  // namespace assay::verdict
