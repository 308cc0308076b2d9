#include <doctest/doctest.h>

#include "reading.h"

using namespace assay;
using namespace assay::config;
using namespace std::chrono_literals;

namespace {

LoadSpec load(const std::string& text) {
  Reading reading;
  const auto gate =
      reading.read("version: 1\n" + kTargets + "scenarios: { s: { steps: [ { get: / } ] } }\nload: " + text);
  REQUIRE_MESSAGE(gate, (gate ? "" : gate.error().render()));
  return gate->load.at(0);
}

}  // namespace

TEST_CASE("open shapes share a pool, closed ones keep connections for each user") {
  CHECK(load("{ shape: constant-arrival-rate, rate: 5/s, duration: 1m }").connections == Connections::pooled);
  CHECK(load("{ shape: constant-vus, users: 5, duration: 1m }").connections == Connections::per_user);
  CHECK(load("{ shape: constant-vus, users: 5, duration: 1m, connections: fresh }").connections ==
        Connections::fresh);
}

TEST_CASE("a constant rate") {
  const LoadSpec spec = load(
      "{ shape: constant-arrival-rate, rate: 120/m, duration: 1m, warm_up: 10s, graceful_stop: 1s, arrivals: "
      "poisson, "
      "max_in_flight: 9 }");
  CHECK(spec.rate_per_s == doctest::Approx(2));
  CHECK(spec.duration == Nanos(1min));
  CHECK(spec.warm_up == Nanos(10s));
  CHECK(spec.graceful_stop == Nanos(1s));
  CHECK(spec.arrivals == Arrivals::poisson);
  CHECK(spec.max_in_flight == 9);
}

TEST_CASE("ramps keep their start and their stages") {
  const LoadSpec rate =
      load("{ shape: ramping-arrival-rate, start_rate: 1/s, stages: [ { rate: 9/s, duration: 5s } ] }");
  CHECK(rate.rate_per_s == doctest::Approx(1));
  CHECK(rate.rate_stages.at(0).per_second == doctest::Approx(9));
  const LoadSpec users =
      load("{ shape: ramping-vus, stages: [ { users: 9, duration: 5s }, { users: 0, duration: 0s } ] }");
  CHECK(users.users == 0);
  CHECK(users.user_stages.size() == 2);
}

TEST_CASE("iterations end after ten minutes at the latest unless told otherwise") {
  CHECK(load("{ shape: shared-iterations, users: 2, iterations: 10 }").duration == Nanos(10min));
  const LoadSpec spec = load("{ shape: per-vu-iterations, users: 2, iterations: 10, max_duration: 1m }");
  CHECK(spec.duration == Nanos(1min));
  CHECK(spec.iterations == 10);
}

TEST_CASE("a list is a sequence of shapes") {
  Reading reading;
  const auto gate = reading.read("version: 1\n" + kTargets +
                                 "scenarios: { s: { steps: [ { get: / } ] } }\n"
                                 "load:\n  - { shape: constant-vus, users: 1, duration: 1s }\n"
                                 "  - { shape: constant-arrival-rate, rate: 1/s, duration: 1s }\n");
  REQUIRE(gate);
  CHECK(gate->load.size() == 2);
}

TEST_CASE("every shape has a name") {
  CHECK(name(Shape::constant_arrival_rate) == "constant-arrival-rate");
  CHECK(name(Shape::shared_iterations) == "shared-iterations");
}
