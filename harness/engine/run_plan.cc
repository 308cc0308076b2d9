#include "engine/run_plan.h"

#include <algorithm>
#include <cmath>

namespace assay::engine {
namespace {

std::uint64_t users_at_most(const PhasePlan& phase) {
  if (const auto* open = std::get_if<OpenLoad>(&phase.load)) return open->max_in_flight;
  return std::get<ClosedLoad>(phase.load).users.peak();
}

}  // namespace

Nanos PhasePlan::length() const {
  if (const auto* open = std::get_if<OpenLoad>(&load)) return open->rate.length();
  return std::get<ClosedLoad>(load).users.length();
}

Nanos RunPlan::planned_length() const {
  Nanos length{0};
  for (const PhasePlan& phase : phases) length += phase.length();
  return length;
}

std::uint64_t RunPlan::connections_at_most() const {
  std::uint64_t most = 0;
  for (const PhasePlan& phase : phases) {
    const std::uint64_t to_each_arm = phase.connections == ConnectionUse::fresh ? 1 : arms.size();
    most = std::max(most, users_at_most(phase) * to_each_arm);
  }
  return most;
}

std::uint32_t default_max_in_flight(double peak_per_s) {
  return static_cast<std::uint32_t>(std::clamp(std::ceil(peak_per_s * 2), 100.0, 10'000.0));
}

}  // namespace assay::engine
