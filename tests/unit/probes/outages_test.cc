#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/probes/tick_fixture.h"

using namespace assay;
using namespace assay::probes;

namespace {

// "110..400 in 210..310": the upper bound around the lower one, in milliseconds; "-": no good tick.
std::string bounds(const ProbeOutage& outage) {
  const auto text = [](std::optional<Nanos> moment) {
    return moment ? std::to_string(moment->count() / 1'000'000) : std::string("-");
  };
  return text(outage.first_failed) + ".." + text(outage.last_failed) + " in " + text(outage.good_before) +
         ".." + text(outage.good_after);
}

std::string all_bounds(const ProbeSeries& series) {
  std::string text;
  for (const ProbeOutage& outage : series.outages) text += (text.empty() ? "" : "; ") + bounds(outage);
  return text;
}

}  // namespace

TEST_CASE("outages: without a failure there is none") {
  const ProbeSeries all = series(ticks_of("+~+"));
  CHECK(all.ticks == 3);
  CHECK(all.failed == 0);
  CHECK(all.outages.empty());
  CHECK(all.longest_outage == ms(0));
  CHECK(all.length == ms(210));
  CHECK(series({}).ticks == 0);
}

TEST_CASE("outages: the bounds go from failed tick to failed tick, and from good tick to good tick") {
  const ProbeSeries one = series(ticks_of("++xx++"));
  CHECK(all_bounds(one) == "200..310 in 110..400");
  CHECK(at_least(one.outages[0]) == ms(110));
  CHECK(at_most(one.outages[0], one) == ms(290));
  CHECK(one.longest_outage == ms(290));
  CHECK(one.failed == 2);
  CHECK(one.outages[0].ticks == 2);
  CHECK(one.outages[0].causes == std::map<std::string, std::uint64_t>{{"refused", 2}});
  CHECK_FALSE(one.outages[0].from_load);

  const ProbeSeries two = series(ticks_of("+x+xx+"));
  CHECK(all_bounds(two) == "100..110 in 10..200; 300..410 in 210..500");
  CHECK(two.outages_in_all == 2);
  CHECK(two.down == ms(190 + 290));
  CHECK(two.longest_outage == ms(290));
}

TEST_CASE("outages: without a good tick before or after, one reaches to that end of the series") {
  const ProbeSeries begins = series(ticks_of("xx+"));
  CHECK(all_bounds(begins) == "0..110 in -..200");
  CHECK(begins.longest_outage == ms(200));
  const ProbeSeries ends = series(ticks_of("+xx"));
  CHECK(all_bounds(ends) == "100..210 in 10..-");
  CHECK(ends.longest_outage == ms(200));
  const ProbeSeries never = series(ticks_of("xxx"));
  CHECK(all_bounds(never) == "0..210 in -..-");
  CHECK(never.longest_outage == ms(210));
  // The probe may begin long after the probes began; the end of the series counts from its own start.
  const std::vector<Tick> late{tick(5000, ProbeState::error), tick(5100, ProbeState::fail),
                               tick(5200, ProbeState::pass)};
  CHECK(series(late).start == ms(5000));
  CHECK(series(late).longest_outage == ms(200));
}

TEST_CASE("outages: a tick that says nothing neither begins nor ends one, and the upper bound spans it") {
  const ProbeSeries before = series(ticks_of("+exe+"));
  CHECK(all_bounds(before) == "200..210 in 10..400");
  CHECK(before.errors == 2);
  CHECK(before.failed == 1);
  CHECK(all_bounds(series(ticks_of("+xex+"))) == "100..310 in 10..400");
  CHECK(all_bounds(series(ticks_of("+sxs+"))) == "200..210 in 10..400");
  CHECK(series(ticks_of("+ee+")).outages.empty());
  CHECK(series(ticks_of("+es+")).errors == 2);
}

TEST_CASE("outages: ticks count by when they were due, in whatever order they ended") {
  std::vector<Tick> ticks = ticks_of("++xx++");
  std::reverse(ticks.begin(), ticks.end());
  CHECK(all_bounds(series(ticks)) == "200..310 in 110..400");
  // It was due at 100, and began late.
  std::vector<Tick> late = ticks_of("+x+");
  late[1].started = ms(180);
  late[1].ended = ms(190);
  CHECK(all_bounds(series(late)) == "100..190 in 10..200");
}

TEST_CASE("outages: where ticks overlap, the bounds stay in order") {
  // One request hangs until its timeout, while the ones after it are answered.
  const std::vector<Tick> hangs{tick(0, ProbeState::pass), tick(100, ProbeState::fail, 5000, "timeout"),
                                tick(200, ProbeState::pass), tick(300, ProbeState::pass)};
  CHECK(all_bounds(series(hangs)) == "100..200 in 10..200");
  CHECK(series(hangs).longest_outage == ms(190));
  CHECK(series(hangs).length == ms(5100));
  // A slow answer comes after the next tick has failed.
  const std::vector<Tick> slow{tick(0, ProbeState::pass, 250), tick(100, ProbeState::fail),
                               tick(200, ProbeState::pass)};
  CHECK(all_bounds(series(slow)) == "100..110 in 100..200");
}

