#include "engine/pacer.h"

#include "base/random.h"
#include "engine/closed_pacer.h"
#include "engine/open_pacer.h"
#include "engine/streams.h"
#include "schedule/interleave.h"

namespace assay::engine {

Pacer::Pacer(const PacerContext& context) : context_(context) {}

ActiveUser& Pacer::make_user() {
  return *users_.emplace_back(
      std::make_unique<ActiveUser>(context_.plan.scenarios, context_.plan.seed, *this));
}

Arm Pacer::arm(std::uint64_t stream, std::uint64_t number) const {
  if (context_.plan.arms.size() < 2) return context_.plan.arms.front().arm;
  return schedule::side(context_.plan.seed, stream, number) == 0 ? Arm::candidate : Arm::baseline;
}

scenario::VirtualUser::Iteration Pacer::iteration(std::uint64_t stream, std::uint64_t number, Arm arm) const {
  const std::uint64_t seed = context_.plan.seed;
  const scenario::ScenarioSet& set = context_.plan.scenarios;
  scenario::VirtualUser::Iteration next;
  if (set.scenarios.size() > 1) next.scenario = set.choose(draw(seed, streams::scenario(stream), number));
  next.arm = arm;
  next.stream = draw(seed, streams::iteration(stream), number);
  return next;
}

std::unique_ptr<Pacer> make_pacer(const PacerContext& context) {
  const auto& load = context.plan.phases[context.phase].load;
  if (const auto* open = std::get_if<OpenLoad>(&load)) return std::make_unique<OpenPacer>(context, *open);
  return std::make_unique<ClosedPacer>(context, std::get<ClosedLoad>(load));
}

}  // namespace assay::engine
