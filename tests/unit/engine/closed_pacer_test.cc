#include "engine/closed_pacer.h"

#include <doctest/doctest.h>

#include "fake_host.h"

using namespace assay;
using namespace assay::engine;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart{500s};

PhasePlan closed(ClosedLoad load) {
  PhasePlan phase;
  phase.load = std::move(load);
  return phase;
}

// Every iteration takes 10 ms; returns how many were begun.
std::size_t run_to_end(const RunPlan& plan, FakeHost& host, std::vector<std::unique_ptr<Pacer>>& pacers,
                       Nanos length) {
  for (const auto& pacer : pacers) pacer->begin(kStart);
  std::size_t served = 0;
  for (TimePoint now = kStart; now <= kStart + length; now += 10ms) {
    for (const std::size_t until = host.begun.size(); served < until; ++served)
      FakeHost::finish(*host.begun[served].user, now);
    host.wake_until(now);
  }
  CHECK(plan.phases.size() == 1);
  return host.begun.size();
}

}  // namespace

TEST_CASE("a closed user begins its next iteration when the last one has ended") {
  const RunPlan plan = plan_with(closed({schedule::UserCurve::constant(2, 10s), {}, {}}));
  FakeHost host;
  const auto pacer = make_pacer({plan, 0, {}, host});
  pacer->begin(kStart);
  host.wake_until(kStart);
  REQUIRE(host.begun.size() == 2);
  FakeHost::finish(*host.begun[1].user, kStart + 70ms);
  REQUIRE(host.begun.size() == 3);
  CHECK(host.begun[2].user == host.begun[1].user);
  CHECK(host.begun[2].start.intended == kStart + 70ms);
}

TEST_CASE("per-vu-iterations: every user does its number, over any number of workers") {
  for (const std::uint32_t workers : {1U, 2U, 3U}) {
    const RunPlan plan = plan_with(closed({schedule::UserCurve::constant(5, 60s), 7, {}}));
    FakeHost host;
    std::vector<std::unique_ptr<Pacer>> pacers;
    for (std::uint32_t w = 0; w < workers; ++w)
      pacers.push_back(make_pacer({plan, 0, schedule::lane(0, 1, w, workers), host}));
    CHECK(run_to_end(plan, host, pacers, 2s) == 35);
    for (const auto& pacer : pacers) CHECK(pacer->exhausted());
  }
}

TEST_CASE("shared-iterations: exactly the total, over any number of workers and machines") {
  for (const std::uint64_t total : {1U, 10U, 103U}) {
    for (const std::uint32_t workers : {1U, 2U, 4U}) {
      const RunPlan plan = plan_with(closed({schedule::UserCurve::constant(4, 60s), {}, total}));
      FakeHost host;
      std::vector<std::unique_ptr<Pacer>> pacers;
      for (std::uint32_t segment = 0; segment < 2; ++segment)
        for (std::uint32_t w = 0; w < workers; ++w)
          pacers.push_back(make_pacer({plan, 0, schedule::lane(segment, 2, w, workers), host}));
      CHECK(run_to_end(plan, host, pacers, 3s) == total);
    }
  }
}

TEST_CASE("ramping users begin and end with the curve") {
  const RunPlan plan = plan_with(closed({schedule::UserCurve{0, {{10, 1s}, {0, 1s}}}, {}, {}}));
  FakeHost host;
  std::vector<std::unique_ptr<Pacer>> pacers;
  pacers.push_back(make_pacer({plan, 0, {}, host}));
  run_to_end(plan, host, pacers, 3s);
  CHECK(host.begun.front().at >= kStart + 100ms);
  CHECK(host.begun.back().at < kStart + 1900ms);
  CHECK(pacers[0]->active() == 0);
}

TEST_CASE("a user whose request could not be sent waits before it tries again") {
  const RunPlan plan = plan_with(closed({schedule::UserCurve::constant(1, 10s), {}, {}}));
  FakeHost host;
  const auto pacer = make_pacer({plan, 0, {}, host});
  pacer->begin(kStart);
  host.wake_until(kStart);
  host.begun[0].user->step = nullptr;
  pacer->user_free(*host.begun[0].user, kStart, true);
  CHECK(host.begun.size() == 1);
  REQUIRE(host.timers.size() == 1);
  CHECK(host.timers.begin()->first == kStart + 100ms);
}

TEST_CASE("both arms are served in shuffled blocks of four by each user") {
  const RunPlan plan = plan_with(closed({schedule::UserCurve::constant(3, 60s), 8, {}}), 2);
  FakeHost host;
  std::vector<std::unique_ptr<Pacer>> pacers;
  pacers.push_back(make_pacer({plan, 0, {}, host}));
  run_to_end(plan, host, pacers, 1s);
  std::map<ActiveUser*, int> candidate;
  for (const auto& begun : host.begun)
    candidate[begun.user] += begun.start.iteration.arm == Arm::candidate ? 1 : 0;
  for (const auto& [user, count] : candidate) CHECK(count == 4);
}
