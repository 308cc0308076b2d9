// GateSpec -> ScenarioSet: names become slots, steps become wire templates, expectations become checks. Every
// mistake that only shows here is collected with its place.
#pragma once
#include "base/config_error.h"
#include "base/expected.h"
#include "config/gate_spec.h"
#include "scenario/scenario_plan.h"

namespace assay::scenario {

Expected<ScenarioSet, ConfigErrors> compile(const config::GateSpec& gate);

}  // namespace assay::scenario
