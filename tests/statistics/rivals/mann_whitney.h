// The Mann-Whitney (Wilcoxon rank sum) test on single requests: fail when the candidate's times tend to be
// longer with a one-sided p below 5 %. What many reach for when two sets of times are to be compared; it asks
// for any difference, and takes requests for independent.
#pragma once
#include "rivals/answer.h"
#include "verdict/arm_series.h"

namespace assay::statistics {

// The standard normal deviate of the rank sum, ties and continuity corrected: positive when the candidate's
// times tend to be longer. 0 when all are equal or an arm is empty.
double rank_sum_deviate(const stats::Histogram& candidate, const stats::Histogram& baseline);

Answer by_mann_whitney(const verdict::ArmSeries& run);

}  // namespace assay::statistics
