// Server metrics in the verdict: what the target says of itself, compared between the arms and held against
// thresholds. Shares of requests are compared as errors are (stats/error_rate), all other values by their
// blocks (stats/block_shift). Pure functions.
#pragma once
#include <optional>
#include <vector>

#include "config/gate_spec.h"
#include "model/run_result.h"
#include "model/verdict.h"
#include "verdict/decision_levels.h"
#include "verdict/metric_judgement.h"

namespace assay::verdict {

// What all comparisons of a run share.
struct ServerCompareContext {
  const RunResult& result;
  std::optional<Nanos> until;  // nothing after it
  double alpha;
  const DecisionLevels& levels;
  std::optional<double> correlation_seconds;  // if the gate declares it
};

MetricJudgement judge_server_metric(const ServerCompareContext& context,
                                    const config::ServerCompareSpec& compare);

// `threshold` names a server metric; `finding`: begun by judge_threshold() (verdict/thresholds.h).
void judge_server_threshold(Finding& finding, const RunResult& result,
                            const config::ThresholdSpec& threshold);

// Why a quantile of a histogram and the one that the load generator timed are not the same, where they are
// not: a remark for each.
std::vector<Finding> bucket_remarks(const RunResult& result);

}  // namespace assay::verdict
