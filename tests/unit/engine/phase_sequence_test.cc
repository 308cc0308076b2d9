#include "engine/phase_sequence.h"

#include <doctest/doctest.h>

#include "fake_host.h"

using namespace assay;
using namespace assay::engine;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart{500s};

PhasePlan arrivals(double per_s, Nanos length) {
  PhasePlan phase;
  OpenLoad load{schedule::RateCurve::constant(per_s, length)};
  load.max_in_flight = 1000;
  phase.load = std::move(load);
  phase.graceful_stop = 1s;
  return phase;
}

const auto kNoAbort = [](ActiveUser&) { FAIL("nobody should be aborted"); };

}  // namespace

TEST_CASE("phases follow each other at their planned times") {
  RunPlan plan = plan_with(arrivals(10, 1s));
  plan.phases.push_back(arrivals(100, 1s));
  FakeHost host;
  PhaseSequence phases(plan, {}, host);
  phases.begin(kStart);
  for (TimePoint now = kStart; now <= kStart + 2s; now += 5ms) {
    phases.advance(now, kNoAbort);
    for (auto& begun : host.begun)
      if (begun.user->step != nullptr) FakeHost::finish(*begun.user, now);
  }
  phases.advance(kStart + 2001ms, kNoAbort);
  CHECK(host.begun.size() == 110);
  CHECK(phases.over());
  const auto facts = phases.facts(kStart);
  REQUIRE(facts.size() == 2);
  CHECK(facts[1].start == 1s);
  CHECK(facts[1].end == 2s);
}

TEST_CASE("what is in flight at the end may finish within the graceful stop, then it is aborted") {
  const RunPlan plan = plan_with(arrivals(2, 1s));
  FakeHost host;
  PhaseSequence phases(plan, {}, host);
  phases.begin(kStart);
  phases.advance(kStart + 1s, kNoAbort);
  REQUIRE(host.begun.size() == 2);
  FakeHost::finish(*host.begun[0].user, kStart + 1500ms);
  phases.advance(kStart + 1500ms, kNoAbort);
  CHECK_FALSE(phases.over());
  CHECK(phases.next_due() == kStart + 2s);
  int aborted = 0;
  phases.advance(kStart + 2s, [&](ActiveUser& user) {
    ++aborted;
    FakeHost::finish(user, kStart + 2s);
  });
  CHECK(aborted == 1);
  CHECK(phases.over());
}

TEST_CASE("an early stop ends all phases at once, and says so in the facts") {
  RunPlan plan = plan_with(arrivals(10, 1s));
  plan.phases.push_back(arrivals(10, 1s));
  FakeHost host;
  PhaseSequence phases(plan, {}, host);
  phases.begin(kStart);
  phases.advance(kStart + 350ms, kNoAbort);
  phases.stop(kStart + 350ms);
  phases.advance(kStart + 350ms, [&](ActiveUser& user) { FakeHost::finish(user, kStart + 350ms); });
  CHECK(phases.over());
  const auto facts = phases.facts(kStart);
  REQUIRE(facts.size() == 1);
  CHECK(facts[0].end == 350ms);
  CHECK_FALSE(facts[0].judged_until_end);
}

TEST_CASE("when offering stops early, what is under way may still end") {
  RunPlan plan = plan_with(arrivals(10, 1s));
  plan.phases.push_back(arrivals(10, 1s));
  FakeHost host;
  PhaseSequence phases(plan, {}, host);
  phases.begin(kStart);
  phases.advance(kStart + 150ms, kNoAbort);
  phases.stop_offering(kStart + 150ms);
  phases.advance(kStart + 600ms, kNoAbort);
  REQUIRE(host.begun.size() == 2);
  CHECK_FALSE(phases.over());
  for (const auto& begun : host.begun) FakeHost::finish(*begun.user, kStart + 700ms);
  phases.advance(kStart + 700ms, kNoAbort);
  CHECK(phases.over());
  CHECK(phases.facts(kStart).at(0).end == 150ms);
}

TEST_CASE("settled is what was intended before the oldest request that is under way, waits or is due") {
  RunPlan plan = plan_with(arrivals(10, 1s));
  std::get<OpenLoad>(plan.phases[0].load).max_in_flight = 2;
  FakeHost host;
  PhaseSequence phases(plan, {}, host);
  phases.begin(kStart);
  phases.advance(kStart + 150ms, kNoAbort);
  CHECK(phases.settled_until(kStart + 150ms) == kStart);
  FakeHost::finish(*host.begun[0].user, kStart + 160ms);
  CHECK(phases.settled_until(kStart + 160ms) == kStart + 100ms);
  phases.advance(kStart + 350ms, kNoAbort);  // two at work, one waits
  FakeHost::finish(*host.begun[1].user, kStart + 360ms);
  FakeHost::finish(*host.begun[2].user, kStart + 360ms);
  CHECK(phases.waiting() == 1);
  CHECK(phases.settled_until(kStart + 360ms) == kStart + 300ms);
  phases.advance(kStart + 360ms, kNoAbort);
  FakeHost::finish(*host.begun[3].user, kStart + 370ms);
  CHECK(phases.settled_until(kStart + 380ms) == kStart + 380ms);
  CHECK(phases.settled_until(kStart + 450ms) == kStart + 400ms);  // due, and not begun
}

TEST_CASE("a run that is stopped before its start has phases without length, not of negative length") {
  const RunPlan plan = plan_with(arrivals(10, 1s));
  FakeHost host;
  PhaseSequence phases(plan, {}, host);
  phases.begin(kStart);
  phases.stop(kStart - 5s);
  phases.advance(kStart - 5s, kNoAbort);
  CHECK(phases.over());
  CHECK(phases.facts(kStart).at(0).end == 0s);
}

TEST_CASE("counted iterations end their phase when they are used up, and the next one begins then") {
  PhasePlan counted;
  counted.load = ClosedLoad{schedule::UserCurve::constant(2, 60s), 1, {}};
  RunPlan plan = plan_with(std::move(counted));
  plan.phases.push_back(arrivals(10, 1s));
  FakeHost host;
  PhaseSequence phases(plan, {}, host);
  phases.begin(kStart);
  host.wake_until(kStart);
  for (int i = 0; i < 2; ++i) FakeHost::finish(*host.begun[static_cast<std::size_t>(i)].user, kStart + 300ms);
  phases.advance(kStart + 300ms, kNoAbort);
  CHECK(host.begun.size() == 3);
  CHECK(phases.facts(kStart).at(1).start == 300ms);
}

TEST_CASE("warm-up requests are not judged") {
  PhasePlan phase = arrivals(10, 10s);
  phase.warm_up = 3s;
  const RunPlan plan = plan_with(std::move(phase));
  FakeHost host;
  PhaseSequence phases(plan, {}, host);
  phases.begin(kStart);
  phases.advance(kStart, kNoAbort);
  const Pacer& pacer = host.begun.at(0).user->pacer;
  CHECK_FALSE(phases.judged(pacer, kStart + 2999ms));
  CHECK(phases.judged(pacer, kStart + 3s));
  CHECK(phases.warming_up(kStart + 1s));
  CHECK_FALSE(phases.warming_up(kStart + 3s));
}
