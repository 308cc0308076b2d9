#include "verdict/stored_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/units.h"
#include "stats/distributions.h"
#include "stats/random_effects.h"
#include "verdict/metric_judgement.h"
#include "verdict/run_measures.h"
#include "verdict/wording.h"

namespace assay::verdict {
namespace {

using config::CompareSpec;

// Against a run that was chosen once, as a bound on what may creep in over many small steps.
constexpr double kPinnedMargins = 2;
constexpr double kMostUsefulRuns = 10;

struct StoredContext {
  const ArmSeries& series;
  const config::JudgementSpec& judgement;
  const BaselineHistory& history;
  double alpha;
};

bool is_rate(const CompareSpec& compare) { return compare.what == CompareSpec::What::error_rate; }

double shown_level(const CompareSpec& compare, double level) {
  return is_rate(compare) ? level : std::exp(level);
}
double shown_change(const CompareSpec& compare, double change) {
  return is_rate(compare) ? change : std::expm1(change);
}
std::string size_text(const CompareSpec& compare, double shown) {
  return is_rate(compare) ? points(shown) : percent(shown);
}

// The margin on the scale of the levels.
double margin_of(const CompareSpec& compare, double reference_level) {
  if (is_rate(compare)) return compare.margin;
  return std::log1p(allowed_ratio(compare, std::exp(reference_level)));
}

struct StoredEstimates {
  std::vector<stats::RunEstimate> valid, passing;
};

StoredEstimates estimates_of(const std::string& metric, const BaselineHistory& history) {
  StoredEstimates found;
  for (const HistoricRun& run : history.runs) {
    const MetricLevel* level = run.of(metric);
    if (level == nullptr) continue;
    found.valid.push_back({level->level, level->standard_error});
    if (run.moves_the_mean) found.passing.push_back(found.valid.back());
  }
  return found;
}

std::string elsewhere_text(const BaselineHistory& history) {
  if (history.elsewhere == 0) return "";
  return fmt::format("; {} measured elsewhere and do{} not count ({})",
                     counted(history.elsewhere, "run") + (history.elsewhere == 1 ? " was" : " were"),
                     history.elsewhere == 1 ? "es" : "", history.difference);
}

// Why a metric cannot be judged; empty where it can.
std::string shortage(const BaselineHistory& history, bool measured, const StoredEstimates& stored) {
  if (!history.problem.empty()) return "the stored baseline could not be read: " + history.problem;
  if (!measured) return "too few requests or seconds to measure it in this run";
  if (stored.valid.size() < kFewestStoredRuns)
    return fmt::format(
        "{} of the {} stored runs that a comparison needs are there ({}{}); `assay run --save` adds one, a "
        "live "
        "baseline needs none",
        stored.valid.size(), kFewestStoredRuns, history.source, elsewhere_text(history));
  return stored.passing.empty() ? "every stored run failed its gate: none can be the baseline" : "";
}

std::string outlook(const stats::PredictionTest& test) {
  if (test.passing >= 0) return "";
  if (std::isfinite(test.runs_needed) && test.runs_needed <= kMostUsefulRuns)
    return fmt::format(
        "; even unchanged code would often not pass: {:.0f} runs in a row, each on an instance of its own, "
        "or a "
        "live baseline would decide",
        test.runs_needed);
  return "; even unchanged code would often not pass, so far do runs differ: only a live baseline can decide";
}

struct Reference {
  stats::Reference estimate;
  std::string name;    // "20 stored runs"
  double margins = 1;  // how many of the gate's margins are allowed
};

void fill(Finding& finding, const CompareSpec& compare, const stats::PredictionTest& test) {
  finding.change = shown_change(compare, test.difference);
  finding.low = shown_change(compare, test.low);
  finding.high = shown_change(compare, test.high);
  finding.p_pass = test.p_pass;
  finding.p_fail = test.p_fail;
  finding.smallest_detectable = shown_change(compare, test.detectable);
  finding.largest_passing = shown_change(compare, test.passing);
  finding.significant_within_margin = test.low > 0 && *finding.high < *finding.margin;
  finding.sentence = is_rate(compare) ? error_facts(finding) : latency_facts(finding, compare);
}

void word(MetricJudgement& judged, const CompareSpec& compare, const stats::PredictionTest& test,
          const Reference& reference, double alpha) {
  const std::string allowed = size_text(compare, *judged.finding.margin), sure = sureness_text(alpha);
  const bool bad = test.low > 0 || *judged.finding.change > *judged.finding.margin;
  judged.leaning = bad ? Leaning::bad : Leaning::good;
  judged.if_passed = fmt::format(", within the {} allowed", allowed) + sure;
  judged.if_failed = fmt::format(", more than the {} allowed", allowed) + sure;
  judged.if_undecided = fmt::format(": {} is allowed, and that is not proven either way{} (leaning {})",
                                    allowed, outlook(test), bad ? "bad" : "good") +
                        sureness_text(alpha, " of each end");
  judged.closing = fmt::format("; against {}; runs differ by {} without a change", reference.name,
                               size_text(compare, shown_change(compare, reference.estimate.tau())));
}

MetricJudgement judge_against(const StoredContext& context, const CompareSpec& compare,
                              const MetricLevel& own, const Reference& reference) {
  const double margin = reference.margins * margin_of(compare, reference.estimate.value);
  const stats::RunEstimate candidate{own.level, own.standard_error};
  const auto test = stats::test_against(reference.estimate, {&candidate, 1}, margin, context.alpha);
  const double shown_margin = shown_change(compare, margin);
  const std::string signed_margin =
      is_rate(compare) ? signed_points(shown_margin) : signed_percent(shown_margin);
  auto judged =
      unjudged(compare, fmt::format("{} {} against {}", compare.source_text, signed_margin, reference.name));
  Finding& finding = judged.finding;
  finding.unit = is_rate(compare) ? Unit::ratio : Unit::nanoseconds;
  finding.samples = context.series.arm(Arm::candidate).all.count();
  finding.candidate = shown_level(compare, own.level);
  finding.baseline = shown_level(compare, reference.estimate.value);
  finding.margin = shown_margin;
  fill(finding, compare, test);
  finding.state = test.p_pass <= context.alpha ? FindingState::pass : FindingState::inconclusive;
  judged.p_fail = test.p_fail;
  word(judged, compare, test, reference, context.alpha);
  return judged;
}

void judge_metric(const StoredContext& context, const CompareSpec& compare,
                  std::vector<MetricJudgement>& judged) {
  const auto own = level_of(context.series, Arm::candidate, compare, context.judgement);
  const StoredEstimates stored = estimates_of(compare.source_text, context.history);
  const std::string missing = shortage(context.history, own.has_value(), stored);
  const auto reference =
      missing.empty() ? stats::stored_reference(stored.valid, stored.passing) : std::nullopt;
  if (!reference) {
    judged.push_back(unjudged(compare, compare.source_text));
    judged.back().finding.state = FindingState::insufficient;
    judged.back().finding.sentence = compare.source_text + ": " + missing;
    return;
  }
  judged.push_back(
      judge_against(context, compare, *own, {*reference, counted(stored.passing.size(), "stored run")}));
  const auto& pinned = context.history.pinned;
  const MetricLevel* level = pinned ? pinned->of(compare.source_text) : nullptr;
  if (level == nullptr) return;
  const auto fixed = stats::pinned_reference(stored.valid, {level->level, level->standard_error});
  if (fixed)
    judged.push_back(judge_against(context, compare, *own, {*fixed, "the pinned run", kPinnedMargins}));
}

// A yardstick that does not count must not look as if it did.
Finding pinned_elsewhere(const BaselineHistory& history) {
  Finding finding;
  finding.kind = FindingKind::comparison;
  finding.state = FindingState::info;
  finding.severity = Severity::warn;
  finding.subject = "pinned run";
  finding.sentence = fmt::format(
      "the pinned run was measured elsewhere ({}), so nothing guards against slow decline here: pin a run of "
      "this environment (`assay baseline pin`)",
      history.pinned_difference);
  return finding;
}

}  // namespace

std::vector<Finding> compare_with_history(const ArmSeries& series, const config::GateSpec& gate,
                                          const BaselineHistory& history) {
  const StoredContext context{series, gate.judgement, history, gate.judgement.alpha()};
  std::vector<MetricJudgement> judged;
  for (const CompareSpec& compare : gate.compare) judge_metric(context, compare, judged);
  const DecisionLevels levels = judged_once(context.alpha, judged.size());
  auto findings = joined_by_holm(std::move(judged), levels);
  if (!history.pinned_difference.empty()) findings.push_back(pinned_elsewhere(history));
  return findings;
}

}  // namespace assay::verdict
