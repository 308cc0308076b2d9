// An alert whose looks lie far apart, because the machine that looks is busy.
#include "probes/lifecycle_judgement.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint at(Nanos since) { return TimePoint(since); }

// The fault is at 0; ALERTS shows the alert pending from 1 s and firing from 3 s on; it was seen to fire at
// 20 s.
std::string history_of(std::optional<TimePoint> not_yet_firing) {
  const Probe probe = made(
      "kind: alert-lifecycle\nalert: QueueDeep\nprometheus: http://127.0.0.1:9090\nalertmanager: "
      "http://127.0.0.1:9093\ninject: { http: { path: /fault, method: POST } }\nclear: { http: { path: "
      "/fault "
      "} }\ndangerous: [127.0.0.1]\n");
  const auto& settings = probe.settings<LifecycleSettings>();
  LifecycleTimeline timeline(settings);
  timeline.groundwork.rule = PromRule{};
  timeline.groundwork.rule->interval = 1s;
  timeline.began(at(0s));
  timeline.pending = timeline.pending_since = at(1s);
  timeline.firing = timeline.managed = at(20s);
  timeline.not_yet_firing = not_yet_firing;
  timeline.history = {{false, at(1s), at(2s)}, {true, at(3s), at(20s)}};
  Judgement judgement;
  judge_lifecycle(settings, timeline, "", judgement);
  const auto found = std::find_if(judgement.facts().begin(), judgement.facts().end(),
                                  [](const ProbeFact& one) { return one.what == "history"; });
  REQUIRE(found != judgement.facts().end());
  return (found->state == ProbeState::pass ? "pass: " : "fail: ") + found->observed;
}

}  // namespace

TEST_CASE("alert-lifecycle: it fired between two looks, and the history says when") {
  CHECK(history_of(at(2s)) == "pass: ALERTS shows it firing 3s after the fault");
  CHECK(history_of(at(5s)) ==
        "pass: ALERTS shows it firing 3s after the fault");  // it is shown a little later
}

TEST_CASE("alert-lifecycle: it did not fire yet when the history says that it did") {
  CHECK(history_of(at(15s)) == "fail: ALERTS shows it firing 3s after the fault, the rules 20s");
  CHECK(history_of(std::nullopt) == "fail: ALERTS shows it firing 3s after the fault, the rules 20s");
}
