#include "engine/phase_sequence.h"

#include <algorithm>

namespace assay::engine {
namespace {

bool ends_by_count(const PhasePlan& plan) {
  const auto* closed = std::get_if<ClosedLoad>(&plan.load);
  return closed != nullptr && (closed->iterations_per_user || closed->iterations_shared);
}

}  // namespace

PhaseSequence::PhaseSequence(const RunPlan& plan, schedule::Lane lane, IterationHost& host) {
  for (std::size_t i = 0; i < plan.phases.size(); ++i) {
    Phase phase;
    phase.plan = &plan.phases[i];
    phase.pacer = make_pacer({plan, i, lane, host});
    phase.counted = ends_by_count(plan.phases[i]);
    phases_.push_back(std::move(phase));
  }
}

void PhaseSequence::begin(TimePoint start) { offer(0, start); }

void PhaseSequence::offer(std::size_t index, TimePoint start) {
  if (index >= phases_.size()) return;
  Phase& phase = phases_[index];
  phase.state = State::offering;
  phase.start = start;
  phase.judged_from = start + phase.plan->warm_up;
  phase.end = start + phase.plan->length();
  phase.pacer->begin(start);
}

void PhaseSequence::advance(TimePoint now, const std::function<void(ActiveUser&)>& abort) {
  for (std::size_t i = 0; i < phases_.size(); ++i) {
    if (phases_[i].state == State::offering) release(i, now);
    if (phases_[i].state == State::draining) drain(phases_[i], now, abort);
  }
}

void PhaseSequence::release(std::size_t index, TimePoint now) {
  Phase& phase = phases_[index];
  phase.pacer->release(now);
  const bool used_up = phase.counted && phase.pacer->exhausted();
  if (!used_up && now < phase.end) return;
  end_offer(phase, used_up ? now : phase.end);
  offer(index + 1, phase.end);
}

void PhaseSequence::end_offer(Phase& phase, TimePoint at) {
  phase.pacer->stop_offering();
  phase.state = State::draining;
  phase.end = std::max(at, phase.start);  // a run may be stopped before its common start has come
  phase.drained_by = at + phase.plan->graceful_stop;
}

void PhaseSequence::drain(Phase& phase, TimePoint now, const std::function<void(ActiveUser&)>& abort) {
  phase.pacer->release(now);
  if (now >= phase.drained_by) {
    phase.pacer->give_up(now);
    for (const auto& user : phase.pacer->users())
      if (user->step != nullptr) abort(*user);
  }
  if (phase.pacer->active() == 0 && phase.pacer->waiting() == 0) phase.state = State::over;
}

void PhaseSequence::stop_offering(TimePoint now) {
  for (Phase& phase : phases_) {
    if (phase.state == State::offering) {
      phase.cut_short = true;
      end_offer(phase, now);
    }
    if (phase.state == State::pending) phase.state = State::over;
  }
}

void PhaseSequence::stop(TimePoint now) {
  stop_offering(now);
  for (Phase& phase : phases_)
    if (phase.state == State::draining) phase.drained_by = now;
}

TimePoint PhaseSequence::next_due() const {
  TimePoint due = kNever;
  for (const Phase& phase : phases_) {
    if (phase.state == State::offering) due = std::min({due, phase.end, phase.pacer->next_due()});
    if (phase.state == State::draining) due = std::min({due, phase.drained_by, phase.pacer->next_due()});
  }
  return due;
}

bool PhaseSequence::over() const {
  return std::all_of(phases_.begin(), phases_.end(), [](const Phase& p) { return p.state == State::over; });
}

bool PhaseSequence::warming_up(TimePoint now) const {
  return std::any_of(phases_.begin(), phases_.end(),
                     [now](const Phase& p) { return p.state == State::offering && now < p.judged_from; });
}

std::uint64_t PhaseSequence::waiting() const {
  std::uint64_t waiting = 0;
  for (const Phase& phase : phases_) waiting += phase.pacer->waiting();
  return waiting;
}

TimePoint PhaseSequence::settled_until(TimePoint now) const {
  TimePoint until = now;
  for (const Phase& phase : phases_)
    if (phase.state == State::offering || phase.state == State::draining)
      until = std::min(until, phase.pacer->settled_until(now));
  return until;
}

bool PhaseSequence::needs_attention(const Pacer& pacer) const {
  const Phase& phase = phases_[pacer.phase()];
  if (pacer.waiting() > 0) return true;
  if (phase.state == State::offering) return phase.counted && pacer.exhausted();
  return pacer.active() == 0;
}

std::vector<LoadPhaseFacts> PhaseSequence::facts(TimePoint start) const {
  std::vector<LoadPhaseFacts> facts;
  for (const Phase& phase : phases_) {
    if (phase.start == TimePoint{}) continue;
    LoadPhaseFacts f;
    f.shape = phase.plan->shape;
    f.description = phase.plan->description;
    f.open_model = std::holds_alternative<OpenLoad>(phase.plan->load);
    f.start = phase.start - start;
    f.warm_up = std::min(phase.plan->warm_up, phase.end - phase.start);
    f.end = phase.end - start;
    f.judged_until_end = !phase.cut_short;
    facts.push_back(std::move(f));
  }
  return facts;
}

}  // namespace assay::engine
