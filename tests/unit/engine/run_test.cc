// Whole runs against the embedded target over loopback: what was scheduled is what is counted, whatever
// happens.
#include "engine/run.h"

#include <doctest/doctest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <numeric>

#include "config/gate_reader.h"
#include "demo/target_server.h"
#include "model/merge.h"
#include "scenario/compiler.h"

using namespace assay;
using namespace assay::engine;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<demo::TargetServer> target(demo::TargetOptions options = {}) {
  auto server = demo::TargetServer::start(std::move(options));
  REQUIRE(server);
  return std::move(*server);
}

scenario::ScenarioSet scenarios(const std::string& steps) {
  const std::string gate =
      "version: 1\nname: t\ntargets: { candidate: { url: 'http://127.0.0.1:1' }, baseline: { url: "
      "'http://127.0.0.1:1' } }\n"
      "scenarios: { s: { steps: [ " +
      steps +
      " ] } }\n"
      "load: [ { shape: constant-arrival-rate, rate: 1/s, duration: 1s } ]\nthresholds: [ 'count > 0' ]\n";
  auto spec = config::read_gate(std::make_shared<SourceFile>("gate.yaml", gate), {});
  REQUIRE(spec);
  auto compiled = scenario::compile(*spec);
  REQUIRE(compiled);
  return std::move(*compiled);
}

net::Address loopback(std::uint16_t port) {
  auto addresses = net::resolve("127.0.0.1", port);
  REQUIRE(addresses);
  return addresses->front();
}

RunPlan plan_for(const std::string& steps, std::vector<std::uint16_t> ports) {
  RunPlan plan;
  plan.seed = 3;
  plan.scenarios = scenarios(steps);
  for (std::size_t i = 0; i < ports.size(); ++i) {
    ArmPlan& arm = plan.arms.emplace_back();
    arm.arm = static_cast<Arm>(i);
    arm.addresses.push_back(loopback(ports[i]));
    arm.timeouts.connect = 2s;
  }
  return plan;
}

PhasePlan arrivals(double per_s, Nanos length, std::uint32_t max_in_flight = 500) {
  PhasePlan phase;
  OpenLoad load;
  load.rate = schedule::RateCurve::constant(per_s, length);
  load.max_in_flight = max_in_flight;
  phase.load = std::move(load);
  phase.graceful_stop = 5s;
  return phase;
}

PhasePlan users(std::uint32_t count, std::uint64_t iterations, ConnectionUse connections) {
  PhasePlan phase;
  phase.load = ClosedLoad{schedule::UserCurve::constant(count, 20s), iterations, {}};
  phase.connections = connections;
  phase.graceful_stop = 5s;
  return phase;
}

RunResult carry_out(const RunPlan& plan, const RunControl& control = {}) {
  auto result = run(plan, control);
  REQUIRE(result);
  return std::move(*result);
}

std::uint64_t requests(const RunResult& result, std::optional<Arm> arm = {}) {
  std::uint64_t count = 0;
  for (const Series& s : result.series)
    if (!arm || s.key.arm == *arm) count += s.count;
  return count;
}

std::uint64_t ended(const RunResult& result, Outcome outcome) {
  std::uint64_t count = 0;
  for (const Series& s : result.series) count += s.outcomes[static_cast<std::size_t>(outcome)];
  return count;
}

constexpr const char* kHealth = "{ get: /health }";

}  // namespace

TEST_CASE("an open run sends every arrival once, half of them to either arm, from any number of workers") {
  const auto candidate = target(), baseline = target();
  for (const std::uint32_t workers : {1U, 3U}) {
    RunPlan plan = plan_for(kHealth, {candidate->port(), baseline->port()});
    plan.workers = workers;
    plan.phases.push_back(arrivals(400, 1s));
    const RunResult result = carry_out(plan);
    CHECK(result.health.intended == 400);
    CHECK(result.health.started == 400);
    CHECK(requests(result, Arm::candidate) == 200);
    CHECK(requests(result, Arm::baseline) == 200);
    CHECK(ended(result, Outcome::ok) == 400);
    CHECK(result.iterations_completed == 400);
    CHECK(result.health.workers == workers);
  }
  CHECK(candidate->counters().requests == 400);
}

