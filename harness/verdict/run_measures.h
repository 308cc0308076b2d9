// The few numbers of a run that comparisons with other runs need: for every metric the level of each arm, and
// the difference of the arms with its noise. Computed once, when a run is stored. Pure functions.
#pragma once
#include <optional>

#include "config/gate_spec.h"
#include "model/baseline_history.h"
#include "model/stored_run.h"
#include "verdict/arm_series.h"

namespace assay::verdict {

// p50, p95, p99, tail5, the error rate, and what else the gate compares. Metrics without enough data are left
// out.
RunMeasures measure_run(const RunResult& result, const config::GateSpec& gate);

// Of the deficit in answers (stats/throughput.h); absent where an arm has none, or the run is too short.
std::optional<DifferenceMeasure> throughput_difference(const ArmSeries& series,
                                                       const std::optional<double>& correlation_seconds);

// Of one metric in one arm; absent where there is not enough data, and for stalls and throughput.
std::optional<MetricLevel> level_of(const ArmSeries& series, Arm arm, const config::CompareSpec& compare,
                                    const config::JudgementSpec& judgement);

}  // namespace assay::verdict
