// A gate file that has been read and compiled: no mistake of the user is left in it.
#pragma once
#include <map>
#include <string>

#include "config/gate_spec.h"
#include "scenario/scenario_plan.h"

namespace assay::cli {

struct Gate {
  config::GateSpec spec;
  scenario::ScenarioSet scenarios;
  std::map<std::string, std::string> overrides;  // for RunResult::overrides
  bool same_build = false;                       // for RunResult::same_build
};

}  // namespace assay::cli
