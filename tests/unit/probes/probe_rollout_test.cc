// `rollout` and `rollback`: what one tick says, and what all of them say together.
#include "tests/unit/probes/kind_fixture.h"
#include "tests/unit/probes/tick_fixture.h"

using namespace assay;
using namespace assay::probes;

namespace {

std::string probe_of(std::string_view keys, std::string_view kind = "rollout") {
  return "kind: " + std::string(kind) + "\nheader: X-Version\nfrom: \"1.4.1\"\nto: \"1.4.2\"\n" +
         std::string(keys);
}

// Answers in turn.
World versions(std::vector<std::string> said) {
  auto index = std::make_shared<std::size_t>(0);
  return [=](const client::Ask&) {
    const std::string& version = said[(*index)++ % said.size()];
    return http_answer(200, {{"X-Version", version}});
  };
}

std::string tick_says(std::string_view keys, std::vector<std::string> said) {
  return summary(judged(made(probe_of(keys)), versions(std::move(said))));
}

// One tick each 100 ms with two answers: "o" both old, "n" both new, "m" one of each, "3" a third version,
// "x" the tick failed, "e" it could not be measured.
std::vector<Tick> course(std::string_view pattern) {
  std::vector<Tick> ticks;
  for (const char c : pattern) {
    const ProbeState state = c == 'x' ? ProbeState::fail : c == 'e' ? ProbeState::error : ProbeState::pass;
    Tick made = tick(100 * static_cast<std::int64_t>(ticks.size()), state);
    if (c == 'o') made.measures = {{"version", 2, "1.4.1"}};
    if (c == 'n') made.measures = {{"version", 2, "1.4.2"}};
    if (c == 'm') made.measures = {{"version", 1, "1.4.1"}, {"version", 1, "1.4.2"}};
    if (c == '3') made.measures = {{"version", 2, "1.3.0"}};
    ticks.push_back(std::move(made));
  }
  return ticks;
}

Judgement over(std::string_view keys, std::span<const Tick> ticks, std::string_view kind = "rollout") {
  const Probe probe = made(probe_of(keys, kind));
  Judgement judgement;
  probe.kind->over_time(probe, ticks, {}, judgement);
  return judgement;
}

std::string says(std::string_view keys, std::string_view pattern, std::string_view kind = "rollout") {
  return summary(over(keys, course(pattern), kind));
}

std::string observed(const Judgement& judgement, std::string_view what) {
  for (const ProbeFact& fact : judgement.facts())
    if (fact.what == what) return std::string(name(fact.state)) + ": " + fact.observed;
  return {};
}

const char* const kTwo = "instances: 2";
const char* const kInTime = "instances: 2\nevery: 100ms\nconverge_within: 300ms";

}  // namespace

TEST_CASE("rollout: one tick asks once for each instance, and both versions are fine") {
  std::vector<std::string> asked;
  const Judgement tick = judged(made(probe_of("instances: 12")), versions({"1.4.1", "1.4.2"}), &asked);
  CHECK(asked.size() == 12);
  CHECK(summary(tick) == "pass: version: 1.4.1 (6 times), 1.4.2 (6 times)");
  REQUIRE(tick.measures().size() == 2);
  CHECK(tick.measures()[0].text == "1.4.1");
  CHECK(tick.measures()[0].number == 6);
}

TEST_CASE("rollout: a tick with a third version, without one, or without an answer fails") {
  CHECK(tick_says(kTwo, {"1.4.1", "1.3.0"}) ==
        "fail: version: expected 1.4.1 or 1.4.2, got 1.3.0 (1 time), 1.4.1 (1 time)");
  const Probe probe = made(probe_of(kTwo));
  CHECK(summary(judged(probe, [](const client::Ask&) { return http_answer(200); })) ==
        "fail: version: expected a version in header X-Version, got no header X-Version (2 times)");
  CHECK(judged(probe, [](const client::Ask&) {
          return http_answer(503, {{"X-Version", "1.4.2"}});
        }).state() == ProbeState::fail);
  CHECK(judged(probe, [](const client::Ask&) {
          return trouble(client::Trouble::refused, "connect");
        }).state() == ProbeState::fail);
  CHECK(judged(probe, [](const client::Ask&) {
          return trouble(client::Trouble::local, "no socket");
        }).state() == ProbeState::error);
}

