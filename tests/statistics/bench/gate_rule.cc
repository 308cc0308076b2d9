#include "bench/gate_rule.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "stats/distributions.h"
#include "verdict/comparison.h"

namespace assay::statistics {
namespace {

using config::CompareSpec;

CompareSpec stalls_spec() {
  CompareSpec spec;
  spec.what = CompareSpec::What::stalls;
  spec.source_text = "stalls";
  return spec;
}

CompareSpec spec_of(const JudgedMetric& judged) {
  CompareSpec spec;
  const bool is_tail = judged.metric.kind == stats::ShiftMetric::Kind::tail5;
  spec.what = is_tail ? CompareSpec::What::tail5 : CompareSpec::What::quantile;
  spec.quantile = judged.metric.quantile;
  spec.margin = judged.margin;
  spec.source_text = judged.name;
  return spec;
}

verdict::MetricJudgement judge_stalls(const verdict::ArmSeries& series, const stats::LatencyShift& shift,
                                      const NoiseRule& noise) {
  const stats::CalmTime calm = shift.calm_time(0);
  const verdict::DecisionLevels levels{kAlpha, {}};
  return verdict::judge_stalls(
      {series, shift, calm, verdict::slots_together(series), kAlpha, levels, noise.correlation_seconds, {}},
      stalls_spec());
}

}  // namespace

config::JudgementSpec judgement_of(const NoiseRule& noise) {
  config::JudgementSpec judgement;
  judgement.confidence = 1 - kAlpha;
  if (noise.correlation_seconds)
    judgement.correlation_time = Nanos{std::llround(*noise.correlation_seconds * 1e9)};
  return judgement;
}

stats::LatencyShift shift_of(const verdict::ArmSeries& series, const NoiseRule& noise) {
  const std::size_t together = verdict::slots_together(series);
  return {verdict::slot_values(series, together), series.slot_seconds * static_cast<double>(together),
          noise.correlation_seconds};
}

RunTests::RunTests(const verdict::ArmSeries& series, const NoiseRule& noise)
    : shift_(shift_of(series, noise)), stalls_(judge_stalls(series, shift_, noise)) {}

std::optional<double> RunTests::p_pass(const stats::ShiftMetric& metric, double shift) const {
  const auto test = shift_.test(metric, shift);
  if (!test) return std::nullopt;
  return test->p_pass;
}

MarginTests test_margins(const RunTests& tests) {
  MarginTests p_values;
  for (std::size_t i = 0; i < kMetrics.size(); ++i)
    p_values[i] = tests.p_pass(kMetrics[i].metric, std::log1p(kMetrics[i].margin));
  return p_values;
}

Answer answer_of(const GateKind& gate, const MarginTests& p_values, const verdict::MetricJudgement& stalls) {
  return answer_of(gate, p_values, stalls, verdict::judged_once(kAlpha, gate.count + 1));
}

Answer answer_of(const GateKind& gate, const MarginTests& p_values, const verdict::MetricJudgement& stalls,
                 const verdict::DecisionLevels& levels) {
  std::vector<double> p_fail{stalls.p_fail};
  bool all_pass = stalls.finding.state == FindingState::pass;
  for (const std::size_t metric : gate.used()) {
    const auto& p_pass = p_values[metric];
    all_pass = all_pass && p_pass && *p_pass <= levels.pass;
    p_fail.push_back(p_pass ? 1 - *p_pass : 1);
  }
  const auto proven = stats::holm_rejects(p_fail, std::span(levels.fail));
  if (std::find(proven.begin(), proven.end(), true) != proven.end()) return Answer::fail;
  return all_pass ? Answer::pass : Answer::undecided;
}

Answer gate_answer(const GateKind& gate, const verdict::ArmSeries& series,
                   const config::JudgementSpec& judgement) {
  std::vector<CompareSpec> specs{stalls_spec()};
  for (const std::size_t metric : gate.used()) specs.push_back(spec_of(kMetrics[metric]));
  const auto findings = verdict::compare_arms(series, specs, judgement);
  const auto count_of = [&](FindingState state) {
    return std::count_if(findings.begin(), findings.end(),
                         [state](const Finding& finding) { return finding.state == state; });
  };
  if (count_of(FindingState::fail) > 0) return Answer::fail;
  const bool all_pass = count_of(FindingState::pass) == static_cast<std::ptrdiff_t>(findings.size());
  return all_pass ? Answer::pass : Answer::undecided;
}

}  // namespace assay::statistics
