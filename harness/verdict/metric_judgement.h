// What the comparison of one metric yields: its finding, and the p-value of harm that Holm's procedure needs
// before `fail` can be said. One function for each kind of metric. Internal to verdict; pure functions.
#pragma once
#include <string>

#include "config/gate_spec.h"
#include "model/verdict.h"
#include "stats/calm_time.h"
#include "stats/latency_shift.h"
#include "verdict/arm_series.h"

namespace assay::verdict {

struct MetricJudgement {
  Finding finding;    // its state is pass, inconclusive or insufficient; its sentence states the facts
  double p_fail = 1;  // small when the candidate is clearly worse than the margin
  std::string if_undecided, if_failed;  // what the sentence ends with
};

struct CompareContext {
  const ArmSeries& series;
  const stats::LatencyShift& shift;
  const stats::CalmTime& calm;  // of unshifted times
  double alpha;
  double correlation_seconds;
};

MetricJudgement judge_latency(const CompareContext& context, const config::CompareSpec& compare);
MetricJudgement judge_errors(const CompareContext& context, const config::CompareSpec& compare);
MetricJudgement judge_stalls(const CompareContext& context, const config::CompareSpec& compare);

// A metric of which nothing is known yet.
MetricJudgement unjudged(const config::CompareSpec& compare, std::string subject);

// The evidence of an interval on a scale where the margin is a distance: state, detectable change and time
// needed.
struct Evidence {
  double estimate, low, high, margin;
  double slow_share;
  double seconds;  // judged
  double alpha;

  double standard_error() const;
  double detectable() const;      // the smallest harm that a run like this would find four times in five
  double seconds_needed() const;  // for a decision if the estimate stays; infinite when it lies on the margin
};

inline constexpr const char* kProvenWorse = ": worse than the margin, proven";

// ": not proven either way; about 4 min more would decide (leaning bad)", and what helps besides time.
std::string undecided_text(const Evidence& evidence);

}  // namespace assay::verdict
