#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/units.h"
#include "verdict/metric_judgement.h"
#include "verdict/wording.h"

namespace assay::verdict {
namespace {

using What = config::CompareSpec::What;

constexpr double kTail = 0.95;

double change_of(double log_ratio) { return std::expm1(log_ratio); }

// The geometric mean of the slowest 5 %.
double worst_twentieth(const stats::Histogram& times) {
  const auto wanted = std::max<std::uint64_t>(1, times.count() / 20);
  std::uint64_t left = wanted;
  double logs = 0;
  const auto buckets = times.buckets();
  for (auto bucket = buckets.rbegin(); bucket != buckets.rend() && left > 0; ++bucket) {
    const std::uint64_t taken = std::min(left, bucket->count);
    logs += static_cast<double>(taken) *
            std::log(static_cast<double>(std::max<std::int64_t>(1, stats::Buckets::middle(bucket->index))));
    left -= taken;
  }
  return std::exp(logs / static_cast<double>(wanted));
}

std::string quantile_name(double quantile) { return "p" + format_number(quantile * 100); }

std::string short_name(const config::CompareSpec& compare) {
  return compare.what == What::tail5 ? "the slowest 5 % of requests" : quantile_name(compare.quantile);
}

std::string shortage_text(stats::Shortage shortage, const CompareContext& context) {
  switch (shortage) {
    case stats::Shortage::slots:
      return fmt::format("{} judged seconds are too few: 40 slots of {} are needed, {:.0f} s",
                         format_number(context.shift.seconds()),
                         nanoseconds_text(context.shift.slot_seconds() * 1e9),
                         std::ceil(40 * context.shift.slot_seconds()));
    case stats::Shortage::calm_time:
      return fmt::format("only {} of the time was calm enough to compare (half is needed)",
                         percent(context.calm.share()));
    case stats::Shortage::requests:
      return "too few requests for this quantile: offer more, or compare a lower one";
    case stats::Shortage::none:
      break;
  }
  return "all times are equal, so there is no noise to judge by";
}

// What was compared, at the estimate.
Basis basis_of(const CompareContext& context, const stats::ShiftMetric& metric,
               const stats::ShiftInterval& found) {
  Basis basis;
  basis.slot_s = context.shift.slot_seconds();
  basis.slow_share = found.slow_share;
  const auto compared = context.shift.scores(metric, found.estimate);
  if (!compared) return basis;
  basis.slots_used =
      static_cast<std::uint64_t>(std::count(compared->used.begin(), compared->used.end(), char{1}));
  basis.slots_left_out = context.shift.slot_count() - basis.slots_used;
  basis.calm_share = static_cast<double>(basis.slots_used) / static_cast<double>(context.shift.slot_count());
  basis.influences = located(stats::strongest_slots(context.shift, metric, found, kInfluencesShown),
                             context.series, context.together, change_of);
  return basis;
}

void judge_by(const stats::SlowNoiseResult& test, const CompareContext& context,
              const stats::ShiftMetric& metric, const stats::ShiftNoise& noise, MetricJudgement& judged) {
  Finding& finding = judged.finding;
  const std::string allowed = percent(*finding.margin);
  finding.p_pass = test.p_pass;
  finding.p_fail = judged.p_fail = 1 - test.p_pass;
  finding.state = test.p_pass <= context.levels.pass ? FindingState::pass : FindingState::inconclusive;
  judged.if_passed = fmt::format(", within the {} allowed", allowed) + sureness_text(context.alpha);
  judged.if_failed = fmt::format(", more than the {} allowed", allowed) + sureness_text(context.alpha);
  judged.if_undecided = fmt::format(": {} is allowed, and that is not proven either way", allowed);
  judged.leaning = Leaning::good;
  const auto found = context.shift.interval(metric, context.alpha, noise);
  if (!found) return;
  const Evidence evidence{found->estimate,       found->low,
                          found->high,           std::log1p(*finding.margin),
                          found->slow_share,     context.shift.seconds(),
                          context.alpha,         context.levels.looked_at,
                          found->placement_share};
  fill_evidence(finding, evidence, change_of);
  finding.basis = basis_of(context, metric, *found);
  finding.basis->correlation = test.correlation;
  word(judged, evidence, allowed);
  if (finding.significant_within_margin) judged.if_passed += ", and sure that it is slower";
}

}  // namespace

double allowed_ratio(const config::CompareSpec& compare, double baseline_ns) {
  return std::max(compare.margin, compare.floor_ns / std::max(1.0, baseline_ns));
}

double observed_latency(const stats::Histogram& times, const config::CompareSpec& compare) {
  if (compare.what == What::tail5) return worst_twentieth(times);
  return static_cast<double>(times.quantile(compare.quantile));
}

stats::ShiftMetric shift_metric(const config::CompareSpec& compare) {
  if (compare.what == What::tail5) return {stats::ShiftMetric::Kind::tail5, kTail};
  return {stats::ShiftMetric::Kind::quantile, compare.quantile};
}

std::string latency_facts(const Finding& finding, const config::CompareSpec& compare) {
  const auto times =
      fmt::format("{} against {}", nanoseconds_text(*finding.candidate), nanoseconds_text(*finding.baseline));
  if (!finding.change) return fmt::format("{} {}", short_name(compare), times);
  return fmt::format("{} {} {} ({})", short_name(compare), compare.what == What::tail5 ? "are" : "is",
                     change_range(*finding.low, *finding.high), times);
}

MetricJudgement judge_latency(const CompareContext& context, const config::CompareSpec& compare) {
  const auto& candidate = context.series.arm(Arm::candidate).all;
  const auto& baseline = context.series.arm(Arm::baseline).all;
  auto judged = unjudged(compare, fmt::format("{} {}", compare.source_text, signed_percent(compare.margin)));
  Finding& finding = judged.finding;
  finding.unit = Unit::nanoseconds;
  finding.samples = candidate.count() + baseline.count();
  finding.candidate = observed_latency(candidate, compare);
  finding.baseline = observed_latency(baseline, compare);
  finding.margin = allowed_ratio(compare, *finding.baseline);

  const auto metric = shift_metric(compare);
  const KnownNoise known = context.known_of(compare);
  const stats::ShiftNoise noise = context.shift.noise(known.stored, known.placement);
  const auto test = context.shift.test(metric, std::log1p(*finding.margin), noise);
  if (!test) {
    finding.state = FindingState::insufficient;
    finding.sentence = fmt::format("{}: {}", compare.source_text,
                                   shortage_text(context.shift.shortage(metric, context.calm), context));
    return judged;
  }
  judge_by(*test, context, metric, noise, judged);
  finding.sentence = latency_facts(finding, compare);
  judged.closing = requests_text(context.series) + profile_remark(test->profile);
  return judged;
}

}  // namespace assay::verdict
