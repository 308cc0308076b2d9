// Comparisons that count events instead of ranking times: errors and stalls.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/units.h"
#include "stats/cluster_limits.h"
#include "stats/distributions.h"
#include "stats/error_rate.h"
#include "verdict/metric_judgement.h"
#include "verdict/prospect.h"
#include "verdict/wording.h"

namespace assay::verdict {
namespace {

constexpr std::size_t kFewestStallSlots = 40;
constexpr double kStallShareOfTime = 0.01, kStallSeconds = 0.5;

void lacks_data(Finding& finding, std::string sentence) {
  finding.state = FindingState::insufficient;
  finding.sentence = std::move(sentence);
}

double unchanged(double difference) { return difference; }

std::string episodes_text(const stats::Episodes& episodes, double seconds) {
  if (episodes.count == 0) return "none";
  return fmt::format("{} ({})", episodes.count, nanoseconds_text(seconds * 1e9));
}

std::optional<std::string> error_shortage(const ArmSeries& series, const config::CompareSpec& compare,
                                          double alpha) {
  const auto fewest = std::min(series.arm(Arm::candidate).all.count(), series.arm(Arm::baseline).all.count());
  const double needed = fewest_requests(compare);
  if (static_cast<double>(fewest) * (1 + 1e-9) < needed)
    return fmt::format("{}: {} in the smaller arm are too few, {} are needed for a margin of {}",
                       compare.source_text, counted(fewest, "request"),
                       format_count(static_cast<std::uint64_t>(std::ceil(needed))),
                       format_points(compare.margin));
  if (series.seconds() < kFewestSeconds)
    return fmt::format("{}: {} judged seconds are too few, 20 are needed", compare.source_text,
                       format_number(series.seconds()));
  const double proof = shortest_proof(compare, alpha);
  if (series.seconds() * (1 + 1e-9) < proof)
    return fmt::format(
        "{}: {} judged seconds are too few to prove that outages of {} are rare enough: {} are needed even "
        "if "
        "none is seen",
        compare.source_text, format_number(series.seconds()), format_duration(*compare.proving),
        rough_duration(proof));
  return std::nullopt;
}

Basis error_basis(const CompareContext& context, const std::vector<stats::ErrorSlot>& slots,
                  const stats::ErrorDifference& errors) {
  Basis basis;
  basis.slots_used = slots.size();
  basis.slot_s = context.series.slot_seconds;
  basis.slow_share = errors.slow_share;
  basis.correlation = errors.correlation;
  basis.influences = located(stats::strongest_slots(slots, kInfluencesShown), context.series, 1, unchanged);
  return basis;
}

// Section 1.8: whether the candidate's stalls take more of the time than the baseline's by at most a
// hundredth, or by as much as the baseline's own share. Without one seen, the time alone decides.
void prove_few_stalls(const CompareContext& context, const config::CompareSpec& compare,
                      MetricJudgement& judged) {
  Finding& finding = judged.finding;
  const double seconds_judged = context.shift.seconds(), slot = context.shift.slot_seconds();
  const double unit = seconds(*compare.proving);
  const double proof = shortest_proof(compare, context.alpha);
  if (seconds_judged * (1 + 1e-9) < proof) {
    lacks_data(finding, fmt::format("{}: {} judged seconds are too few to prove that stalls of {} are rare "
                                    "enough: {} are needed even if none is seen",
                                    compare.source_text, format_number(seconds_judged),
                                    format_duration(*compare.proving), rough_duration(proof)));
    return;
  }
  const stats::Episodes &candidate = context.calm.candidate, &baseline = context.calm.baseline;
  const auto slots = static_cast<double>(candidate.slots + baseline.slots);
  const auto squares = static_cast<double>(candidate.squares + baseline.squares);
  const double length = std::max(unit, slots > 0 ? slot * squares / slots : 0);
  const auto clusters = [&](const stats::Episodes& episodes) {
    return static_cast<double>(episodes.slots) * slot / length;
  };
  const double unit_share = length / seconds_judged;
  const stats::ClusterLimits limits{clusters(candidate), clusters(baseline), unit_share, unit_share};
  const double share = static_cast<double>(baseline.slots) * slot / seconds_judged;
  const double margin = std::max(kStallShareOfTime, share);
  finding.p_pass = limits.p_below(margin);
  const bool proven = *finding.p_pass <= context.levels.pass;
  finding.state = proven ? FindingState::pass : FindingState::inconclusive;
  judged.leaning = Leaning::good;
  const auto most = percent(std::max(0.0, limits.high(context.alpha)));
  judged.if_passed = fmt::format("; the candidate's take at most {} of the time more, {} are allowed{}", most,
                                 percent(margin), sureness_text(context.alpha));
  judged.if_undecided = fmt::format(
      "; the candidate's may take up to {} of the time more, {} are allowed: more time would decide{}", most,
      percent(margin), sureness_text(context.alpha));
}

}  // namespace

double shortest_proof(const config::CompareSpec& compare, double alpha) {
  if (!compare.proving) return 0;
  const double margin =
      compare.what == config::CompareSpec::What::stalls ? kStallShareOfTime : compare.margin;
  return -std::log(alpha) * seconds(*compare.proving) / margin;
}

// "the error rate is 0.12 pp to 0.58 pp higher (0.62 % against 0.08 %)"
std::string error_facts(const Finding& finding) {
  return fmt::format("the error rate is {} ({} against {})", points_range(*finding.low, *finding.high),
                     percent(*finding.candidate), percent(*finding.baseline));
}

MetricJudgement unjudged(const config::CompareSpec& compare, std::string subject) {
  MetricJudgement judged;
  const bool counts_stalls = compare.what == config::CompareSpec::What::stalls;
  judged.finding.kind = counts_stalls ? FindingKind::stalls : FindingKind::comparison;
  judged.finding.subject = std::move(subject);
  judged.finding.location = compare.span.location();
  return judged;
}

MetricJudgement judge_errors(const CompareContext& context, const config::CompareSpec& compare) {
  const ArmSeries& series = context.series;
  auto judged = unjudged(compare, compare.source_text + " " + signed_points(compare.margin));
  Finding& finding = judged.finding;
  finding.unit = Unit::ratio;
  finding.samples = series.arm(Arm::candidate).all.count() + series.arm(Arm::baseline).all.count();
  finding.margin = compare.margin;
  finding.candidate = series.arm(Arm::candidate).error_rate();
  finding.baseline = series.arm(Arm::baseline).error_rate();
  if (auto shortage = error_shortage(series, compare, context.alpha)) {
    lacks_data(finding, std::move(*shortage));
    return judged;
  }
  const auto slots = error_slots(series);
  const KnownNoise known = context.known_of(compare);
  const auto errors = stats::compare_errors(slots, series.slot_seconds, compare.margin, context.alpha,
                                            {context.correlation_seconds, known.stored, known.placement,
                                             compare.proving ? seconds(*compare.proving) : 0});
  const Evidence evidence{errors.difference,     errors.low,       errors.high,   compare.margin,
                          errors.slow_share,     series.seconds(), context.alpha, context.levels.looked_at,
                          errors.placement_share};
  fill_evidence(finding, evidence, unchanged);
  finding.basis = error_basis(context, slots, errors);
  finding.p_pass = errors.p_pass;
  finding.p_fail = judged.p_fail = errors.p_fail;
  finding.state = errors.p_pass <= context.levels.pass ? FindingState::pass : FindingState::inconclusive;
  finding.sentence = error_facts(finding);
  word(judged, evidence, points(compare.margin));
  judged.closing = requests_text(series) + profile_remark(errors.profile);
  if (compare.proving)
    judged.closing += fmt::format("; outages of {} are reckoned with", format_duration(*compare.proving));
  if (errors.errors_per_cluster >= 2)
    judged.closing += fmt::format("; errors came in clusters of about {:.0f}", errors.errors_per_cluster);
  return judged;
}

MetricJudgement judge_stalls(const CompareContext& context, const config::CompareSpec& compare) {
  auto judged = unjudged(compare, compare.source_text);
  Finding& finding = judged.finding;
  finding.unit = Unit::nanoseconds;
  const std::size_t slots = context.shift.slot_count(), usable = context.calm.usable_slots;
  if (slots < kFewestStallSlots || usable * 2 < slots) {
    lacks_data(
        finding,
        fmt::format("{}: {} of {} slots have enough requests in both arms, too few to tell stalls from noise",
                    compare.source_text, usable, std::max(slots, kFewestStallSlots)));
    return judged;
  }
  const double slot = context.shift.slot_seconds();
  const double candidate = slot * static_cast<double>(context.calm.candidate.slots);
  const double baseline = slot * static_cast<double>(context.calm.baseline.slots);
  finding.candidate = candidate * 1e9;
  finding.baseline = baseline * 1e9;
  finding.samples = context.calm.candidate.count + context.calm.baseline.count;
  finding.sentence = fmt::format("slow episodes of one arm alone: candidate {}, baseline {}",
                                 episodes_text(context.calm.candidate, candidate),
                                 episodes_text(context.calm.baseline, baseline));
  const double allowed = std::max(kStallShareOfTime * context.shift.seconds(), kStallSeconds);
  const bool vetoes = candidate - baseline >= allowed * (1 - 1e-9);
  finding.state = vetoes ? FindingState::inconclusive : FindingState::pass;
  if (!vetoes) {
    if (compare.proving) prove_few_stalls(context, compare, judged);
    return judged;
  }
  finding.sentence = "stall seen in candidate only; " + finding.sentence;
  judged.if_failed = ": more than chance gives to one arm";
  judged.leaning = Leaning::bad;
  finding.p_fail = judged.p_fail = stats::binomial_half_upper(context.calm.candidate.count, finding.samples);
  return judged;
}

}  // namespace assay::verdict
