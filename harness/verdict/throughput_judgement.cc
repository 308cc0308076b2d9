#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/units.h"
#include "stats/throughput.h"
#include "verdict/metric_judgement.h"
#include "verdict/wording.h"

namespace assay::verdict {
namespace {

// A deficit of ln 2 is a change of -50 %.
double change_of(double deficit) { return std::expm1(-deficit); }

double answers_per_s(const ArmTimes& arm, double seconds) {
  return static_cast<double>(arm.all.count() - arm.error_count) / seconds;
}

std::string shortage(const ArmSeries& series, const config::CompareSpec& compare, const Finding& finding) {
  if (series.seconds() < kFewestSeconds)
    return fmt::format("{}: {} judged seconds are too few, 20 are needed", compare.source_text,
                       format_number(series.seconds()));
  if (*finding.candidate > 0 && *finding.baseline > 0) return "";
  return fmt::format("{}: no request to the {} succeeded", compare.source_text,
                     *finding.candidate > 0 ? "baseline" : "candidate");
}

Basis basis_of(const CompareContext& context, const stats::ThroughputDeficit& found) {
  Basis basis;
  basis.slots_used = context.series.slot_count;
  basis.slot_s = context.series.slot_seconds;
  basis.slow_share = found.slow_share;
  basis.correlation = found.correlation;
  return basis;
}

}  // namespace

std::string throughput_facts(const Finding& finding) {
  return fmt::format("throughput is {} ({} against {})", rate_range(*finding.low, *finding.high),
                     format_rate(*finding.candidate), format_rate(*finding.baseline));
}

MetricJudgement judge_throughput(const CompareContext& context, const config::CompareSpec& compare) {
  const ArmSeries& series = context.series;
  auto judged = unjudged(compare, fmt::format("{} {}", compare.source_text, signed_percent(-compare.margin)));
  Finding& finding = judged.finding;
  finding.unit = Unit::per_second;
  finding.less_is_worse = true;
  finding.samples = series.arm(Arm::candidate).all.count() + series.arm(Arm::baseline).all.count();
  finding.margin = compare.margin;
  const double seconds = std::max(series.seconds(), series.slot_seconds);
  finding.candidate = answers_per_s(series.arm(Arm::candidate), seconds);
  finding.baseline = answers_per_s(series.arm(Arm::baseline), seconds);
  if (auto lacking = shortage(series, compare, finding); !lacking.empty()) {
    finding.state = FindingState::insufficient;
    finding.sentence = std::move(lacking);
    return judged;
  }
  const KnownNoise known = context.known_of(compare);
  const double margin = -std::log1p(-compare.margin);
  const auto found =
      stats::compare_throughput(error_slots(series), series.slot_seconds, margin, context.alpha,
                                {context.correlation_seconds, known.stored, known.placement});
  const Evidence evidence{found.deficit,        found.low,        found.high,    margin,
                          found.slow_share,     series.seconds(), context.alpha, context.levels.looked_at,
                          found.placement_share};
  fill_evidence(finding, evidence, change_of);
  std::swap(finding.low, finding.high);  // the larger deficit is the lower throughput
  finding.basis = basis_of(context, found);
  finding.p_pass = found.p_pass;
  finding.p_fail = judged.p_fail = found.p_fail;
  finding.state = found.p_pass <= context.levels.pass ? FindingState::pass : FindingState::inconclusive;
  finding.sentence = throughput_facts(finding);
  word(judged, evidence, percent(compare.margin));
  judged.closing = requests_text(series) + profile_remark(found.profile);
  return judged;
}

}  // namespace assay::verdict