TEST_CASE("outages: failed requests of the load open a window where no tick failed") {
  const std::vector<LoadFailures> load{{ms(120), ms(150), 7}};
  const ProbeSeries seen = series(ticks_of("+++"), load);
  CHECK(all_bounds(seen) == "120..150 in 110..200");
  CHECK(seen.outages[0].from_load);
  CHECK(seen.outages[0].ticks == 0);
  CHECK(seen.failed == 0);
  CHECK(seen.outages[0].causes == std::map<std::string, std::uint64_t>{{"failed load request", 7}});
}

TEST_CASE("outages: what fails in the moment of a good tick fails after it") {
  const std::vector<LoadFailures> load{{ms(100), ms(120), 1}};
  CHECK(all_bounds(series(ticks_of("+++"), load)) == "100..120 in 100..200");
}

TEST_CASE(
    "outages: failed requests of the load extend a window, and a good tick among them does not end it") {
  const std::vector<LoadFailures> before{{ms(120), ms(150), 1}};
  const ProbeSeries extended = series(ticks_of("++x+"), before);
  CHECK(all_bounds(extended) == "120..210 in 110..300");
  CHECK_FALSE(extended.outages[0].from_load);
  CHECK(extended.outages[0].ticks == 1);
  CHECK(extended.outages[0].causes.size() == 2);

  const std::vector<LoadFailures> across{{ms(120), ms(250), 3}};
  CHECK(all_bounds(series(ticks_of("++++"), across)) == "120..250 in 110..300");
  // A tick that began before the load failed and ended during it is good until then.
  const std::vector<LoadFailures> inside{{ms(105), ms(150), 3}};
  CHECK(all_bounds(series(ticks_of("+++"), inside)) == "105..150 in 105..200");
}

TEST_CASE("outages: what the load saw before the first tick or after the last one is not of this series") {
  const std::vector<LoadFailures> outside{{ms(-300), ms(-100), 5}, {ms(9000), ms(9100), 5}};
  CHECK(series(ticks_of("+++"), outside).outages.empty());
  const std::vector<LoadFailures> partly{{ms(-300), ms(50), 5}, {ms(205), ms(9000), 5}};
  CHECK(all_bounds(series(ticks_of("+++"), partly)) == "0..50 in 0..100; 205..210 in 205..-");
}

TEST_CASE("outages: each belongs to the phase in which it began") {
  const std::vector<PhaseMark> marks{{ms(250), "deploy"}, {ms(50), "load"}};
  const ProbeSeries seen = series(ticks_of("x+x+x+"), {}, marks);
  REQUIRE(seen.outages.size() == 3);
  CHECK(seen.outages[0].phase.empty());
  CHECK(seen.outages[1].phase == "load");
  CHECK(seen.outages[2].phase == "deploy");
}

TEST_CASE("outages: a target cannot fill the result") {
  std::vector<Tick> ticks;
  for (int i = 0; i < 1000; ++i)
    ticks.push_back(tick(100 * i, i % 2 == 0 ? ProbeState::fail : ProbeState::pass));
  const ProbeSeries flapping = series(ticks);
  CHECK(flapping.outages.size() == 200);
  CHECK(flapping.outages_in_all == 500);
  CHECK(flapping.down == ms(200 - 100) + 499 * ms(190));

  ticks.clear();
  for (int i = 0; i < 100; ++i)
    ticks.push_back(tick(100 * i, ProbeState::fail, 10, "status " + std::to_string(i)));
  ticks.push_back(tick(100 * 100, ProbeState::fail, 10, "status 5"));
  const ProbeSeries many = series(ticks);
  REQUIRE(many.outages.size() == 1);
  CHECK(many.outages[0].causes.size() == 21);
  CHECK(many.outages[0].causes.at("other") == 80);
  CHECK(many.outages[0].causes.at("status 5") == 2);
}

TEST_CASE("outages: lateness and stale retries are counted") {
  std::vector<Tick> ticks;
  for (int i = 0; i < 200; ++i) ticks.push_back(tick(100 * i, ProbeState::pass));
  for (int i = 0; i < 3; ++i) ticks[static_cast<std::size_t>(i)].started += ms(30 * (i + 1));
  ticks[7].started -= ms(5);  // a clock that was read before it was due is not early
  ticks[9].stale_retry = true;
  const ProbeSeries seen = series(ticks);
  CHECK(seen.lateness_p50 == ms(0));
  CHECK(seen.lateness_p99 == ms(30));
  CHECK(seen.lateness_max == ms(90));
  CHECK(seen.stale_retries == 1);
}
