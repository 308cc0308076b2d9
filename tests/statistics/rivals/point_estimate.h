// The measured quantile, and whether it is more than the margin above the baseline's: what a script does that
// compares two numbers, and how benchmark gates work that compare with the run before.
#pragma once
#include <array>

#include "rivals/answer.h"
#include "verdict/arm_series.h"

namespace assay::statistics {

// The margins of the whole gate, which every rule with margins uses.
struct QuantileMargin {
  double quantile, margin;
};
inline constexpr std::array<QuantileMargin, 3> kQuantileMargins{{{0.50, 0.10}, {0.95, 0.10}, {0.99, 0.20}}};

Answer by_point_estimate(const verdict::ArmSeries& run);

}  // namespace assay::statistics
