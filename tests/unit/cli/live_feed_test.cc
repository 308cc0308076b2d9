#include "cli/live_feed.h"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::cli;
using namespace std::chrono_literals;

namespace {

class Seen final : public LiveSink {
 public:
  void show(const LiveRun& run, const ResultSoFar& result) override {
    last = run;
    duration = result()->duration;
  }
  void say(std::string_view words) override { news.emplace_back(words); }
  void finish() override { finished = true; }

  LiveRun last;
  Nanos duration{0};
  std::vector<std::string> news;
  bool finished = false;
};

LiveRun about_shop() {
  LiveRun run;
  run.gate = "shop";
  return run;
}

LiveSnapshot second(int number) {
  LiveSnapshot snapshot;
  snapshot.elapsed = std::chrono::seconds(number);
  return snapshot;
}

RunResult lasting(Nanos duration) {
  RunResult result;
  result.duration = duration;
  return result;
}

}  // namespace

TEST_CASE("everybody who shows a run hears the same, and of the past only so much") {
  const probes::ProbeBoard board({});
  LiveFeed feed(about_shop(), board);
  Seen one, other;
  feed.add(one);
  feed.add(other);
  feed.began("2026-02-14T09:00:00.000Z", 7);
  const int seconds = static_cast<int>(kPastSeconds) + 5;
  for (int i = 1; i <= seconds; ++i) feed.second(second(i), [] { return lasting(3s); });
  for (const Seen* seen : {&one, &other}) {
    CHECK(seen->last.gate == "shop");
    CHECK(seen->last.seed == 7);
    CHECK(seen->last.now == second(seconds));
    CHECK(seen->last.past.size() == kPastSeconds);
    CHECK(seen->last.past.front() == second(6));
    CHECK(seen->duration == 3s);
  }
  feed.finish();
  CHECK(one.finished);
}

TEST_CASE("a look is news, and the run stands where it left it") {
  const probes::ProbeBoard board({});
  LiveFeed feed(about_shop(), board);
  Seen seen;
  feed.add(seen);
  feed.looks_next(20s);
  const LookRow row{.number = 1, .of = 4, .fraction = 0.25, .pass_bound = 0.01, .fail_bound = 0.02};
  feed.looked(row, verdict::Advice::go_on);
  feed.say("aborting: too many errors");
  feed.second(second(11), [] { return lasting(11s); });
  CHECK(seen.last.looks == std::vector<LookRow>{row});
  CHECK(seen.last.next_look == 20s);
  CHECK(seen.last.standing == verdict::look_text(row, verdict::Advice::go_on));
  CHECK(seen.news == std::vector<std::string>{seen.last.standing, "aborting: too many errors"});
}

TEST_CASE("what one of those who watch asks for is asked for; what was measured is completed for all") {
  class Asking final : public LiveSink {
   public:
    void begin(const LiveRun& run) override { name = run.gate; }
    void show(const LiveRun&, const ResultSoFar& result) override { measured = *result(); }
    Wishes wishes() const override { return {true, false}; }

    std::string name;
    RunResult measured;
  };
  const probes::ProbeBoard board({});
  LiveFeed feed(about_shop(), board, [](RunResult& so_far) { so_far.name = "completed"; });
  CHECK_FALSE(feed.wishes().stop);
  Seen silent;
  Asking asking;
  feed.add(silent);
  feed.add(asking);
  CHECK(asking.name == "shop");
  CHECK(feed.wishes().stop);
  CHECK_FALSE(feed.wishes().extend);
  feed.second(second(1), [] { return lasting(1s); });
  CHECK(asking.measured.name == "completed");
  CHECK(asking.measured.duration == 1s);
}
