#include "scenario/scenario_plan.h"

#include <algorithm>

namespace assay::scenario {

const StepPlan& ScenarioPlan::first_request() const {
  return *std::find_if(steps.begin(), steps.end(), [](const StepPlan& step) { return !step.is_pause; });
}

std::size_t ScenarioSet::choose(std::uint64_t bits) const {
  // The high half of the product is uniform in [0, total_weight) without a division.
  __extension__ using Wide = unsigned __int128;
  auto pick = static_cast<std::uint64_t>((Wide{bits} * total_weight) >> 64);
  for (std::size_t i = 0; i + 1 < scenarios.size(); ++i) {
    if (pick < scenarios[i].weight) return i;
    pick -= scenarios[i].weight;
  }
  return scenarios.size() - 1;
}

}  // namespace assay::scenario
