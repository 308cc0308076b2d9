// Candidate against earlier runs of the same gate instead of a live baseline: for every metric one finding
// against their mean, and one against the pinned run where there is one. What runs differ by although nothing
// changed is part of the error, so this decides less than a live baseline does. Pure functions. Formulas:
// stats/random_effects.h.
#pragma once
#include <vector>

#include "config/gate_spec.h"
#include "model/baseline_history.h"
#include "model/verdict.h"
#include "verdict/arm_series.h"

namespace assay::verdict {

inline constexpr std::size_t kFewestStoredRuns = 8;

std::vector<Finding> compare_with_history(const ArmSeries& series, const config::GateSpec& gate,
                                          const BaselineHistory& history);

}  // namespace assay::verdict
