// A run as a monitoring system keeps it: one histogram of an arm for each of a few equal stretches of time.
#pragma once
#include <cstddef>
#include <vector>

#include "verdict/arm_series.h"

namespace assay::statistics {

// `count` stretches, or one for each slot where there are fewer; those without a request are left out.
std::vector<stats::Histogram> intervals_of(const verdict::ArmTimes& arm, std::size_t count);

}  // namespace assay::statistics
