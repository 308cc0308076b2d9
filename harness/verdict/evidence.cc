#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"
#include "verdict/metric_judgement.h"
#include "verdict/wording.h"

namespace assay::verdict {
namespace {

constexpr double kMostlySlow = 0.5, kMostlyWhite = 0.3;
constexpr double kMostlyPlaces = 0.5;
constexpr double kHopeless = 50;  // run lengths
constexpr double kMostRate = 10;  // times this run's: beyond it the noise is another

std::string outlook(const Evidence& evidence) {
  if (evidence.placement_share > kMostlyPlaces)
    return "; most of the doubt is about where the instances run, which a longer run would not settle";
  const double runs = std::max(1.1, evidence.precision().evidence_needed(evidence.estimate));
  if (runs > kHopeless) return "; the difference lies at the margin: more time would hardly decide";
  const auto more = rough_duration((runs - 1) * evidence.seconds);
  const double rate = stats::rate_needed(runs, evidence.slow_share);
  if (evidence.slow_share < kMostlyWhite && rate <= kMostRate)
    return fmt::format("; about {} more at this rate, or {:.1f} times the rate, would decide", more, rate);
  if (evidence.slow_share > kMostlySlow)
    return fmt::format("; about {} more would decide (more rate would not: the noise is slow)", more);
  return fmt::format("; about {} more at this rate would decide", more);
}

}  // namespace

KnownNoise CompareContext::known_of(const config::CompareSpec& compare) const {
  const auto found = known.find(compare.source_text);
  return found == known.end() ? KnownNoise{} : found->second;
}

std::string profile_remark(stats::ProfileUse profile) {
  return profile == stats::ProfileUse::noisier ? "; noisier than earlier runs were" : "";
}

stats::Precision Evidence::precision() const {
  return {stats::standard_error_of(low, high, alpha), margin, alpha};
}

Leaning Evidence::leaning() const { return estimate > margin || low > 0 ? Leaning::bad : Leaning::good; }

void fill_evidence(Finding& finding, const Evidence& evidence, Scale to_change) {
  const stats::Precision precision = evidence.precision();
  const double needed = precision.evidence_needed(evidence.estimate);
  const double rate = stats::rate_needed(needed, evidence.slow_share);
  finding.change = to_change(evidence.estimate);
  finding.low = to_change(evidence.low);
  finding.high = to_change(evidence.high);
  finding.smallest_detectable = to_change(precision.smallest_detectable());
  finding.largest_passing = to_change(precision.largest_passing());
  finding.identical_pass = precision.chance_to_pass();
  finding.significant_within_margin = evidence.low > 0 && evidence.high < evidence.margin;
  if (evidence.placement_share > kMostlyPlaces) return;
  if (std::isfinite(needed)) finding.seconds_needed = evidence.seconds * needed;
  if (evidence.slow_share < kMostlyWhite && rate <= kMostRate) finding.rate_needed = rate;
}

std::string undecided_text(const Evidence& evidence, const std::string& allowed) {
  const bool bad = evidence.leaning() == Leaning::bad;
  std::string text = fmt::format(": {} is allowed, and that is not proven either way", allowed);
  if (evidence.low > evidence.margin)
    text = fmt::format(
        ": probably more than the {} allowed, but no proof while several metrics are tested at once",
        allowed);
  if (evidence.looked_at && evidence.high < evidence.margin)
    text = fmt::format(
        ": probably within the {} allowed, but no proof where a run is looked at several times", allowed);
  return text + outlook(evidence) + (bad ? " (leaning bad)" : " (leaning good)");
}

void word(MetricJudgement& judged, const Evidence& evidence, const std::string& allowed) {
  const std::string sure = sureness_text(evidence.alpha);
  judged.if_passed = fmt::format(", within the {} allowed", allowed) + sure;
  judged.if_failed = fmt::format(", more than the {} allowed", allowed) + sure;
  judged.if_undecided = undecided_text(evidence, allowed) + sureness_text(evidence.alpha, " of each end");
  judged.leaning = evidence.leaning();
}

std::string sureness_text(double alpha, std::string_view of) {
  return fmt::format("; {} sure{}", percent(1 - alpha), of);
}

std::string requests_text(const ArmSeries& series) {
  const auto fewest = std::min(series.arm(Arm::candidate).all.count(), series.arm(Arm::baseline).all.count());
  return fmt::format("; {} an arm", counted(fewest, "request"));
}

std::vector<Influence> located(const std::vector<stats::SlotInfluence>& influences, const ArmSeries& series,
                               std::size_t together, Scale to_change) {
  const Nanos slot{std::llround(series.slot_seconds * 1e9)};
  std::vector<Influence> stretches;
  for (const stats::SlotInfluence& influence : influences) {
    const std::size_t first = influence.slot * together;
    stretches.push_back(
        {series.begin_of(first), series.begin_of(first + together - 1) + slot, to_change(influence.without)});
  }
  return stretches;
}

}  // namespace assay::verdict
