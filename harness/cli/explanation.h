// The text of `assay explain`: what would be offered to whom, what would be judged, and what the plan is too
// small to judge or unlikely to find.
#pragma once
#include <string>

#include "cli/prospect_text.h"
#include "cli/run_options.h"
#include "config/gate_spec.h"

namespace assay::cli {

std::string explanation(const config::GateSpec& gate, const RunOptions& options, const Knowledge& known = {});

}  // namespace assay::cli
