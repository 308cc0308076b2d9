#include "engine/health_recorder.h"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::engine;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart{1000s};

Sample sample(Arm arm, Outcome outcome, Nanos response) {
  Sample s;
  s.arm = arm;
  s.outcome = outcome;
  s.intended = kStart;
  s.done = kStart + response;
  return s;
}

}  // namespace

TEST_CASE("a second tells what happened in it, and the next one starts from nothing but what is in flight") {
  HealthRecorder health(kStart);
  for (int i = 0; i < 5; ++i) {
    health.arrival_due();
    health.iteration_started();
    health.request_started();
  }
  health.dispatched(40us);
  health.request_ended(sample(Arm::candidate, Outcome::ok, 10ms));
  health.request_ended(sample(Arm::baseline, Outcome::status, 20ms));
  const WorkerSecond first = health.close_second(kStart + 1s, {3, 7, true});
  CHECK(first.second == 0);
  CHECK(first.length == 1s);
  CHECK(first.intended == 5);
  CHECK(first.started == 5);
  CHECK(first.completed == 2);
  CHECK(first.in_flight == 3);
  CHECK(first.waiting == 3);
  CHECK(first.sockets == 7);
  CHECK(first.warming_up);
  CHECK(first.dispatch_lag.max() == 40'000);
  CHECK(first.arms[0].errors == 0);
  CHECK(first.arms[1].errors == 1);
  CHECK(first.arms[1].response_time.max() == 20'000'000);

  const WorkerSecond second = health.close_second(kStart + 2s, {});
  CHECK(second.second == 1);
  CHECK(second.completed == 0);
  CHECK(second.in_flight == 3);
  CHECK(second.dispatch_lag.empty());
  CHECK(health.peak_in_flight() == 5);
}

TEST_CASE("what was shed counts as an error of its arm") {
  HealthRecorder health(kStart);
  health.arrival_due();
  health.arrival_waited();
  health.request_shed(sample(Arm::candidate, Outcome::shed, 2s));
  const WorkerSecond second = health.close_second(kStart + 1s, {});
  CHECK(second.shed == 1);
  CHECK(second.arms[0].errors == 1);
  CHECK(second.unanswered == 0);
  CHECK(second.in_flight == 0);
  CHECK(second.waited == 1);
}

TEST_CASE("what this machine could not send is counted by what it lacked") {
  HealthRecorder health(kStart);
  for (const Outcome outcome :
       {Outcome::no_local_port, Outcome::no_file, Outcome::no_file, Outcome::status}) {
    health.request_started();
    health.request_ended(sample(Arm::candidate, outcome, 1ms));
  }
  const WorkerSecond second = health.close_second(kStart + 1s, {});
  CHECK(second.no_port == 1);
  CHECK(second.no_file == 2);
  CHECK(second.completed == 4);
  CHECK(second.unanswered == 3);
  CHECK(second.arms[0].errors == 4);
}

TEST_CASE("a second tells how long its thread waited for a core, and each wait once") {
  HealthRecorder health(kStart);
  const WorkerSecond first = health.close_second(kStart + 1s, {});
  const WorkerSecond second = health.close_second(kStart + 2s, {});
  REQUIRE(first.run_delay.has_value() == second.run_delay.has_value());
  if (!first.run_delay) return;  // a kernel without schedstat
  CHECK(*first.run_delay >= 0ns);
  CHECK(*second.run_delay >= 0ns);
}
