// Where a difference sits: the compared metrics again for each step alone, and the error rate for each class
// of failed answers. Parts are many, so Benjamini and Hochberg (1995) keep the share of wrongly named ones at
// 1 - confidence. A breakdown explains and never decides. Pure function.
#pragma once
#include <optional>
#include <vector>

#include "config/gate_spec.h"
#include "model/run_result.h"
#include "model/verdict.h"

namespace assay::verdict {

// At most so many parts are named.
inline constexpr std::size_t kPartsNamed = 5;

// The parts in which the candidate is proven worse than the margin of their metric, the surest first; usually
// none. Findings of severity and state `info` with their q-value. `until`: nothing after it.
std::vector<Finding> break_down(const RunResult& result, std::optional<Nanos> until,
                                const config::GateSpec& gate);

}  // namespace assay::verdict