TEST_CASE("rollout: an answer from a cache warns") {
  const World cached = [](const client::Ask&) {
    return http_answer(200, {{"X-Version", "1.4.1"}, {"Age", "37"}});
  };
  CHECK(judged(made(probe_of("")), cached).reason().find("Age: 37, so of a cache") != std::string::npos);
}

TEST_CASE("rollout: mixed answers of one tick fail where they are not wanted") {
  CHECK(tick_says("instances: 2\nmixed_ok: false", {"1.4.1", "1.4.2"}) ==
        "fail: mixed versions: expected one version at a time, got 1.4.1 (1 time), 1.4.2 (1 time)");
  CHECK(tick_says("instances: 2\nmixed_ok: false", {"1.4.2", "1.4.2"}).starts_with("pass"));
}

TEST_CASE("rollout: from old over mixed to new is a pass, with its time") {
  const Judgement good = over(kInTime, course("oommnnnnnnnnn"));
  CHECK(good.state() == ProbeState::pass);
  // From the end of the last old tick (110 ms) to the end of the first tick with two new answers (410 ms).
  CHECK(observed(good, "convergence") == "pass: after 300ms, at 0.410 s");
  CHECK(says(kTwo, "onnnn") == "pass: all 3 facts hold");
}

TEST_CASE("rollout: an answer less than all instances is no convergence") {
  CHECK(observed(over("instances: 4", course("oonn")), "convergence") == "pass: after 200ms, at 0.310 s");
  CHECK(observed(over("instances: 5", course("oonn")), "convergence") ==
        "fail: 4 such answers until the end");
}

TEST_CASE("rollout: too late is a failure") {
  CHECK(
      says(kInTime, "oommmnnnnnnnn") ==
      "fail: convergence: expected 2 answers in a row with 1.4.2 within 300ms, got after 400ms, at 0.510 s");
  CHECK(says(kInTime, "oommmmmm") ==
        "fail: convergence: expected 2 answers in a row with 1.4.2 within 300ms, got 1.4.1 still at 0.700 s, "
        "600ms after 1.4.2 came first");
  CHECK(says(kTwo, "oommmmmm").starts_with("fail: convergence"));
}

TEST_CASE("rollout: a watch that ended before the time was over says nothing about it") {
  CHECK(says("instances: 2\nevery: 100ms\nconverge_within: 60s", "oommmm")
            .starts_with("error: convergence: 1.4.1 still"));
}

TEST_CASE("rollout: a new version that never comes is a failure") {
  CHECK(says(kTwo, "ooooo") == "fail: new version: expected 1.4.2, got 1.4.1 only, in 5 ticks");
}

TEST_CASE("rollout: a third version is a failure, whatever is tolerated") {
  CHECK(says("instances: 2\ntolerate: { failures: 9 }\nevery: 1s", "oo3nnnnn") ==
        "fail: third version: expected only 1.4.1 or 1.4.2, got 1.3.0 (2 times)");
}

TEST_CASE("rollout: the old version must not come back once all instances have changed") {
  // Two instances that are chosen at random show one of them 15 times in a row once in 30,000 cases.
  const std::string back = says(kTwo, "oonnnnnnnnonnnnnnnnn");
  CHECK(back ==
        "fail: return of the old version: expected never 1.4.1 after convergence, got 1.4.1 again at 1.000 "
        "s, after "
        "16 answers in a row with 1.4.2");
  CHECK(says("instances: 1", "onon").starts_with("fail: return of the old version"));
  // Of an unknown number of instances, this may be the way that two of them are asked in turn.
  const Judgement unknown = over("", course("ononn"));
  CHECK(unknown.state() == ProbeState::pass);
  CHECK(observed(unknown, "return of the old version").starts_with("skip: not judged"));
  CHECK(observed(over("", course("onono")), "convergence").starts_with("fail: 1.4.1 still"));
}

