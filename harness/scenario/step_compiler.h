// One request of a scenario -> RequestPlan. Used by scenario/compiler only.
#pragma once
#include "config/gate_spec.h"
#include "match/template_compiler.h"
#include "scenario/scenario_plan.h"

namespace assay::scenario {

// Extractors get slot 0: scenario/compiler gives them their slots, because it owns the variables.
RequestPlan compile_request(const config::RequestSpec& request, const config::GateSpec& gate,
                            const match::CompileContext& context);

}  // namespace assay::scenario
