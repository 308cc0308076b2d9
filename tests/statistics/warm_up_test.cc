// Does the check for a service that is still warming up keep quiet where it should, and does it find what it
// should? The short form of warm_up_tables, on its seeds: rates are constants of the code.
#include <doctest/doctest.h>

#include "bench/warm_up_rate.h"

namespace {

using namespace assay::statistics;

constexpr std::uint64_t kFirstSeed = 1'000'000;

double called(Family family, double seconds, const SlowStart& start, std::uint64_t runs) {
  TwoArmRun run{family, {seconds, 200}};
  run.start = start;
  return warm_ups_found(run, runs, kFirstSeed);
}

}  // namespace

// At a true rate of 0.1 % two or more of 300 runs are called in 4 % of the cases.
TEST_CASE("warm-up: a run that begins as it goes on is not called") {
  for (const Family family : {Family::lognormal, Family::bimodal, Family::heavy_tail, Family::shared_weather,
                              Family::own_weather, Family::queue}) {
    CAPTURE(name(family));
    CHECK(called(family, 30, {}, 300) <= 0.4);
    CHECK(called(family, 60, {}, 300) <= 0.4);
  }
}

TEST_CASE("warm-up: what both arms of a steady service show is found, even where it is small") {
  CHECK(called(Family::lognormal, 60, {1.0, 6}, 50) >= 98);
  CHECK(called(Family::lognormal, 60, {0.5, 6}, 50) >= 80);
  CHECK(called(Family::lognormal, 60, {0.5, 12}, 50) >= 80);
}

// In a drift that both share, the other arm may by chance begin high too.
TEST_CASE("warm-up: what one arm alone shows is not called") {
  CHECK(called(Family::lognormal, 60, {1.0, 6, false}, 100) == 0);
  CHECK(called(Family::own_weather, 60, {1.0, 12, false}, 100) <= 1);
}
