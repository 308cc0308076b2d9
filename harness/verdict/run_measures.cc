#include "verdict/run_measures.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "stats/arm_level.h"
#include "stats/error_rate.h"
#include "stats/latency_shift.h"
#include "stats/power.h"
#include "stats/throughput.h"
#include "verdict/metric_judgement.h"

namespace assay::verdict {
namespace {

using config::CompareSpec;
using What = CompareSpec::What;

constexpr double kAlpha = 0.05;  // any would do: it only makes an interval, from which the error is read
constexpr double kErrorMargin = 0.01;  // the spectrum hardly depends on it

CompareSpec standard(What what, double quantile, std::string text) {
  CompareSpec compare;
  compare.what = what;
  compare.quantile = quantile;
  compare.source_text = std::move(text);
  return compare;
}

std::vector<CompareSpec> measured_metrics(const config::GateSpec& gate) {
  std::vector<CompareSpec> metrics = {standard(What::quantile, 0.5, "p50(response_time)"),
                                      standard(What::quantile, 0.95, "p95(response_time)"),
                                      standard(What::quantile, 0.99, "p99(response_time)"),
                                      standard(What::tail5, 0, "tail5(response_time)"),
                                      standard(What::error_rate, 0, "error_rate")};
  for (const CompareSpec& compare : gate.compare) {
    const bool known = std::any_of(metrics.begin(), metrics.end(), [&](const CompareSpec& each) {
      return each.source_text == compare.source_text;
    });
    if (!known && compare.what != What::stalls) metrics.push_back(compare);
  }
  return metrics;
}

std::optional<DifferenceMeasure> latency_difference(const stats::LatencyShift& shift,
                                                    const CompareSpec& compare) {
  const stats::ShiftMetric metric = shift_metric(compare);
  const auto interval = shift.interval(metric, kAlpha);
  if (!interval) return std::nullopt;
  const auto noise = shift.noise_vector(metric, interval->estimate);
  if (!noise) return std::nullopt;
  return DifferenceMeasure{interval->estimate,
                           stats::standard_error_of(interval->low, interval->high, kAlpha),
                           interval->slow_share, noise->spectrum};
}

std::optional<DifferenceMeasure> error_difference(const ArmSeries& series,
                                                  const std::optional<double>& correlation) {
  const bool both = !series.arm(Arm::candidate).all.empty() && !series.arm(Arm::baseline).all.empty();
  if (!both || series.seconds() < kFewestSeconds) return std::nullopt;
  const auto errors = stats::compare_errors(error_slots(series), series.slot_seconds, kErrorMargin, kAlpha,
                                            {correlation, {}});
  return DifferenceMeasure{errors.difference, stats::standard_error_of(errors.low, errors.high, kAlpha),
                           errors.slow_share, errors.noise.spectrum};
}

void measure_levels(RunMeasures& measures, const ArmSeries& series, const config::GateSpec& gate,
                    const std::vector<CompareSpec>& metrics) {
  for (const CompareSpec& compare : metrics) {
    MetricMeasure measure{.metric = compare.source_text};
    for (const Arm arm : {Arm::candidate, Arm::baseline}) {
      const auto level = level_of(series, arm, compare, gate.judgement);
      if (level)
        measure.levels[static_cast<std::size_t>(arm)] = LevelMeasure{level->level, level->standard_error};
    }
    measures.metrics.push_back(std::move(measure));
  }
}

void measure_differences(RunMeasures& measures, const ArmSeries& series, const config::GateSpec& gate,
                         const std::vector<CompareSpec>& metrics) {
  const auto correlation = gate.judgement.correlation_seconds();
  const stats::LatencyShift shift = latency_shift(series, correlation);
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    auto& difference = measures.metrics[i].difference;
    if (metrics[i].is_latency()) difference = latency_difference(shift, metrics[i]);
    if (metrics[i].what == What::error_rate) difference = error_difference(series, correlation);
    if (metrics[i].what == What::throughput) difference = throughput_difference(series, correlation);
  }
}

}  // namespace

std::optional<DifferenceMeasure> throughput_difference(const ArmSeries& series,
                                                       const std::optional<double>& correlation_seconds) {
  const auto answers = [](const ArmTimes& arm) { return arm.all.count() - arm.error_count; };
  const bool both = answers(series.arm(Arm::candidate)) > 0 && answers(series.arm(Arm::baseline)) > 0;
  if (!both || series.seconds() < kFewestSeconds) return std::nullopt;
  const auto found = stats::compare_throughput(error_slots(series), series.slot_seconds, 0, kAlpha,
                                               {.correlation_seconds = correlation_seconds});
  return DifferenceMeasure{found.deficit, stats::standard_error_of(found.low, found.high, kAlpha),
                           found.slow_share, found.noise.spectrum};
}

std::optional<MetricLevel> level_of(const ArmSeries& series, Arm arm, const CompareSpec& compare,
                                    const config::JudgementSpec& judgement) {
  if (!compare.is_latency() && compare.what != What::error_rate) return std::nullopt;
  const ArmTimes& times = series.arm(arm);
  const stats::ArmSlots slots{times.slots, times.errors, series.slot_seconds,
                              judgement.correlation_seconds()};
  const auto level = compare.what == What::error_rate ? stats::error_level(slots)
                                                      : stats::time_level(slots, shift_metric(compare));
  if (!level) return std::nullopt;
  return MetricLevel{compare.source_text, level->level, level->standard_error};
}

RunMeasures measure_run(const RunResult& result, const config::GateSpec& gate) {
  const ArmSeries series = arm_series(result);
  RunMeasures measures;
  measures.seconds = series.seconds();
  measures.requests_per_s = series.requests_per_s();
  const std::vector<CompareSpec> metrics = measured_metrics(gate);
  measure_levels(measures, series, gate, metrics);
  if (!series.arm(Arm::baseline).all.empty()) measure_differences(measures, series, gate, metrics);
  std::erase_if(measures.metrics, [](const MetricMeasure& metric) {
    return !metric.levels[0] && !metric.levels[1] && !metric.difference;
  });
  return measures;
}

}  // namespace assay::verdict
