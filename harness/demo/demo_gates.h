// The scenarios of `assay demo`: two targets of known behaviour, the gate file that compares them, and how it
// must end. Rate and length come from the verdict method (its table of durations): lognormal latency with
// sigma 0.35 at about 590 requests a second for 28 judged seconds lets equal arms pass in more than 99 of 100
// runs, also with 1.5 % of slow noise of their own.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "demo/target_options.h"

namespace assay::demo {

struct DemoScenario {
  std::string_view name;         // "slow"
  std::string_view description;  // what is wrong with the candidate
  bool passes;                   // the verdict that it must end with: pass or fail
};

std::span<const DemoScenario> demo_scenarios();

struct DemoPlan {
  DemoScenario scenario;
  TargetOptions candidate, baseline;
  std::string gate_text;  // YAML; wants the variables CANDIDATE_URL and BASELINE_URL
};

// Empty where no scenario has this name.
std::optional<DemoPlan> demo_plan(std::string_view name, std::uint64_t seed);

}  // namespace assay::demo