TEST_CASE("the segments of a run, merged, are the undivided run") {
  const auto server = target();
  RunPlan plan = plan_for(kHealth + std::string(", { get: /items }"), {server->port(), server->port()});
  plan.phases.push_back(arrivals(101, 1s));
  plan.phases.push_back(users(5, 7, ConnectionUse::pooled));
  const RunResult whole = carry_out(plan);
  std::vector<RunResult> parts;
  for (std::uint32_t index = 1; index <= 3; ++index) {
    plan.segment = {index, 3};
    plan.workers = index;  // machines need not be alike
    parts.push_back(carry_out(plan));
  }
  const auto merged = merge(std::move(parts));
  REQUIRE(merged);
  CHECK(merged->health.intended == whole.health.intended);
  CHECK(merged->iterations_completed == whole.iterations_completed);
  CHECK(whole.health.max_in_flight == 500);
  CHECK(merged->health.max_in_flight == 500);
  CHECK(merged->load.at(0).max_in_flight == 500);
  CHECK(merged->load.at(1).max_in_flight == 0);
  REQUIRE(merged->series.size() == whole.series.size());
  for (std::size_t i = 0; i < whole.series.size(); ++i) {
    CHECK(merged->series[i].key == whole.series[i].key);
    CHECK(merged->series[i].count == whole.series[i].count);
    CHECK(merged->series[i].bytes_sent == whole.series[i].bytes_sent);
  }
}

TEST_CASE("shared iterations are done exactly, over steps and workers") {
  const auto server = target();
  RunPlan plan = plan_for(kHealth + std::string(", { pause: 1ms }, { get: /items/1 }"), {server->port()});
  plan.workers = 3;
  PhasePlan phase = users(7, 0, ConnectionUse::pooled);
  phase.load = ClosedLoad{schedule::UserCurve::constant(7, 20s), {}, 101};
  plan.phases.push_back(std::move(phase));
  const RunResult result = carry_out(plan);
  CHECK(result.iterations_completed == 101);
  CHECK(requests(result) == 202);
}

TEST_CASE("connections are kept per user, pooled, or made anew for each request") {
  const auto server = target();
  auto opened = [&](ConnectionUse use) {
    RunPlan plan = plan_for(kHealth, {server->port()});
    plan.phases.push_back(users(3, 10, use));
    const RunResult result = carry_out(plan);
    CHECK(ended(result, Outcome::ok) == 30);
    CHECK(result.targets.at(0).requests_on_new_connections == result.targets.at(0).connections_opened);
    return result.targets.at(0).connections_opened;
  };
  CHECK(opened(ConnectionUse::per_user) == 3);
  CHECK(opened(ConnectionUse::pooled) <= 3);
  CHECK(opened(ConnectionUse::fresh) == 30);
}

TEST_CASE("a target that is not there refuses every request, and none is lost") {
  std::uint16_t port = 0;
  {
    const auto gone = target();
    port = gone->port();
  }
  RunPlan plan = plan_for(kHealth, {port});
  plan.phases.push_back(arrivals(200, 500ms, 2));
  plan.phases.push_back(users(2, 3, ConnectionUse::per_user));
  const RunResult result = carry_out(plan);
  CHECK(ended(result, Outcome::connect_refused) == 106);
  CHECK(requests(result) == 106);
  REQUIRE(result.failures.size() == 1);
  CHECK(result.failures[0].count == 106);
}

