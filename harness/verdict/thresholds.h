// Absolute limits over one run: measures what a threshold asks for and says whether it holds. No data never
// passes: what could not be measured is `insufficient`. Pure function over the result.
#pragma once
#include <vector>

#include "config/gate_spec.h"
#include "model/run_result.h"
#include "model/verdict.h"

namespace assay::verdict {

bool holds(config::Comparator comparator, double value, double limit);
bool wants_small(const config::ThresholdSpec& threshold);

Finding judge_threshold(const RunResult& result, const config::ThresholdSpec& threshold);

}  // namespace assay::verdict