TEST_CASE("rollout: a short run of new answers is the luck of a load balancer, not convergence") {
  CHECK(says(kTwo, "oonnnnmnnnnnnnnnnnnn").starts_with("pass"));
  // But the time counts until the old one was seen last.
  CHECK(says(kInTime, "oonnnnmnnnnnnnnnnnnn").starts_with("fail: convergence"));
}

TEST_CASE("rollout: without mixture, the old version must be gone when the new one comes") {
  const char* const strict = "instances: 2\nmixed_ok: false";
  CHECK(says(strict, "oonnnnn").starts_with("pass"));
  CHECK(says(strict, "oomnnnnn") ==
        "fail: mixed versions: expected never 1.4.1 once 1.4.2 came, got 1.4.1 at 0.200 s, and last at 0.200 "
        "s");
  CHECK(says(strict, "oononnnn").starts_with("fail: mixed versions"));
}

TEST_CASE("rollout: whoever looks only afterwards cannot tell how long it took") {
  CHECK(says(kInTime, "nnnnnnnnn").starts_with("error: begin of the change: 1.4.1 was never seen"));
  CHECK(says(kTwo, "nnnnnnnnn").starts_with("warn: begin of the change"));
  CHECK(says(kTwo, "xxee") == "error: change of the version: no answer showed 1.4.1 or 1.4.2");
}

TEST_CASE(
    "rollout: ticks without a version neither prove nor break anything, and kept connections do not count") {
  CHECK(says(kTwo, "oxoemnnxennn").starts_with("pass"));
  std::vector<Tick> ticks = course("oomnnnnnnnnn");
  Tick kept = course("o")[0];
  kept.reused = true;
  kept.due = ms(1150);
  ticks.push_back(kept);
  CHECK(over(kTwo, ticks).state() == ProbeState::pass);
  ticks.back().reused = false;
  CHECK(over(kTwo, ticks).state() == ProbeState::fail);
}

TEST_CASE("rollout: it is watched all the time, on new connections only") {
  const Probe probe = made(probe_of(kTwo));
  CHECK(probe.spec.phase == ProbePhase::continuous);
  CHECK(probe.spec.every == ms(1000));
  CHECK(probe.kind->new_connections);
}

TEST_CASE("rollback: the way back is judged the same way, and must lose nothing") {
  CHECK(says(kInTime, "oommnnnnnnnnn", "rollback").starts_with("pass"));
  CHECK(says(kInTime, "oommmnnnnnnnn", "rollback").starts_with("fail: convergence"));
  CHECK(says("instances: 2\nevery: 1s\ntolerate: { failures: 5 }", "oomxnnxnnn", "rollback") ==
        "fail: failed ticks during the rollback: expected none, got 2 of 10, the first at 0.300 s: refused");
}

TEST_CASE("rollout and rollback: mistakes are refused") {
  const auto error = [](const std::string& probe, const char* sentence) {
    INFO(staged(probe).errors);
    CHECK(staged(probe).errors.find(sentence) != std::string::npos);
  };
  for (const std::string kind : {"rollout", "rollback"}) {
    error("kind: " + kind + "\nheader: V\nto: \"2\"", "\"from\" is missing");
    error("kind: " + kind + "\nheader: V\nfrom: \"2\"", "\"to\" is missing");
    error("kind: " + kind + "\nfrom: \"1\"\nto: \"2\"", "nothing says where the version stands");
    error("kind: " + kind + "\nheader: V\nfrom: \"2\"\nto: \"2\"", "this changes nothing");
    error("kind: " + kind + "\nheader: V\nfrom: \"\"\nto: \"2\"", "this version is empty");
  }
  error(probe_of("instances: 0"), "instances");
  error(probe_of("phase: post"), "a probe of kind rollout looks at what happens over time");
  error(probe_of("converge_within: 60"), "converge_within");
  error(probe_of("converge_within: 1s\nevery: 1s"), "this is not longer than the time between two ticks");
}
