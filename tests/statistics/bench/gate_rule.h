// Assay's own answer about a simulated run, from the functions that a gate's verdict is made of and nothing
// else: stats::LatencyShift for the p-values, verdict::judge_stalls, stats::holm_rejects.
// verdict::compare_arms does the same and also looks for every interval, which costs twenty times as much;
// gate_answer() lets it judge, and the bench does that for some runs of each cell and stops when the answers
// differ.
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "config/gate_spec.h"
#include "rivals/answer.h"
#include "stats/latency_shift.h"
#include "verdict/arm_series.h"
#include "verdict/metric_judgement.h"

namespace assay::statistics {

inline constexpr double kAlpha = 0.05;

struct JudgedMetric {
  std::string_view name;
  stats::ShiftMetric metric;
  double margin;
};
inline constexpr std::array<JudgedMetric, 5> kMetrics{{
    {"p50@10", {stats::ShiftMetric::Kind::quantile, 0.50}, 0.10},
    {"p95@10", {stats::ShiftMetric::Kind::quantile, 0.95}, 0.10},
    {"tail5@10", {stats::ShiftMetric::Kind::tail5, 0.95}, 0.10},
    {"p99@10", {stats::ShiftMetric::Kind::quantile, 0.99}, 0.10},
    {"p99@20", {stats::ShiftMetric::Kind::quantile, 0.99}, 0.20},
}};

// Three metrics of the list above, by position, and stalls.
struct GateKind {
  std::string_view name;
  std::array<std::size_t, 3> metrics;
  std::size_t count;
  std::span<const std::size_t> used() const { return {metrics.data(), count}; }
};
inline constexpr std::array<GateKind, 3> kGates{{
    {"full", {0, 1, 4}, 3},
    {"smoke", {0, 1, 0}, 2},
    {"tail", {0, 1, 2}, 3},
}};

// How the noise of a run is judged, without stored runs; with them: noise_rates.h.
struct NoiseRule {
  std::optional<double> correlation_seconds = 5;  // as declared in the gate file; absent: estimated
};
config::JudgementSpec judgement_of(const NoiseRule& noise);

stats::LatencyShift shift_of(const verdict::ArmSeries& series, const NoiseRule& noise);

class RunTests {
 public:
  RunTests(const verdict::ArmSeries& series, const NoiseRule& noise);

  // p-value of "the candidate is slower by e^shift or more"; absent where data do not suffice.
  std::optional<double> p_pass(const stats::ShiftMetric& metric, double shift) const;
  const verdict::MetricJudgement& stalls() const { return stalls_; }

 private:
  stats::LatencyShift shift_;
  verdict::MetricJudgement stalls_;
};

// p-values of kMetrics, each at its margin.
using MarginTests = std::array<std::optional<double>, kMetrics.size()>;
MarginTests test_margins(const RunTests& tests);

Answer answer_of(const GateKind& gate, const MarginTests& p_values, const verdict::MetricJudgement& stalls);
Answer answer_of(const GateKind& gate, const MarginTests& p_values, const verdict::MetricJudgement& stalls,
                 const verdict::DecisionLevels& levels);

// The same by verdict::compare_arms.
Answer gate_answer(const GateKind& gate, const verdict::ArmSeries& series,
                   const config::JudgementSpec& judgement);

}  // namespace assay::statistics
