// A target of the gate file as the engine reaches it: where to connect (names resolved now, before the run),
// how TLS is spoken, which limits hold.
#pragma once
#include <string>

#include "base/expected.h"
#include "base/system_error.h"
#include "config/gate_spec.h"
#include "engine/run_plan.h"

namespace assay::cli {

Expected<engine::ArmPlan, SystemError> plan_arm(const config::TargetSpec& target,
                                                const config::GateSpec& gate);

// Text for people, with every secret of the gate replaced by "***".
std::string redacted(std::string_view text, const config::GateSpec& gate);

}  // namespace assay::cli
