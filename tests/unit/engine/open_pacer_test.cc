#include "engine/open_pacer.h"

#include <doctest/doctest.h>

#include <array>
#include <set>
#include <utility>

#include "fake_host.h"

using namespace assay;
using namespace assay::engine;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart{500s};

PhasePlan arrivals(double per_s, Nanos length, std::uint32_t max_in_flight) {
  PhasePlan phase;
  OpenLoad load{schedule::RateCurve::constant(per_s, length)};
  load.max_in_flight = max_in_flight;
  phase.load = std::move(load);
  return phase;
}

}  // namespace

TEST_CASE("each arrival begins at its intended start, and its lateness is the generator's own") {
  const RunPlan plan = plan_with(arrivals(10, 1s, 100));
  FakeHost host;
  const auto pacer = make_pacer({plan, 0, {}, host});
  pacer->begin(kStart);
  CHECK(pacer->next_due() == kStart);
  pacer->release(kStart + 250ms);
  REQUIRE(host.begun.size() == 3);
  CHECK(host.begun[2].start.intended == kStart + 200ms);
  CHECK(host.begun[2].start.paced);
  CHECK(pacer->next_due() == kStart + 300ms);
}

TEST_CASE("an arrival that finds no free user waits and keeps its intended start") {
  const RunPlan plan = plan_with(arrivals(10, 1s, 2));
  FakeHost host;
  const auto pacer = make_pacer({plan, 0, {}, host});
  pacer->begin(kStart);
  pacer->release(kStart + 350ms);
  CHECK(host.begun.size() == 2);
  CHECK(pacer->waiting() == 2);
  FakeHost::finish(*host.begun[0].user, kStart + 400ms);
  pacer->release(kStart + 400ms);
  REQUIRE(host.begun.size() == 3);
  CHECK(host.begun[2].start.intended == kStart + 200ms);
  CHECK_FALSE(host.begun[2].start.paced);
  CHECK(host.waited == 3);
}

TEST_CASE("nothing that waits is lost: it is begun or shed") {
  const RunPlan plan = plan_with(arrivals(100, 5s, 1));
  FakeHost host;
  const auto pacer = make_pacer({plan, 0, {}, host});
  pacer->begin(kStart);
  for (TimePoint now = kStart; now <= kStart + 6s; now += 300ms) {
    if (!host.begun.empty()) FakeHost::finish(*host.begun.back().user, now);
    pacer->release(now);
  }
  pacer->give_up(kStart + 6s);
  CHECK(host.due == 500);
  CHECK(host.begun.size() + host.shed_starts.size() == 500);
  CHECK(host.shed_starts.size() > 400);
  CHECK(pacer->exhausted());
}

TEST_CASE("an arrival is shed once it has waited as long as its first step may take") {
  const RunPlan plan = plan_with(arrivals(1, 3s, 1));
  FakeHost host;
  const auto pacer = make_pacer({plan, 0, {}, host});
  pacer->begin(kStart);
  pacer->release(kStart + 1s);
  pacer->release(kStart + 2999ms);
  CHECK(host.shed_starts.empty());
  CHECK(pacer->next_due() == kStart + 3s);
  pacer->release(kStart + 3s);
  REQUIRE(host.shed_starts.size() == 1);
  CHECK(host.shed_starts[0].intended == kStart + 1s);
}

TEST_CASE("both arms take half of the arrivals each") {
  const RunPlan plan = plan_with(arrivals(1000, 1s, 1000), 2);
  FakeHost host;
  const auto pacer = make_pacer({plan, 0, {}, host});
  pacer->begin(kStart);
  pacer->release(kStart + 1s);
  REQUIRE(host.begun.size() == 1000);
  int candidate = 0;
  for (const auto& begun : host.begun) candidate += begun.start.iteration.arm == Arm::candidate ? 1 : 0;
  CHECK(candidate == 500);
}

TEST_CASE("both arms get the same scenarios and draws in every block of four arrivals") {
  RunPlan plan = plan_with(arrivals(400, 1s, 400), 2);
  plan.scenarios.scenarios.push_back(plan.scenarios.scenarios.front());
  plan.scenarios.total_weight = 2;
  FakeHost host;
  const auto pacer = make_pacer({plan, 0, {}, host});
  pacer->begin(kStart);
  pacer->release(kStart + 1s);
  REQUIRE(host.begun.size() == 400);
  std::set<std::size_t> scenarios;
  for (std::size_t block = 0; block < 400; block += 4) {
    std::array<std::multiset<std::pair<std::size_t, std::uint64_t>>, kArmCount> work;
    for (std::size_t n = block; n < block + 4; ++n) {
      const auto& iteration = host.begun[n].start.iteration;
      work[static_cast<std::size_t>(iteration.arm)].emplace(iteration.scenario, iteration.stream);
      scenarios.insert(iteration.scenario);
    }
    CHECK(work[0] == work[1]);
  }
  CHECK(scenarios.size() == 2);
}

TEST_CASE("the work of an arrival does not depend on the number of workers") {
  const RunPlan plan = plan_with(arrivals(100, 1s, 200), 2);
  FakeHost alone;
  const auto whole = make_pacer({plan, 0, {}, alone});
  whole->begin(kStart);
  whole->release(kStart + 1s);
  FakeHost shared;
  std::vector<std::unique_ptr<Pacer>> parts;
  for (std::uint32_t w = 0; w < 3; ++w) {
    parts.push_back(make_pacer({plan, 0, schedule::lane(0, 1, w, 3), shared}));
    parts.back()->begin(kStart);
    parts.back()->release(kStart + 1s);
  }
  auto key = [](const FakeHost::Begun& b) {
    return std::tuple{b.start.intended, b.start.iteration.stream, b.start.iteration.arm};
  };
  std::vector<decltype(key(alone.begun[0]))> a, b;
  for (const auto& begun : alone.begun) a.push_back(key(begun));
  for (const auto& begun : shared.begun) b.push_back(key(begun));
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  CHECK(a == b);
}
