#include "verdict/run_noise.h"

#include <algorithm>
#include <cmath>

#include "stats/influence.h"
#include "stats/power.h"
#include "verdict/metric_judgement.h"
#include "verdict/run_measures.h"

namespace assay::verdict {
namespace {

using config::CompareSpec;

constexpr double kAlpha = 0.05;  // of the interval that the error rate's standard error is read from

std::optional<MetricNoise> latency_noise(const stats::LatencyShift& shift, const CompareSpec& compare,
                                         double requests_per_s) {
  const stats::ShiftMetric metric = shift_metric(compare);
  const auto interval = shift.interval(metric, kAlpha);
  if (!interval) return std::nullopt;
  const auto test = shift.test(metric, interval->estimate);
  const double slope = stats::score_slope(shift, metric, *interval);
  if (!test || slope <= 0) return std::nullopt;
  MetricNoise noise;
  noise.metric = compare.source_text;
  noise.standard_error = std::sqrt(test->variance) / slope;
  noise.slow_share = test->slow_share();
  noise.spectra = {{test->spectrum, shift.seconds(), requests_per_s}};
  return noise;
}

std::optional<MetricNoise> error_noise(const ArmSeries& series, const CompareSpec& compare,
                                       std::optional<double> correlation_seconds) {
  if (series.arms[0].all.empty() || series.arms[1].all.empty()) return std::nullopt;
  const auto errors = stats::compare_errors(error_slots(series), series.slot_seconds, compare.margin, kAlpha,
                                            {.correlation_seconds = correlation_seconds});
  MetricNoise noise;
  noise.metric = compare.source_text;
  noise.standard_error = stats::standard_error_of(errors.low, errors.high, kAlpha);
  noise.slow_share = errors.slow_share;
  return noise;
}

std::optional<MetricNoise> throughput_noise(const ArmSeries& series, const CompareSpec& compare,
                                            std::optional<double> correlation_seconds) {
  const auto difference = throughput_difference(series, correlation_seconds);
  if (!difference) return std::nullopt;
  MetricNoise noise;
  noise.metric = compare.source_text;
  noise.standard_error = difference->standard_error;
  noise.slow_share = difference->slow_share;
  noise.spectra = {{difference->spectrum, series.seconds(), series.requests_per_s()}};
  return noise;
}

}  // namespace

NoiseFacts run_noise(const ArmSeries& series, const config::GateSpec& gate) {
  NoiseFacts facts;
  facts.seconds = series.seconds();
  if (facts.seconds <= 0) return facts;
  facts.runs = 1;
  facts.requests_per_s = series.requests_per_s();
  const auto correlation = gate.judgement.correlation_seconds();
  const stats::LatencyShift shift = latency_shift(series, correlation);
  for (const CompareSpec& compare : gate.compare) {
    std::optional<MetricNoise> noise;
    if (compare.is_latency()) noise = latency_noise(shift, compare, facts.requests_per_s);
    if (compare.what == CompareSpec::What::error_rate) noise = error_noise(series, compare, correlation);
    if (compare.what == CompareSpec::What::throughput) noise = throughput_noise(series, compare, correlation);
    if (noise) facts.metrics.push_back(std::move(*noise));
  }
  return facts;
}

}  // namespace assay::verdict
