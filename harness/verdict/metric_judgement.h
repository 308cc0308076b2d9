// What the comparison of one metric yields: its finding, and the p-value of harm that Holm's procedure needs
// before `fail` can be said. One function for each kind of metric. Internal to verdict; pure functions.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/gate_spec.h"
#include "model/verdict.h"
#include "stats/calm_time.h"
#include "stats/influence.h"
#include "stats/latency_shift.h"
#include "stats/power.h"
#include "verdict/arm_series.h"
#include "verdict/decision_levels.h"
#include "verdict/known_noise.h"

namespace assay::verdict {

// How a sentence goes on depends on what Holm's procedure makes of all metrics, so its parts are kept.
struct MetricJudgement {
  Finding finding;    // its state is pass, inconclusive or insufficient; its sentence states the facts
  double p_fail = 1;  // small when the candidate is clearly worse than the margin
  std::string if_passed, if_undecided, if_failed;  // what follows the facts
  std::string closing;                             // what ends the sentence in every case
  Leaning leaning = Leaning::insufficient;         // if nothing is proven
};

struct CompareContext {
  const ArmSeries& series;
  const stats::LatencyShift& shift;
  const stats::CalmTime& calm;  // of unshifted times
  std::size_t together;         // slots of the series in one of the shift's
  double alpha;                 // of each end of an interval
  const DecisionLevels& levels;
  std::optional<double> correlation_seconds;  // if the gate declares it
  const KnownNoises& known;                   // from a store

  KnownNoise known_of(const config::CompareSpec& compare) const;
};

MetricJudgement judge_latency(const CompareContext& context, const config::CompareSpec& compare);
MetricJudgement judge_errors(const CompareContext& context, const config::CompareSpec& compare);
MetricJudgement judge_stalls(const CompareContext& context, const config::CompareSpec& compare);
MetricJudgement judge_throughput(const CompareContext& context, const config::CompareSpec& compare);

// "; noisier than earlier runs were", where a profile was there and this run did not fit it; else nothing.
std::string profile_remark(stats::ProfileUse profile);

// Says `fail` where Holm's procedure proves harm, and ends every sentence accordingly.
std::vector<Finding> joined_by_holm(std::vector<MetricJudgement> judged, const DecisionLevels& levels);

// "p95 is 12 % to 31 % slower (51ms against 42ms)", of a finding that has its interval.
std::string latency_facts(const Finding& finding, const config::CompareSpec& compare);
std::string error_facts(const Finding& finding);
// "throughput is 2.1 % to 8.4 % lower (184/s against 199/s)"
std::string throughput_facts(const Finding& finding);

// What stats calls a latency of `compare`.
stats::ShiftMetric shift_metric(const config::CompareSpec& compare);
// The margin of a latency: its floor is more where the baseline is fast.
double allowed_ratio(const config::CompareSpec& compare, double baseline_ns);
// The latency that was measured, in nanoseconds; `times` are not empty.
double observed_latency(const stats::Histogram& times, const config::CompareSpec& compare);

// Judged time, in seconds, below which even a run without outages (or stalls) does not prove that they are
// rare enough: its exact Poisson limit is -ln(alpha) of them. 0 where nothing is to be proven.
double shortest_proof(const config::CompareSpec& compare, double alpha);

// Errors that a margin is worth at least: below, not even a run without one could pass.
inline constexpr double kFewestErrorsAtMargin = 3;
// Judged time below which errors and answers are not compared.
inline constexpr double kFewestSeconds = 20;

// A metric of which nothing is known yet.
MetricJudgement unjudged(const config::CompareSpec& compare, std::string subject);

// An interval on the scale on which the margin is a distance: log ratio, or difference of rates.
struct Evidence {
  double estimate, low, high, margin;
  double slow_share;
  double seconds;  // judged
  double alpha;
  bool looked_at;              // at several looks, so that an interval within the margin need not pass
  double placement_share = 0;  // of the variance: where the instances run, which no longer run averages out

  stats::Precision precision() const;
  Leaning leaning() const;
};

// From the scale of the evidence to that of Finding::change.
using Scale = double (*)(double);

// Interval, what a run like this can tell, and what would settle it.
void fill_evidence(Finding& finding, const Evidence& evidence, Scale to_change);

// ": 10 % is allowed, and that is not proven either way; about 4 min more would decide (leaning bad)".
// `allowed`: "10 %".
std::string undecided_text(const Evidence& evidence, const std::string& allowed);

// How the sentence goes on in each case, and where it leans if nothing is proven. `allowed`: "10 %".
void word(MetricJudgement& judged, const Evidence& evidence, const std::string& allowed);

// "; 95 % sure", and of what where nothing is proven.
std::string sureness_text(double alpha, std::string_view of = {});
std::string requests_text(const ArmSeries& series);  // "; 41,200 requests an arm"

// The stretches of `influences` in the run's time; `together` slots of the series make one of theirs.
std::vector<Influence> located(const std::vector<stats::SlotInfluence>& influences, const ArmSeries& series,
                               std::size_t together, Scale to_change);

inline constexpr std::size_t kInfluencesShown = 5;

}  // namespace assay::verdict