TEST_CASE(
    "a request that is not answered in time ends as a response timeout; who waits too long for a user is "
    "shed") {
  const auto server = target();
  RunPlan plan = plan_for("{ get: /delay/60000, timeout: 200ms }", {server->port()});
  plan.phases.push_back(arrivals(20, 1s, 2));
  const RunResult result = carry_out(plan);
  CHECK(requests(result) == 20);
  CHECK(ended(result, Outcome::response_timeout) + ended(result, Outcome::shed) == 20);
  CHECK(ended(result, Outcome::response_timeout) >= 2);
  CHECK(ended(result, Outcome::shed) >= 2);
  for (const Series& s : result.series) CHECK(s.times[0].min() >= 200'000'000);
}

TEST_CASE("what is still in flight after the graceful stop is aborted and counted") {
  const auto server = target();
  RunPlan plan = plan_for("{ get: /delay/60000 }", {server->port()});
  plan.phases.push_back(arrivals(10, 1s));
  plan.phases.back().graceful_stop = 100ms;
  const RunResult result = carry_out(plan);
  CHECK(ended(result, Outcome::aborted) == 10);
}

TEST_CASE("warm-up requests are sent and not judged") {
  const auto server = target();
  RunPlan plan = plan_for(kHealth, {server->port()});
  plan.phases.push_back(arrivals(100, 1s));
  plan.phases.back().warm_up = 400ms;
  const RunResult result = carry_out(plan);
  CHECK(result.warm_up_requests == 40);
  CHECK(requests(result) == 60);
  CHECK(server->counters().requests == 100);
}

TEST_CASE("an interrupted run stops at once and keeps what it has measured") {
  const auto server = target();
  RunPlan plan = plan_for(kHealth, {server->port()});
  plan.workers = 2;
  plan.phases.push_back(arrivals(100, 3600s));
  const int interrupt = ::eventfd(0, EFD_NONBLOCK);
  std::uint64_t most_due = 0, most_started = 0;
  RunControl control;
  control.interrupt_fd = interrupt;
  control.interrupted_by = [] { return SIGINT; };
  control.on_snapshot = [&](const LiveSnapshot& snapshot, const RunSoFar&) {
    CHECK(snapshot.arms[0].requests > 0);
    most_due = std::max(most_due, snapshot.intended_last_second);
    most_started = std::max(most_started, snapshot.started_last_second);
    ::eventfd_write(interrupt, 1);
  };
  const RunResult result = carry_out(plan, control);
  ::close(interrupt);
  CHECK(most_due >= 50);
  CHECK(most_started >= 50);
  CHECK(result.interrupted_by == SIGINT);
  CHECK(requests(result) >= 50);
  CHECK_FALSE(result.load.at(0).judged_until_end);
}

TEST_CASE("whoever watches a run may read what is settled, and end it without losing what is under way") {
  const auto server = target();
  RunPlan plan = plan_for("{ get: /delay/700 }", {server->port(), server->port()});
  plan.workers = 2;
  plan.phases.push_back(arrivals(100, 3600s));
  std::optional<RunResult> seen;
  Nanos until{0};
  RunControl control;
  control.enough = [&](const LiveSnapshot&, const RunSoFar& so_far) {
    if (so_far.settled() < 1s) return false;
    until = so_far.settled();
    auto measured = so_far.measured(until);
    REQUIRE(measured);
    seen = std::move(*measured);
    return true;
  };
  const RunResult result = carry_out(plan, control);
  CHECK_FALSE(result.interrupted_by);
  CHECK_FALSE(result.load.at(0).judged_until_end);
  CHECK(ended(result, Outcome::aborted) == 0);
  REQUIRE(seen);
  REQUIRE(seen->load.size() == 1);
  CHECK(seen->load[0].end == until);
  const auto before = [&](const RunResult& measured) {
    std::map<std::pair<Arm, std::uint32_t>, std::uint64_t> counts;
    for (const Series& series : measured.series)
      for (const SeriesSlot& slot : series.slots)
        if ((slot.index + 1) * plan.slot_length <= until) counts[{series.key.arm, slot.index}] += slot.count;
    return counts;
  };
  CHECK(before(*seen) == before(result));
  CHECK(before(result).size() >= 4);
}
