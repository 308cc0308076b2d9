// The judge that Spinnaker's Kayenta uses by default, on a few points of a time series of each quantile: the
// 98 % interval of the shift between the arms that belongs to a Mann-Whitney test (normal approximation, ties
// and continuity corrected, as R's wilcox.test has it). A metric is "High" when the interval's lower end lies
// above a quarter of the estimated shift; a gate with three metrics falls below its pass mark with one High.
#pragma once
#include <cstddef>
#include <vector>

#include "rivals/answer.h"
#include "verdict/arm_series.h"

namespace assay::statistics {

struct ShiftEstimate {
  double low = 0, estimate = 0, high = 0;
};
// By how much the first sample lies above the second, in the samples' unit; neither may be empty.
ShiftEstimate rank_shift(std::vector<double> first, std::vector<double> second, double confidence);

bool kayenta_says_high(const std::vector<double>& candidate, const std::vector<double>& baseline);

Answer by_kayenta(const verdict::ArmSeries& run, std::size_t points);

}  // namespace assay::statistics
