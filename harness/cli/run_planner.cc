#include "cli/run_planner.h"

#include <random>
#include <utility>

#include "cli/arm_planner.h"
#include "cli/load_planner.h"

namespace assay::cli {
namespace {

// Short enough to be typed again.
std::uint64_t random_seed() { return std::random_device{}(); }

}  // namespace

Expected<engine::RunPlan, SystemError> plan_run(const Gate& gate, const RunOptions& options) {
  engine::RunPlan plan;
  for (const config::TargetSpec& target : gate.spec.targets) {
    Expected<engine::ArmPlan, SystemError> arm = plan_arm(target, gate.spec);
    if (!arm) return Unexpected(std::move(arm).error());
    plan.arms.push_back(std::move(arm).value());
  }
  for (const config::LoadSpec& load : gate.spec.load) plan.phases.push_back(plan_phase(load));
  plan.scenarios = gate.scenarios;
  plan.seed = options.seed.value_or(random_seed());
  plan.segment = options.segment_part();
  plan.workers = options.workers.value_or(default_workers());
  plan.pacing = options.pacing_mode();
  plan.start_at = options.start_time();
  return plan;
}

}  // namespace assay::cli
