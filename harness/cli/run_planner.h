// From what the user wrote (gate file and command line) to what the engine carries out. Resolves names; opens
// nothing else.
#pragma once
#include "base/expected.h"
#include "base/system_error.h"
#include "cli/gate.h"
#include "cli/run_options.h"
#include "engine/run_plan.h"

namespace assay::cli {

Expected<engine::RunPlan, SystemError> plan_run(const Gate& gate, const RunOptions& options);

}  // namespace assay::cli
