#include "cli/load_planner.h"

#include <doctest/doctest.h>

namespace assay::cli {
namespace {

using namespace std::chrono_literals;
using config::LoadSpec;
using config::Shape;

LoadSpec shaped(Shape shape) {
  LoadSpec load;
  load.shape = shape;
  load.duration = 10min;
  return load;
}

TEST_CASE("a constant rate becomes an open load with users for its peak") {
  LoadSpec load = shaped(Shape::constant_arrival_rate);
  load.rate_per_s = 200;
  load.arrivals = config::Arrivals::poisson;
  load.warm_up = 30s;
  const engine::PhasePlan phase = plan_phase(load);
  CHECK(phase.shape == "constant-arrival-rate");
  CHECK(phase.description == "200/s for 10m, poisson arrivals");
  CHECK(phase.warm_up == Nanos(30s));
  const auto& open = std::get<engine::OpenLoad>(phase.load);
  CHECK(open.rate.total() == doctest::Approx(120000));
  CHECK(open.spacing == schedule::OpenSchedule::Spacing::poisson);
  CHECK(open.max_in_flight == engine::default_max_in_flight(200));
}

TEST_CASE("a limit in the gate file replaces the chosen one") {
  LoadSpec load = shaped(Shape::constant_arrival_rate);
  load.rate_per_s = 200;
  load.max_in_flight = 7;
  CHECK(std::get<engine::OpenLoad>(plan_phase(load).load).max_in_flight == 7);
}

TEST_CASE("a ramp starts at its rate and follows its stages") {
  LoadSpec load = shaped(Shape::ramping_arrival_rate);
  load.rate_per_s = 10;
  load.rate_stages = {{100, 60s}, {0, 30s}};
  const engine::PhasePlan phase = plan_phase(load);
  CHECK(phase.description == "10/s, to 100/s over 1m, to 0/s over 30s, uniform arrivals");
  const auto& rate = std::get<engine::OpenLoad>(phase.load).rate;
  CHECK(rate.length() == Nanos(90s));
  CHECK(rate.peak_per_s() == doctest::Approx(100));
}

TEST_CASE("counted iterations stay with the one who counts them") {
  LoadSpec load = shaped(Shape::per_vu_iterations);
  load.users = 10;
  load.iterations = 1000;
  const auto each = std::get<engine::ClosedLoad>(plan_phase(load).load);
  CHECK(each.iterations_per_user == 1000);
  CHECK_FALSE(each.iterations_shared);
  CHECK(describe_load(load) == "10 users, 1,000 iterations each, at most 10m");

  load.shape = Shape::shared_iterations;
  const auto shared = std::get<engine::ClosedLoad>(plan_phase(load).load);
  CHECK(shared.iterations_shared == 1000);
  CHECK_FALSE(shared.iterations_per_user);
  CHECK(describe_load(load) == "10 users share 1,000 iterations, at most 10m");
}

TEST_CASE("user ramps are described stage by stage") {
  LoadSpec load = shaped(Shape::ramping_vus);
  load.users = 1;
  load.user_stages = {{50, 30s}, {0, 10s}};
  CHECK(describe_load(load) == "1 users, to 50 over 30s, to 0 over 10s");
  CHECK(std::get<engine::ClosedLoad>(plan_phase(load).load).users.peak() == 50);
}

}  // namespace
}  // namespace assay::cli
