// A worker without sockets or time for tests of pacers: remembers what was begun, and wakes users when told.
#pragma once
#include <algorithm>
#include <map>
#include <vector>

#include "engine/pacer.h"
#include "engine/phase_sequence.h"

namespace assay::engine {

// A plan with one single-step scenario, so that a script can be walked.
inline RunPlan plan_with(PhasePlan phase, std::size_t arms = 1) {
  RunPlan plan;
  plan.seed = 17;
  scenario::ScenarioPlan scenario;
  scenario.name = "s";
  scenario::StepPlan step;
  step.request.timeout = Nanos{2'000'000'000};
  scenario.steps.push_back(std::move(step));
  plan.scenarios.scenarios.push_back(std::move(scenario));
  plan.scenarios.step_names.push_back({});
  plan.scenarios.total_weight = 1;
  plan.arms.resize(arms);
  if (arms > 1) plan.arms[1].arm = Arm::baseline;
  plan.phases.push_back(std::move(phase));
  return plan;
}

class FakeHost final : public IterationHost {
 public:
  struct Begun {
    ActiveUser* user;
    Start start;
    TimePoint at;
  };

  void begin_iteration(ActiveUser& user, const Start& start, TimePoint now) override {
    user.script.begin(start.iteration);
    user.intended = start.intended;
    user.step = user.script.advance();
    begun.push_back({&user, start, now});
  }
  void wake_later(ActiveUser& user, TimePoint at) override { timers.emplace(at, &user); }
  TimePoint last_sent() const override { return {}; }
  void arrival_due() override { ++due; }
  void arrival_waited() override { ++waited; }
  void shed(const Start& start, Pacer&, TimePoint) override { shed_starts.push_back(start); }

  void wake_until(TimePoint now) {
    while (!timers.empty() && timers.begin()->first <= now) {
      ActiveUser* user = timers.begin()->second;
      timers.erase(timers.begin());
      user->pacer.user_woke(*user, now);
    }
  }
  static void finish(ActiveUser& user, TimePoint now) {
    user.step = nullptr;
    user.pacer.user_free(user, now, false);
  }

  std::vector<Begun> begun;
  std::vector<Start> shed_starts;
  std::multimap<TimePoint, ActiveUser*> timers;
  std::uint64_t due = 0, waited = 0;
};

}  // namespace assay::engine
