#include "cli/gate_watch.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/verdict/measured_run.h"

using namespace assay;
using namespace assay::cli;
using namespace std::chrono_literals;
using verdict::MeasuredRun;

namespace {

class Asking final : public LiveSink {
 public:
  void show(const LiveRun& run, const ResultSoFar& /*result*/) override { shown = run; }
  void say(std::string_view words) override { news.emplace_back(words); }
  Wishes wishes() const override { return wanted; }

  Wishes wanted;
  LiveRun shown;
  std::vector<std::string> news;
};

config::GateSpec gate_of(Nanos duration) {
  config::GateSpec gate;
  config::LoadSpec load;
  load.rate_per_s = 200;
  load.duration = duration;
  gate.load = {load};
  gate.targets.resize(2);
  gate.targets[1].arm = Arm::baseline;
  gate.compare = {verdict::compare_quantile(0.99, 0.10)};
  gate.judgement.looks = 4;
  return gate;
}

config::GateSpec extending(config::GateSpec gate) {
  gate.judgement.on_inconclusive = config::OnInconclusive::extend;
  gate.judgement.max_duration = 2 * gate.planned_length();
  return gate;
}

// What one sees of the first second.
LiveRun first_second(LiveFeed& feed, Asking& asking) {
  feed.second({}, [] { return std::nullopt; });
  return asking.shown;
}

struct Watched {
  explicit Watched(config::GateSpec spec, Segment segment = {})
      : gate(std::move(spec)), watch(added(), {}, segment, feed) {}

  const config::GateSpec& added() {
    feed.add(asking);
    return gate;
  }

  const probes::ProbeBoard board{{}};
  config::GateSpec gate;
  LiveFeed feed{LiveRun(), board};
  Asking asking;
  GateWatch watch;
};

}  // namespace

TEST_CASE("by hand: a run ends when somebody asks for it, and says so") {
  Watched one(gate_of(400s));
  CHECK_FALSE(one.watch.asked_to_stop(10s));
  one.asking.wanted.stop = true;
  CHECK(one.watch.asked_to_stop(11s));
  RunResult result;
  one.watch.note_in(result);
  REQUIRE(result.early_stop);
  CHECK(result.early_stop->cause == StopCause::by_hand);
  CHECK(result.early_stop->at == 11s);
  CHECK(one.asking.news == std::vector<std::string>{"stopping: somebody who watches has asked for it"});
}

TEST_CASE("by hand: nothing is ended early where only answers are waited for") {
  Watched one(gate_of(400s));
  one.asking.wanted.stop = true;
  CHECK_FALSE(one.watch.asked_to_stop(400s));
}

TEST_CASE("by hand: what cannot be asked for is refused in words") {
  Watched planned(gate_of(400s));
  CHECK(first_second(planned.feed, planned.asking).stop_refused.empty());
  CHECK(planned.asking.shown.extend_refused.starts_with("the gate file gives no time for it"));
  Watched longer(extending(gate_of(400s)));
  CHECK(first_second(longer.feed, longer.asking).extend_refused.empty());
  auto soak = extending(gate_of(400s));
  soak.judgement.continuous = true;
  Watched continuous(soak);
  CHECK(first_second(continuous.feed, continuous.asking).extend_refused.find("never give a run up") !=
        std::string::npos);
  Watched part(gate_of(400s), Segment{1, 2});
  CHECK(first_second(part.feed, part.asking).stop_refused.starts_with("this machine offers one part"));
}

TEST_CASE("by hand: an extended run is not given up, and decisions are still decisions") {
  auto spec = gate_of(400s);
  spec.judgement.on_inconclusive = config::OnInconclusive::extend;
  spec.judgement.max_duration = 440s;
  // The first seed whose estimate lies so near the margin that no later look could decide.
  for (std::uint64_t seed = 1; seed < 40; ++seed) {
    MeasuredRun run(400);
    run.add_lognormal(10, 1.10, seed);
    const RunResult measured = run.result();
    Watched given_up(spec);
    int looks = 1;
    while (looks < 4 && !given_up.watch.look(400s, measured)) ++looks;
    RunResult ended;
    given_up.watch.note_in(ended);
    if (!ended.early_stop || ended.early_stop->cause != StopCause::futile) continue;

    Watched extended(spec);
    extended.asking.wanted.extend = true;
    for (int i = 0; i < looks; ++i) CHECK_FALSE(extended.watch.look(400s, measured));
    CHECK(extended.asking.news.back() == "it goes on all the same: somebody who watches has asked for it");
    MeasuredRun worse(400);
    worse.add_lognormal(50, 1.5);
    Watched failing(spec);
    failing.asking.wanted.extend = true;
    CHECK(failing.watch.look(400s, worse.result()));
    return;
  }
  FAIL("no seed gives such a run");
}
