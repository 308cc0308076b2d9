#include "cli/pilot.h"

#include <doctest/doctest.h>

#include "verdict/looks.h"

namespace assay::cli {
namespace {

using namespace std::chrono_literals;
using config::Shape;

config::LoadSpec constant(Nanos duration, Nanos warm_up = 0s) {
  config::LoadSpec load;
  load.rate_per_s = 100;
  load.duration = duration;
  load.warm_up = warm_up;
  return load;
}

}  // namespace

TEST_CASE("a pilot keeps the warm-up and judges as much as was asked for") {
  const auto load = beginning_of({constant(10min, 5s)}, 30s);
  REQUIRE(load.size() == 1);
  CHECK(load[0].duration == 35s);
  CHECK(load[0].warm_up == 5s);
}

TEST_CASE("a pilot goes on into the next load, and ends in it") {
  const auto load = beginning_of({constant(20s, 5s), constant(10min), constant(1min)}, 30s);
  REQUIRE(load.size() == 2);
  CHECK(load[0].duration == 20s);
  CHECK(load[1].duration == 15s);
}

TEST_CASE("a pilot is never longer than its gate") {
  CHECK(beginning_of({constant(10s)}, 30s)[0].duration == 10s);
}

TEST_CASE("a pilot of a gate that may be extended is not extended") {
  config::GateSpec gate;
  gate.load = {constant(10min, 5s)};
  gate.judgement.on_inconclusive = config::OnInconclusive::extend;
  gate.judgement.max_duration = 30min;
  CHECK(verdict::longest_length(gate) == 30min);
  CHECK(verdict::longest_length(pilot_gate(gate, 30s)) == 35s);
}

TEST_CASE("a ramp of rates or users is cut where it is by then") {
  config::LoadSpec rates;
  rates.shape = Shape::ramping_arrival_rate;
  rates.rate_per_s = 10;
  rates.rate_stages = {{50, 10s}, {150, 40s}, {20, 10s}};
  const auto cut_rates = beginning_of({rates}, 30s)[0].rate_stages;
  REQUIRE(cut_rates.size() == 2);
  CHECK(cut_rates[1].per_second == doctest::Approx(100));
  CHECK(cut_rates[1].duration == 20s);

  config::LoadSpec users;
  users.shape = Shape::ramping_vus;
  users.users = 10;
  users.user_stages = {{30, 60s}};
  const auto cut_users = beginning_of({users}, 30s)[0].user_stages;
  REQUIRE(cut_users.size() == 1);
  CHECK(cut_users[0].users == 20);
  CHECK(cut_users[0].duration == 30s);
}

}  // namespace assay::cli
