#include "verdict/comparison.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "stats/distributions.h"
#include "verdict/anytime.h"
#include "verdict/metric_judgement.h"
#include "verdict/server_metrics.h"

namespace assay::verdict {
namespace {

using config::CompareSpec;
using What = CompareSpec::What;

MetricJudgement judge_metric(const CompareContext& context, const CompareSpec& compare) {
  switch (compare.what) {
    case What::quantile:
    case What::tail5:
      return judge_latency(context, compare);
    case What::error_rate:
      return judge_errors(context, compare);
    case What::stalls:
      return judge_stalls(context, compare);
    case What::throughput:
      return judge_throughput(context, compare);
  }
  return {};
}

Finding concluded(MetricJudgement judged, bool harm_is_proven) {
  Finding& finding = judged.finding;
  if (harm_is_proven) finding.state = FindingState::fail;
  if (finding.state == FindingState::insufficient) finding.leaning = Leaning::insufficient;
  if (finding.state == FindingState::inconclusive) finding.leaning = judged.leaning;
  if (finding.state == FindingState::pass) finding.sentence += judged.if_passed;
  if (finding.state == FindingState::fail) finding.sentence += judged.if_failed;
  if (finding.state == FindingState::inconclusive) finding.sentence += judged.if_undecided;
  if (finding.state != FindingState::insufficient) finding.sentence += judged.closing;
  return std::move(judged.finding);
}

}  // namespace

std::vector<Finding> joined_by_holm(std::vector<MetricJudgement> judged, const DecisionLevels& levels) {
  std::vector<double> p_values;
  for (const MetricJudgement& each : judged) p_values.push_back(each.p_fail);
  const auto proven = stats::holm_rejects(p_values, std::span(levels.fail));
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < judged.size(); ++i)
    findings.push_back(concluded(std::move(judged[i]), proven[i]));
  return findings;
}

std::vector<Finding> compare_arms(const ArmSeries& series, std::span<const CompareSpec> comparisons,
                                  const config::JudgementSpec& judgement, const KnownNoises& known) {
  const DecisionLevels levels = judged_once(judgement.alpha(), comparisons.size());
  return compare_arms(series, comparisons, judgement, levels, known);
}

namespace {

std::vector<MetricJudgement> judge_timed(const ArmSeries& series, std::span<const CompareSpec> comparisons,
                                         const config::JudgementSpec& judgement, const DecisionLevels& levels,
                                         const KnownNoises& known) {
  if (comparisons.empty()) return {};
  const auto correlation = judgement.correlation_seconds();
  const double alpha = judgement.alpha();
  const std::size_t together = slots_together(series);
  const stats::LatencyShift shift = latency_shift(series, correlation);
  const stats::CalmTime calm = shift.calm_time(0);
  const CompareContext context{series, shift, calm, together, alpha, levels, correlation, known};

  std::vector<MetricJudgement> judged;
  for (const CompareSpec& compare : comparisons) {
    judged.push_back(judge_metric(context, compare));
    if (judgement.continuous) hold_at_all_times(context, compare, judged.back());
  }
  return judged;
}

void add_server_metrics(std::vector<MetricJudgement>& judged, const RunResult& result,
                        std::optional<Nanos> until, const config::GateSpec& gate,
                        const DecisionLevels& levels) {
  const ServerCompareContext context{result, until, gate.judgement.alpha(), levels,
                                     gate.judgement.correlation_seconds()};
  for (const config::ServerCompareSpec& compare : gate.server_compare)
    judged.push_back(judge_server_metric(context, compare));
}

}  // namespace

std::vector<Finding> compare_arms(const ArmSeries& series, std::span<const CompareSpec> comparisons,
                                  const config::JudgementSpec& judgement, const DecisionLevels& levels,
                                  const KnownNoises& known) {
  return joined_by_holm(judge_timed(series, comparisons, judgement, levels, known), levels);
}

std::vector<Finding> compare_all(const RunResult& result, std::optional<Nanos> until,
                                 const config::GateSpec& gate, const DecisionLevels& levels,
                                 const KnownNoises& known) {
  auto judged = judge_timed(arm_series(result, until), gate.compare, gate.judgement, levels, known);
  add_server_metrics(judged, result, until, gate, levels);
  return joined_by_holm(std::move(judged), levels);
}

std::vector<Finding> compare_server_metrics(const RunResult& result, const config::GateSpec& gate,
                                            const DecisionLevels& levels) {
  std::vector<MetricJudgement> judged;
  add_server_metrics(judged, result, std::nullopt, gate, levels);
  return joined_by_holm(std::move(judged), levels);
}

}  // namespace assay::verdict
