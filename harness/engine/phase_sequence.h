// The phases of a run in their order, as one worker goes through them: a phase offers load until its time is
// up or its iterations are used up, then drains for its graceful stop while the next one already offers. The
// worker's thread only.
#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "engine/pacer.h"
#include "engine/run_plan.h"

namespace assay::engine {

class PhaseSequence {
 public:
  PhaseSequence(const RunPlan& plan, schedule::Lane lane, IterationHost& host);

  void begin(TimePoint start);
  // Starts what is due, ends what is over. `abort` is called for each user that is still at work when the
  // graceful stop of its phase has passed; it must end the user's iteration.
  void advance(TimePoint now, const std::function<void(ActiveUser&)>& abort);
  void stop_offering(TimePoint now);  // no phase offers any more; what is under way may end
  void stop(TimePoint now);           // nor may it drain any longer

  TimePoint next_due() const;
  bool over() const;
  bool warming_up(TimePoint now) const;
  std::uint64_t waiting() const;
  TimePoint settled_until(TimePoint now) const;  // see Pacer
  // Must advance() look at this pacer's phase as soon as possible, now that one of its users is free?
  bool needs_attention(const Pacer& pacer) const;

  const PhasePlan& plan_of(const Pacer& pacer) const { return *phases_[pacer.phase()].plan; }
  bool judged(const Pacer& pacer, TimePoint intended) const {
    return intended >= phases_[pacer.phase()].judged_from;
  }

  // What the phases turned out to be; times from `start`.
  std::vector<LoadPhaseFacts> facts(TimePoint start) const;

 private:
  enum class State : std::uint8_t { pending, offering, draining, over };
  struct Phase {
    const PhasePlan* plan;
    std::unique_ptr<Pacer> pacer;
    bool counted = false;  // ends when its iterations are used up
    State state = State::pending;
    TimePoint start{}, judged_from{}, end{}, drained_by{};
    bool cut_short = false;
  };

  void offer(std::size_t phase, TimePoint start);
  void release(std::size_t index, TimePoint now);
  void end_offer(Phase& phase, TimePoint at);
  void drain(Phase& phase, TimePoint now, const std::function<void(ActiveUser&)>& abort);

  std::vector<Phase> phases_;
};

}  // namespace assay::engine
