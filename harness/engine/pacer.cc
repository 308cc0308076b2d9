#include "engine/pacer.h"

#include <algorithm>

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

TimePoint Pacer::settled_until(TimePoint now) const {
  TimePoint until = now;
  for (const auto& user : users_)
    if (user->step != nullptr) until = std::min(until, user->intended);
  return until;
}

scenario::VirtualUser::Iteration Pacer::iteration(std::uint64_t stream, std::uint64_t number) const {
  const std::uint64_t seed = context_.plan.seed;
  const scenario::ScenarioSet& set = context_.plan.scenarios;
  scenario::VirtualUser::Iteration next;
  next.arm = context_.plan.arms.front().arm;
  if (context_.plan.arms.size() > 1) {
    const std::uint64_t order = streams::arm(stream);
    next.arm = schedule::side(seed, order, number) == 0 ? Arm::candidate : Arm::baseline;
    number = schedule::twin(seed, order, number);
  }
  if (set.scenarios.size() > 1) next.scenario = set.choose(draw(seed, streams::scenario(stream), number));
  next.stream = draw(seed, streams::iteration(stream), number);
  return next;
}

std::unique_ptr<Pacer> make_pacer(const PacerContext& context) {
  const auto& load = context.plan.phases[context.phase].load;
  if (const auto* open = std::get_if<OpenLoad>(&load)) return std::make_unique<OpenPacer>(context, *open);
  return std::make_unique<ClosedPacer>(context, std::get<ClosedLoad>(load));
}

}  // namespace assay::engine
