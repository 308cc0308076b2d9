// Can this run be judged at all? Findings with state `invalid` make the verdict invalid (exit code 3)
// whatever else was measured; the others are remarks. Pure function over the result.
#pragma once
#include <vector>

#include "model/run_result.h"
#include "model/verdict.h"

namespace assay::verdict {

bool has_arm(const RunResult& result, Arm arm);

// Most important first; empty when there is nothing to say. `limits`: those of this result (bottleneck.h);
// the sentences name them.
std::vector<Finding> validity_findings(const RunResult& result, const std::vector<Limit>& limits);

}  // namespace assay::verdict
