// What probes found, as findings of the verdict: a failure fails, and what could not be measured never
// passes. Pure.
#pragma once
#include <vector>

#include "model/run_result.h"
#include "model/verdict.h"

namespace assay::verdict {

// One for each probe, in their order.
std::vector<Finding> probe_findings(const RunResult& result);

}  // namespace assay::verdict
