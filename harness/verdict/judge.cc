#include "verdict/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "stats/power.h"
#include "verdict/bottleneck.h"
#include "verdict/breakdown.h"
#include "verdict/breaker.h"
#include "verdict/comparison.h"
#include "verdict/looks.h"
#include "verdict/probes.h"
#include "verdict/server_metrics.h"
#include "verdict/stored_comparison.h"
#include "verdict/thresholds.h"
#include "verdict/validity.h"
#include "verdict/wording.h"

namespace assay::verdict {
namespace {

constexpr double kCalmShareWorthSaying = 0.9;

int rank(FindingState state) {
  switch (state) {
    case FindingState::invalid:
      return 0;
    case FindingState::fail:
      return 1;
    case FindingState::inconclusive:
      return 2;
    case FindingState::insufficient:
      return 3;
    case FindingState::pass:
      return 4;
    case FindingState::info:
      return 5;
  }
  return 6;
}

bool more_important(const Finding& a, const Finding& b) {
  return std::pair(a.severity, rank(a.state)) < std::pair(b.severity, rank(b.state));
}

bool blocks(const Finding& finding) { return finding.severity == Severity::blocker; }

std::size_t count_blockers(const std::vector<Finding>& findings, FindingState state) {
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(),
                    [&](const Finding& finding) { return blocks(finding) && finding.state == state; }));
}

Grade grade_of(const std::vector<Finding>& findings) {
  if (count_blockers(findings, FindingState::invalid) > 0) return Grade::invalid;
  if (count_blockers(findings, FindingState::fail) > 0) return Grade::fail;
  if (count_blockers(findings, FindingState::inconclusive) > 0) return Grade::inconclusive;
  if (count_blockers(findings, FindingState::insufficient) > 0) return Grade::inconclusive;
  return count_blockers(findings, FindingState::pass) > 0 ? Grade::pass : Grade::inconclusive;
}

std::string others(std::size_t count) { return count <= 1 ? "" : fmt::format(" (and {} more)", count - 1); }

// Latencies are compared in calm time only, and a reader of the verdict must know when that was not nearly
// all.
std::string calm_remark(const std::vector<Finding>& findings) {
  double least = 1;
  for (const Finding& finding : findings)
    if (finding.basis && finding.basis->calm_share) least = std::min(least, *finding.basis->calm_share);
  if (least >= kCalmShareWorthSaying) return "";
  return fmt::format("; latencies were compared in the {} of the time that was calm", percent(least));
}

// Findings are sorted, so the first blocker is the cause.
std::string cause_of(Grade grade, const std::vector<Finding>& findings) {
  const std::size_t passed = count_blockers(findings, FindingState::pass);
  if (grade == Grade::pass)
    return passed == 1 ? "the one requirement holds" : fmt::format("all {} requirements hold", passed);
  const auto cause = std::find_if(findings.begin(), findings.end(), [](const Finding& finding) {
    return blocks(finding) && finding.state != FindingState::pass && finding.state != FindingState::info;
  });
  if (cause == findings.end())
    return "nothing to judge: the gate has no blocking threshold and no comparison";
  std::string reason = cause->sentence + others(count_blockers(findings, cause->state));
  if (cause->state == FindingState::insufficient) reason = "not enough data: " + reason;
  return reason;
}

std::string reason_for(Grade grade, const std::vector<Finding>& findings) {
  return cause_of(grade, findings) + calm_remark(findings);
}

Finding scope_of(double judged_seconds) {
  Finding finding;
  finding.kind = FindingKind::validity;
  finding.severity = Severity::info;
  finding.subject = "scope";
  finding.sentence =
      fmt::format("this verdict covers {}: events rarer than one per {} are not covered",
                  rough_duration(judged_seconds), rough_duration(judged_seconds / stats::kOccurrencesSeen));
  return finding;
}

// What a look decided is judged by what it saw.
std::optional<Nanos> judged_until(const RunResult& result) {
  if (!ended_by_look(result)) return {};
  return result.looks.back().until;
}

void add_comparisons(Verdict& verdict, const RunResult& result, const config::GateSpec& gate,
                     const Earlier& earlier) {
  const KnownNoises known = earlier.noise ? known_noises(*earlier.noise) : KnownNoises{};
  LastLook look = last_look(result, gate);
  auto comparisons = compare_all(result, judged_until(result), gate, look.levels, known);
  if (!look.rows.empty()) note_p_values(look.rows.back(), comparisons);
  verdict.looks = std::move(look.rows);
  std::ranges::move(comparisons, std::back_inserter(verdict.findings));
  std::ranges::move(break_down(result, judged_until(result), gate), std::back_inserter(verdict.findings));
  verdict.findings.push_back(scope_of(arm_series(result, judged_until(result)).seconds()));
}

// Beside comparisons with stored runs, which are tested among themselves: as if all were tested together.
DecisionLevels beside(const config::GateSpec& gate) {
  const std::size_t all = gate.comparisons();
  DecisionLevels levels = judged_once(gate.judgement.alpha(), all);
  levels.fail.erase(levels.fail.begin(),
                    levels.fail.end() - static_cast<std::ptrdiff_t>(gate.server_compare.size()));
  return levels;
}

// Without a store that was asked for, nobody knows how much two instances of one build differ.
Finding unread_store(const BaselineHistory& history) {
  Finding finding;
  finding.kind = FindingKind::validity;
  finding.state = FindingState::insufficient;
  finding.subject = "stored runs";
  finding.sentence = "what earlier runs say about noise is not known: " + history.problem;
  return finding;
}

