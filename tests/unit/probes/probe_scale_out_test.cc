#include "tests/unit/probes/kind_fixture.h"
#include "tests/unit/probes/tick_fixture.h"

using namespace assay;
using namespace assay::probes;

namespace {

std::string probe_of(std::string_view keys) {
  return "kind: scale-out\nevery: 100ms\npromql: { prometheus: \"http://127.0.0.1:9090\", query: up }\n" +
         std::string(keys);
}

// One tick each 100 ms, each 10 ms long: a digit counts so many instances, "e" could not count.
std::string says(std::string_view keys, std::string_view pattern) {
  std::vector<Tick> ticks;
  for (const char c : pattern) {
    const auto due = 500 + 100 * static_cast<std::int64_t>(ticks.size());
    ticks.push_back(tick(due, c == 'e' ? ProbeState::error : ProbeState::pass));
    if (c != 'e') ticks.back().measures.push_back({"replicas", static_cast<double>(c - '0'), {}});
  }
  const Probe probe = made(probe_of(keys));
  Judgement judgement;
  probe.kind->over_time(probe, ticks, {}, judgement);
  return summary(judgement);
}

const char* const kReach = "reach: 6\nwithin: 310ms";

void error(const std::string& probe, const char* sentence) {
  INFO(staged(probe).errors);
  CHECK(staged(probe).errors.find(sentence) != std::string::npos);
}

}  // namespace

TEST_CASE("scale-out: a tick counts, and judges nothing") {
  const Probe probe = made(probe_of(kReach));
  CHECK(probe.spec.phase == ProbePhase::during);
  CHECK(probe.kind->new_connections);
  const auto answer = [](std::string value) {
    return [=](const client::Ask&) {
      return http_answer(
          200, {}, R"({"status":"success","data":{"resultType":"scalar","result":[1,")" + value + "\"]}}");
    };
  };
  const Judgement counted = judged(probe, answer("2"));
  CHECK(summary(counted) == "pass: instances: 2 by Prometheus");
  REQUIRE(counted.measures().size() == 1);
  CHECK(counted.measures()[0].number == 2);
  CHECK(judged(probe, answer("NaN")).state() == ProbeState::error);
  CHECK(judged(probe, answer("NaN")).measures().empty());
  CHECK(made("kind: scale-out\nnot_below: 2\nheader: X-Instance").spec.every == ms(1000));
}

TEST_CASE("scale-out: the number is reached in time") {
  CHECK(says(kReach, "3366666") == "pass: all 2 facts hold");
  CHECK(says(kReach, "3338") == "pass: all 2 facts hold");
  CHECK(says(kReach, "33336666") == "fail: scale-out: expected 6 instances within 310ms, got 6 after 410ms");
  CHECK(says(kReach, "3355555") ==
        "fail: scale-out: expected 6 instances within 310ms, got 5 at most, in 610ms");
}

TEST_CASE("scale-out: what was not watched long enough, or not at all, is no verdict") {
  CHECK(says("reach: 6\nwithin: 60s", "3355") ==
        "error: scale-out: 5 at most, in 310ms; it was not counted for 1m");
  CHECK(says(kReach, "33ee6")
            .starts_with("error: scale-out: 6 after 410ms, and the ticks before that could not count"));
  CHECK(says(kReach, "335e6").starts_with("error: scale-out"));
  CHECK(says(kReach, "33355e6").starts_with("fail: scale-out"));
  CHECK(says(kReach, "eeee") == "error: instances over time: no tick could count them");
  CHECK(says(kReach, "") == "error: instances over time: no tick could count them");
  CHECK(says(kReach, "33eeeeee").starts_with("error: scale-out"));
}

TEST_CASE("scale-out: there are never too few") {
  CHECK(says("not_below: 3", "3343").starts_with("pass"));
  CHECK(says("not_below: 3", "33423") == "fail: fewest instances: expected at least 3, got 2 at 0.800 s");
}

TEST_CASE("scale-out: steps are not larger than allowed, in both directions") {
  CHECK(says("max_step: 2", "3557533").starts_with("pass"));
  CHECK(says("max_step: 2", "3559") ==
        "fail: largest step: expected at most 2 from one tick to the next, got from 5 to 9 at 0.800 s");
  CHECK(says("max_step: 2", "977641").ends_with("got from 4 to 1 at 1.000 s"));
}

TEST_CASE("scale-out: several steps across a gap are not taken for one") {
  CHECK(says("max_step: 2", "3e7") ==
        "error: largest step: from 3 to 7 at 0.700 s, and the ticks before that could not count");
  CHECK(says("max_step: 2", "3e57").starts_with("pass"));
  CHECK(says("max_step: 2", "3e79e").starts_with("error"));
  CHECK(says("max_step: 2", "3e71").starts_with("fail"));
}

TEST_CASE("scale-out: mistakes are refused") {
  error(probe_of(""), "this probe expects nothing");
  error(probe_of("reach: 6"), "\"reach\" needs the time");
  error(probe_of("within: 6s\nnot_below: 2"), "nothing says what");
  error(probe_of("reach: 3\nwithin: 9s\nnot_below: 4"), "\"not_below\" is more than \"reach\"");
  error(probe_of("reach: 0\nwithin: 9s"), "reach");
  error("kind: scale-out\nnot_below: 2", "nothing says how the instances are counted");
  error("kind: scale-out\nphase: post\nnot_below: 2\nheader: I", "looks at what happens over time");
}
