// Does stopping early keep the error rates that it states? The short form of looks_bench. Seeds are fixed; a
// bound is the nominal rate plus three standard errors of the simulation.
#include <doctest/doctest.h>

#include "bench/look_cell.h"

namespace {

using namespace assay::statistics;

TwoArmRun run_of(Family family) { return {family, {.seconds = 300, .per_second = 50}}; }

}  // namespace

// 150 runs: 5 % + 3 standard errors = 10.3 %.
TEST_CASE("early stop: exactly at the margin, all looks together err no more than one look may") {
  for (const Family family : {Family::lognormal, Family::own_weather})
    for (const auto& rates : look_cell(run_of(family), 150)) {
      CAPTURE(name(family));
      CAPTURE(rates.rule);
      CHECK(rates.false_pass <= 10.3);
      CHECK(rates.false_fail <= 10.3);
    }
}

TEST_CASE("early stop: looks and extension save time and lose no decision that is plain") {
  for (const auto& rates : look_cell(run_of(Family::lognormal), 40)) {
    CAPTURE(rates.rule);
    if (rates.rule == "watched") continue;  // needs longer runs
    CHECK(rates.same_passes >= 95);
    CHECK(rates.slower_fails >= 95);
    if (rates.rule != "1 look") CHECK(rates.slower_time <= 50);
  }
}

// 4 000 runs: 5 % + 3 standard errors = 6.0 %. With both rules each has half of alpha.
TEST_CASE("early stop: a breaker that is asked at every error stops wrongly in at most alpha of the runs") {
  CHECK(breaker_stops({.limit = 0.02, .alpha = 0.05}, 0.02, 0.02, 4000) <= 6.0);
  CHECK(breaker_stops({.ratio = 2, .alpha = 0.05}, 0.02, 0.01, 4000) <= 6.0);
  CHECK(breaker_stops({.ratio = 2, .limit = 0.02, .alpha = 0.05}, 0.02, 0.01, 4000) <= 6.0);
  CHECK(breaker_stops({.ratio = 2, .limit = 0.02, .alpha = 0.05}, 0.10, 0.01, 200) == 100);
}