Finding same_build_note() {
  Finding finding;
  finding.kind = FindingKind::validity;
  finding.severity = Severity::info;
  finding.subject = "A/A run";
  finding.sentence =
      "A/A run: both arms are one build, so this verdict is about the method and the machines, not a version";
  return finding;
}

// Asking for a comparison without having measured a baseline must not pass.
Finding without_baseline(const config::CompareSpec& compare) {
  Finding finding;
  finding.kind = FindingKind::comparison;
  finding.state = FindingState::insufficient;
  finding.subject = compare.source_text;
  finding.location = compare.span.location();
  finding.leaning = Leaning::insufficient;
  finding.sentence = compare.source_text + ": no baseline was measured to compare with";
  return finding;
}

// The gate's comparisons, with what there is to compare with.
void compare(Verdict& verdict, const RunResult& result, const config::GateSpec& gate,
             const Earlier& earlier) {
  std::vector<Finding>& findings = verdict.findings;
  if (gate.comparisons() == 0) return;
  if (has_arm(result, Arm::baseline) || gate.compare.empty()) {
    add_comparisons(verdict, result, gate, earlier);
    if (earlier.history && !earlier.history->problem.empty())
      findings.push_back(unread_store(*earlier.history));
  } else if (earlier.history && gate.judgement.stored) {
    const ArmSeries series = arm_series(result);
    std::ranges::move(compare_with_history(series, gate, *earlier.history), std::back_inserter(findings));
    std::ranges::move(compare_server_metrics(result, gate, beside(gate)), std::back_inserter(findings));
    findings.push_back(scope_of(series.seconds()));
  } else {
    std::ranges::transform(gate.compare, std::back_inserter(findings), without_baseline);
    std::ranges::move(compare_server_metrics(result, gate, beside(gate)), std::back_inserter(findings));
  }
}

// What the gate file makes of a run that proved nothing. Missing data never passes.
void settle_undecided(Verdict& verdict, const RunResult& result, config::OnInconclusive policy) {
  // What was left of a run that somebody ended is missing, too.
  const bool lacks_data =
      count_blockers(verdict.findings, FindingState::insufficient) > 0 || ended_by_hand(result);
  const bool undecided = count_blockers(verdict.findings, FindingState::inconclusive) > 0;
  if (verdict.grade != Grade::inconclusive) return;
  if (policy == config::OnInconclusive::fail) {
    verdict.grade = Grade::fail;
    verdict.reason = "undecided, and `on_inconclusive: fail` lets that fail: " + verdict.reason;
  } else if (policy == config::OnInconclusive::pass && undecided && !lacks_data) {
    verdict.grade = Grade::pass;
    verdict.reason = "undecided, and `on_inconclusive: pass` lets that pass: " + verdict.reason;
  }
}

Finding withheld_note(const std::string& reason) {
  Finding finding;
  finding.kind = FindingKind::validity;
  finding.severity = Severity::info;
  finding.subject = "load";
  finding.sentence = "no load was offered: " + reason;
  return finding;
}

Finding left_out_note(const std::string& requirement) {
  Finding finding;
  finding.kind = FindingKind::validity;
  finding.severity = Severity::info;
  finding.subject = "load";
  finding.sentence = requirement + " is not judged: nothing was offered, other traffic was watched";
  return finding;
}

void judge_load(Verdict& verdict, const RunResult& result, const config::GateSpec& gate,
                const Earlier& earlier) {
  std::ranges::move(validity_findings(result, verdict.limits), std::back_inserter(verdict.findings));
  if (count_blockers(verdict.findings, FindingState::invalid) == 0) {
    if (result.early_stop && result.early_stop->cause == StopCause::errors)
      verdict.findings.push_back(abort_finding(*result.early_stop, gate));
    if (ended_by_hand(result)) verdict.findings.push_back(by_hand_finding(*result.early_stop, gate));
    for (const auto& threshold : gate.thresholds)
      verdict.findings.push_back(judge_threshold(result, threshold));
    compare(verdict, result, gate, earlier);
    std::ranges::move(bucket_remarks(result), std::back_inserter(verdict.findings));
    for (const std::string& requirement : gate.left_out)
      verdict.findings.push_back(left_out_note(requirement));
  }
}

}  // namespace

Verdict judge(const RunResult& result, const config::GateSpec& gate, const Earlier& earlier) {
  Verdict verdict;
  verdict.confidence = gate.judgement.confidence;
  verdict.undecided_passes = gate.judgement.on_inconclusive == config::OnInconclusive::pass;
  verdict.limits = find_limits(result);
  verdict.findings = probe_findings(result);
  if (result.load_withheld) {
    verdict.findings.push_back(withheld_note(*result.load_withheld));
  } else {
    judge_load(verdict, result, gate, earlier);
  }
  if (result.same_build) verdict.findings.push_back(same_build_note());
  std::stable_sort(verdict.findings.begin(), verdict.findings.end(), more_important);
  verdict.grade = grade_of(verdict.findings);
  verdict.reason = reason_for(verdict.grade, verdict.findings);
  settle_undecided(verdict, result, gate.judgement.on_inconclusive);
  if (result.same_build) verdict.reason = "A/A run: " + verdict.reason;
  return verdict;
}

}  // namespace assay::verdict
