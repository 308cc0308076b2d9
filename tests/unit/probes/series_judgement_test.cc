#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/probes/kind_fixture.h"
#include "tests/unit/probes/tick_fixture.h"

using namespace assay;
using namespace assay::probes;

namespace {

using Tolerance = config::ToleranceSpec;

Judgement judged(const Tolerance& tolerate, const ProbeSeries& series) {
  Judgement judgement;
  judge_series(tolerate, series, judgement);
  return judgement;
}

// "pass: none", of the first fact of that subject; empty: there is none.
std::string fact(const Judgement& judgement, std::string_view what) {
  for (const ProbeFact& one : judgement.facts())
    if (one.what == what) return std::string(name(one.state)) + ": " + one.observed;
  return {};
}

Tolerance failures(std::uint64_t count) {
  Tolerance tolerate;
  tolerate.failures = count;
  return tolerate;
}
Tolerance outage_up_to(std::int64_t length) {
  Tolerance tolerate;
  tolerate.longest_outage = ms(length);
  return tolerate;
}
Tolerance available(double share) {
  Tolerance tolerate;
  tolerate.availability = share;
  return tolerate;
}

std::string repeated(std::string_view part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

}  // namespace

TEST_CASE("series: without a tolerance, nothing may fail") {
  CHECK(judged({}, series(ticks_of("++++"))).state() == ProbeState::pass);
  const Judgement out = judged({}, series(ticks_of("++x++")));
  CHECK(summary(out) ==
        "fail: outage on new connections: expected no failed tick, got out from 0.110 s to 0.300 s, "
        "at least 10ms and at most 190ms: refused x1 (and 1 more)");
  CHECK(fact(out, "failed ticks on new connections") == "fail: 1 of 5");
}

TEST_CASE("series: without a tolerance, no request of the load may fail either") {
  const std::vector<LoadFailures> load{{ms(120), ms(150), 1200}};
  const Judgement out = judged({}, series(ticks_of("+++"), load));
  CHECK(summary(out) ==
        "fail: outage on new connections: expected no failed request, got out from 0.110 s to 0.200 s, at "
        "least 30ms and at most 90ms: failed load request x1,200");
  CHECK(fact(out, "failed ticks on new connections") == "pass: 0 of 3");
}

TEST_CASE("series: a sentence names causes, phase and where no good tick was") {
  const std::vector<PhaseMark> marks{{ms(0), "deploy"}};
  std::vector<Tick> ticks = ticks_of("xxx");
  ticks[0].cause = "timeout";
  CHECK(
      fact(judged({}, series(ticks, {}, marks)), "outage on new connections") ==
      "fail: out from 0.000 s (the first tick) to 0.210 s (the last tick), at least 210ms and at most 210ms: "
      "refused x2, timeout x1, during deploy");
}

TEST_CASE("series: `failures` counts failed ticks and nothing else") {
  CHECK(judged(failures(3), series(ticks_of("+xxx+"))).state() == ProbeState::pass);
  const Judgement out = judged(failures(2), series(ticks_of("+xxx+")));
  CHECK(summary(out) == "fail: failed ticks on new connections: expected at most 2, got 3 of 5");
  CHECK(judged(failures(0), series(ticks_of("+x+"))).state() == ProbeState::fail);
}

TEST_CASE("series: a count of ticks does not hide what only the load saw") {
  const std::vector<LoadFailures> load{{ms(120), ms(150), 9}};
  const Judgement out = judged(failures(5), series(ticks_of("+++"), load));
  CHECK(out.state() == ProbeState::warn);
  CHECK(judged(outage_up_to(89), series(ticks_of("+++"), load)).state() == ProbeState::fail);
  CHECK(judged(outage_up_to(90), series(ticks_of("+++"), load)).state() == ProbeState::pass);
}

TEST_CASE("series: `longest_outage` judges the upper bound, however many ticks failed") {
  const ProbeSeries twice = series(ticks_of("+xx+++x+"));  // 290 ms and 190 ms
  CHECK(judged(outage_up_to(290), twice).state() == ProbeState::pass);
  const Judgement out = judged(outage_up_to(289), twice);
  CHECK(out.state() == ProbeState::fail);
  CHECK(out.facts()[0].state == ProbeState::fail);
  CHECK(out.facts()[1].state == ProbeState::pass);
  CHECK(fact(out, "longest outage on new connections") == "fail: at most 290ms");
  CHECK(fact(judged(outage_up_to(0), series(ticks_of("+++"))), "longest outage on new connections") ==
        "pass: none");
  CHECK(judged(outage_up_to(0), series(ticks_of("+x+"))).state() == ProbeState::fail);
}

TEST_CASE("series: every tolerance that is written must hold") {
  Tolerance both = failures(1);
  both.longest_outage = ms(1000);
  CHECK(judged(both, series(ticks_of("+x+"))).state() == ProbeState::pass);
  CHECK(judged(both, series(ticks_of("+xx+"))).state() == ProbeState::fail);
}

TEST_CASE("series: availability takes windows at their upper bound") {
  const std::string good = repeated("+", 100);
  const ProbeSeries seen = series(ticks_of(good + "x" + repeated("+", 99)));  // 190 ms of 19.91 s: 99.0457 %
  CHECK(judged(available(0.9904), seen).state() == ProbeState::pass);
  const Judgement out = judged(available(0.9905), seen);
  CHECK(summary(out) ==
        "fail: availability on new connections: expected at least 99.05%, got at least 99.045%: down for at "
        "most 190ms of 19.9s");
  CHECK(judged(available(0.999), series(ticks_of(good))).state() == ProbeState::pass);
  CHECK(judged(available(0.001), series(ticks_of("xxxx"))).state() == ProbeState::fail);
}

TEST_CASE("series: an availability just below its limit never looks like it") {
  const std::vector<Tick> ticks{tick(0, ProbeState::pass), tick(100, ProbeState::fail),
                                tick(200, ProbeState::pass), tick(189'999, ProbeState::pass, 0)};
  const Judgement out = judged(available(0.999), series(ticks));  // 190 ms of 189.999 s
  CHECK(fact(out, "availability on new connections") ==
        "fail: at least 99.899%: down for at most 190ms of 3m10s");
}

TEST_CASE("series: ticks that could not be measured are no pass") {
  const Judgement none = judged({}, series(ticks_of("+e+")));
  CHECK(summary(none) == "error: unmeasured ticks on new connections: 1 of 3 ticks could not be measured");
  CHECK(judged(failures(100), series(ticks_of("eee"))).state() == ProbeState::error);
  CHECK(judged({}, series({})).state() == ProbeState::error);
  // A failure that was seen outweighs them.
  CHECK(judged({}, series(ticks_of("+ex+"))).state() == ProbeState::fail);
}

TEST_CASE("series: unmeasured ticks only warn where the tolerance would hold even if they had failed") {
  CHECK(judged(failures(2), series(ticks_of("+xe+"))).state() == ProbeState::warn);
  CHECK(judged(failures(1), series(ticks_of("+xe+"))).state() == ProbeState::error);
  CHECK(judged(outage_up_to(200), series(ticks_of("++e++"))).state() == ProbeState::warn);
  CHECK(judged(outage_up_to(199), series(ticks_of("++e++"))).state() == ProbeState::error);
  const ProbeSeries long_run = series(ticks_of(repeated("+", 199) + "e"));
  CHECK(judged(available(0.98), long_run).state() == ProbeState::warn);
  CHECK(judged(available(0.995), long_run).state() == ProbeState::error);
}

TEST_CASE("series: a late poller has seen too little to pass") {
  std::vector<Tick> ticks = ticks_of(repeated("+", 50));
  for (Tick& tick : ticks) tick.started += ms(101);
  const Judgement out = judged({}, series(ticks));
  CHECK(out.state() == ProbeState::error);
  CHECK(out.reason().find("poller late") != std::string::npos);
  for (Tick& tick : ticks) tick.started -= ms(1);
  CHECK(judged({}, series(ticks)).state() == ProbeState::pass);
}

TEST_CASE("series: stale kept connections warn, apart from failures") {
  std::vector<Tick> ticks = ticks_of("+++");
  ticks[1].stale_retry = true;
  const Judgement out = judged({}, series_of(ticks, {"reused", ms(100), ms(50)}, {}, {}));
  CHECK(out.state() == ProbeState::warn);
  CHECK(out.reason().find("1 of 3 ticks") != std::string::npos);
  CHECK(fact(out, "failed ticks on reused connections") == "pass: 0 of 3");
}

TEST_CASE("series: what could have been seen is said") {
  const Judgement out = judged({}, series(ticks_of(repeated("+", 1200))));
  CHECK(
      fact(out, "detection limit on new connections") ==
      "pass: outages longer than 150ms (interval + timeout) are seen with certainty, one of a length d below "
      "100ms with probability d / 100ms");
  CHECK(fact(out, "share of failing ticks on new connections") ==
        "pass: no failure in 1,200 ticks: below 0.249% with 95% confidence (3 / n), if failures come "
        "independently");
  CHECK(fact(judged({}, series(ticks_of("+x+"))), "share of failing ticks on new connections").empty());
}

TEST_CASE("series: of many outages, the longest are told") {
  const ProbeSeries many = series(ticks_of(repeated("+x", 30) + "xxx+"));
  const Judgement out = judged({}, many);
  const auto told = std::count_if(out.facts().begin(), out.facts().end(), [](const ProbeFact& one) {
    return one.what == "outage on new connections";
  });
  CHECK(told == 10);
  CHECK(out.facts()[0].observed.find("refused x4") != std::string::npos);
  CHECK(fact(out, "outages on new connections") == "pass: 30 in all, down for at most 6s of 6.31s");
}

TEST_CASE("series: what a gate file does not say about failures is not judged") {
  const config::ToleranceSpec silent = made("kind: http\nevery: 1s").spec.tolerate;
  CHECK_FALSE((silent.failures || silent.longest_outage || silent.availability));
  const config::ToleranceSpec zero =
      made("kind: http\nevery: 1s\ntolerate: { failures: 0, longest_outage: 0s }").spec.tolerate;
  CHECK(zero.failures == 0);
  CHECK(zero.longest_outage == ms(0));
  const config::ToleranceSpec time =
      made("kind: http\nevery: 1s\ntolerate: { longest_outage: 300ms, availability: 99.9% }").spec.tolerate;
  CHECK_FALSE(time.failures);
  CHECK(time.longest_outage == ms(300));
  CHECK(time.availability == doctest::Approx(0.999));
}
