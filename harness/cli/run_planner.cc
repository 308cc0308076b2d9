#include "cli/run_planner.h"

#include <fmt/format.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/units.h"
#include "cli/arm_planner.h"
#include "cli/load_planner.h"
#include "verdict/looks.h"

namespace assay::cli {
namespace {

// Short enough to be typed again.
std::uint64_t random_seed() { return std::random_device{}(); }

// The last load may go on for as long as the gate may be extended.
std::vector<engine::PhasePlan> plan_phases(const config::GateSpec& gate) {
  std::vector<engine::PhasePlan> phases;
  for (const config::LoadSpec& load : gate.load) phases.push_back(plan_phase(load));
  const Nanos more = verdict::longest_length(gate) - gate.planned_length();
  if (more <= Nanos{0}) return phases;
  config::LoadSpec longest = gate.load.back();
  longest.duration += more;
  std::string planned = std::move(phases.back().description);
  phases.back() = plan_phase(longest);
  phases.back().description = planned + fmt::format(", at most {} more if undecided", format_duration(more));
  return phases;
}

}  // namespace

Expected<engine::RunPlan, SystemError> plan_run(const Gate& gate, const RunOptions& options) {
  engine::RunPlan plan;
  for (const config::TargetSpec& target : gate.spec.targets) {
    Expected<engine::ArmPlan, SystemError> arm = plan_arm(target, gate.spec);
    if (!arm) return Unexpected(std::move(arm).error());
    plan.arms.push_back(std::move(arm).value());
  }
  plan.phases = plan_phases(gate.spec);
  plan.scenarios = gate.scenarios;
  plan.seed = options.seed.value_or(random_seed());
  plan.segment = options.segment_part();
  plan.workers = options.workers.value_or(default_workers());
  plan.pacing = options.pacing_mode();
  plan.start_at = options.start_time();
  return plan;
}

}  // namespace assay::cli
