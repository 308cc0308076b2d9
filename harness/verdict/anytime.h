// p-values that hold however often a run is looked at, and whenever it is stopped: for `looks: continuous`.
// Latencies by the e-process of stats/sequential_shift.h, whose largest value so far bounds the p-value by
// its inverse (Ville's inequality). What is counted (errors, answers, stalls) is tested each time the judged
// time has doubled, the k-th time at alpha / (k (k + 1)); these levels add up to alpha. Pure functions.
#pragma once
#include "verdict/metric_judgement.h"

namespace assay::verdict {

// Judged seconds before which nothing is tested.
inline constexpr double kFirstAnytimeTest = 120;

// Puts such p-values in the place of those of one look. A metric without enough data stays without.
void hold_at_all_times(const CompareContext& context, const config::CompareSpec& compare,
                       MetricJudgement& judged);

}  // namespace assay::verdict
