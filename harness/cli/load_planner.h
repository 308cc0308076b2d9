// One entry of the gate file's `load` as the engine carries it out, with a sentence about it for reports.
#pragma once
#include <string>

#include "config/gate_spec.h"
#include "engine/run_plan.h"

namespace assay::cli {

engine::PhasePlan plan_phase(const config::LoadSpec& load);

// "200/s for 10m, poisson arrivals"
std::string describe_load(const config::LoadSpec& load);

}  // namespace assay::cli
