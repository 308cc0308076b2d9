// The verdict over one run: invalid before fail before inconclusive before pass. Pure function of what was
// measured and what the gate file asks, so that it can be repeated offline. Nothing that lacks data passes.
#pragma once
#include "config/gate_spec.h"
#include "model/run_result.h"
#include "model/verdict.h"
#include "verdict/earlier.h"

namespace assay::verdict {

// `earlier`: what a store says about other runs of the gate; without a store, nothing.
Verdict judge(const RunResult& result, const config::GateSpec& gate, const Earlier& earlier = {});

}  // namespace assay::verdict
