#include "model/merge.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/random.h"
#include "tests/support/sample_run.h"
#include "tests/support/sample_traffic.h"

namespace assay {
namespace {

using test_support::record_traffic;
using test_support::SyntheticRequest;

RunResult without_traffic() {
  RunResult result = test_support::sample_result();
  result.warm_up_requests = result.warm_up_errors = result.iterations_completed = 0;
  result.duration = Nanos{0};
  result.failures.clear();
  for (TargetFacts& target : result.targets)
    target.connections_opened = target.requests_on_new_connections = 0;
  return result;
}

RunResult measured(const std::vector<SyntheticRequest>& traffic, Segment segment) {
  RunResult result = without_traffic();
  result.segment = segment;
  record_traffic(result, traffic);
  return result;
}

// Every request belongs to one part, at random.
std::vector<RunResult> split(const std::vector<SyntheticRequest>& traffic, std::uint32_t count) {
  std::vector<std::vector<SyntheticRequest>> shares(count);
  Random random(count, 0);
  for (const SyntheticRequest& request : traffic) shares[random.below(count)].push_back(request);
  std::vector<RunResult> parts;
  for (std::uint32_t i = 0; i < count; ++i) parts.push_back(measured(shares[i], {i + 1, count}));
  std::reverse(parts.begin(), parts.end());
  return parts;
}

std::vector<RunResult> two_segments() {
  std::vector<RunResult> parts(2);
  for (std::uint32_t i = 0; i < 2; ++i) {
    parts[i].id = i == 0 ? "first" : "second";
    parts[i].segment = {i + 1, 2};
    parts[i].targets.resize(1);
  }
  return parts;
}

std::string error_of(std::vector<RunResult> parts) { return merge(std::move(parts)).error(); }

TEST_CASE("splitting a run into segments and merging them gives the run again") {
  const auto traffic = test_support::sample_traffic(5);
  const RunResult whole = measured(traffic, {1, 1});
  for (const std::uint32_t count : {1U, 2U, 5U}) {
    CAPTURE(count);
    const auto merged = merge(split(traffic, count));
    REQUIRE(merged);
    CHECK(merged->segment == Segment{1, 1});
    CHECK(merged->series == whole.series);
    CHECK(merged->warm_up_requests == whole.warm_up_requests);
    CHECK(merged->warm_up_errors == whole.warm_up_errors);
    CHECK(merged->iterations_completed == whole.iterations_completed);
    CHECK(merged->targets == whole.targets);
    CHECK(merged->duration == whole.duration);
    CHECK(merged->health.dispatch_lag == whole.health.dispatch_lag);
    CHECK(merged->health.shed == whole.health.shed);
    CHECK(merged->health.workers == 2 * count);
    CHECK(merged->health.started == whole.health.started);
    REQUIRE(merged->health.seconds.size() == whole.health.seconds.size());
  }
}

TEST_CASE("health seconds add up second by second, with the worst lag of the parts") {
  const auto traffic = test_support::sample_traffic(6);
  const RunResult whole = measured(traffic, {1, 1});
  const auto parts = split(traffic, 3);
  const auto merged = merge(parts);
  REQUIRE(merged);
  for (std::size_t i = 0; i < whole.health.seconds.size(); ++i) {
    const HealthSecond& sum = merged->health.seconds[i];
    const HealthSecond& expected = whole.health.seconds[i];
    CHECK(sum.second == expected.second);
    CHECK(sum.intended == expected.intended);
    CHECK(sum.completed == expected.completed);
    CHECK(sum.in_flight == expected.in_flight);
    CHECK(sum.lag_max == expected.lag_max);
    Nanos worst{0};
    for (const RunResult& part : parts) {
      if (i < part.health.seconds.size()) worst = std::max(worst, part.health.seconds[i].lag_p99);
    }
    CHECK(sum.lag_p99 == worst);
  }
}

TEST_CASE(
    "machines are put together: counts add up, the worst share counts, what one does not tell the other "
    "may") {
  auto parts = two_segments();
  HealthSecond& first = parts[0].health.seconds.emplace_back();
  HealthSecond& second = parts[1].health.seconds.emplace_back();
  first = {.waited = 3, .shed = 1, .unanswered = 1, .no_port = 2, .no_file = 0, .run_delay_ratio = 0.1};
  second = {
      .waited = 4, .shed = 0, .unanswered = 2, .no_port = 5, .no_file = 6, .run_delay_ratio = std::nullopt};
  first.machine = {1.5, 0.1, 100, 1, 10, std::nullopt};
  second.machine = {0.5, 0.2, 200, 2, 20, 0.4};
  parts[0].health.local_ports = parts[1].health.local_ports = 100;
  parts[0].health.link = LinkFacts{"eth0", 0};
  parts[1].health.link = LinkFacts{"ens5", 1'000'000'000};
  parts[1].health.polling = true;
  const auto merged = merge(parts);
  REQUIRE(merged);
  const GeneratorHealth& health = merged->health;
  CHECK(health.machines == 2);
  CHECK(health.polling);
  CHECK(health.local_ports == 200);
  CHECK(health.link == LinkFacts{"ens5", 1'000'000'000});
  HealthSecond expected{
      .waited = 7, .shed = 1, .unanswered = 3, .no_port = 7, .no_file = 6, .run_delay_ratio = 0.1};
  expected.machine = {2.0, 0.2, 300, 3, 30, 0.4};
  CHECK(health.seconds.at(0) == expected);
}

TEST_CASE("virtual users of all machines together may be in flight") {
  auto parts = two_segments();
  for (RunResult& part : parts) part.load.emplace_back().max_in_flight = 250;
  const auto merged = merge(parts);
  REQUIRE(merged);
  CHECK(merged->load.at(0).max_in_flight == 500);
}

TEST_CASE("failures meet by step, arm and outcome, and keep the example of the first segment") {
  auto parts = two_segments();
  parts[0].failures = {{0, Arm::candidate, Outcome::status, 2, "got 503", "gate.yaml:1:1"}};
  parts[1].failures = {{0, Arm::candidate, Outcome::status, 3, "got 500", "gate.yaml:1:1"},
                       {0, Arm::baseline, Outcome::status, 1, "got 502", ""}};
  const auto merged = merge(parts);
  REQUIRE(merged);
  REQUIRE(merged->failures.size() == 2);
  CHECK(merged->failures[0] ==
        FailureExample{0, Arm::candidate, Outcome::status, 5, "got 503", "gate.yaml:1:1"});
  CHECK(merged->failures[1] == parts[1].failures[1]);
}

TEST_CASE("a target is verified only if every segment verified it") {
  auto parts = two_segments();
  parts[0].targets[0].addresses = {"192.0.2.1:443"};
  parts[1].targets[0].addresses = {"192.0.2.1:443", "192.0.2.2:443"};
  parts[0].targets[0].tls.emplace().verified = true;
  parts[1].targets[0].tls.emplace().session_resumed = true;
  parts[1].targets[0].verify = false;
  const auto merged = merge(parts);
  REQUIRE(merged);
  const TargetFacts& target = merged->targets.at(0);
  CHECK(target.addresses == std::vector<std::string>{"192.0.2.1:443", "192.0.2.2:443"});
  CHECK(!target.tls->verified);
  CHECK(target.tls->session_resumed);
  CHECK(!target.verify);
}

TEST_CASE("what one segment could not do, the run could not do") {
  auto parts = two_segments();
  parts[1].could_not_run = "connection refused";
  parts[1].interrupted_by = 2;
  const auto merged = merge(parts);
  REQUIRE(merged);
  CHECK(merged->could_not_run == "run `second` (segment 2 of 2): connection refused");
  CHECK(merged->interrupted_by == 2);
}

TEST_CASE("segments of different runs are refused") {
  const auto differs = [](auto change) {
    auto parts = two_segments();
    change(parts[1]);
    return error_of(parts);
  };
  const std::string first = " than run `first` (segment 1 of 2)";
  const std::string second = "run `second` (segment 2 of 2) has another ";
  CHECK(differs([](RunResult& r) { r.gate_text = "x"; }) == second + "gate file" + first);
  CHECK(differs([](RunResult& r) { r.seed = 9; }) == second + "seed" + first);
  CHECK(differs([](RunResult& r) { r.slot_length = Nanos{9}; }) == second + "slot length" + first);
  CHECK(differs([](RunResult& r) { r.overrides["a"] = "b"; }) == second + "--var or --target" + first);
  CHECK(differs([](RunResult& r) { r.same_build = true; }) == second + "use of --aa" + first);
  CHECK(differs([](RunResult& r) { r.steps.resize(1); }) == second + "steps" + first);
  CHECK(differs([](RunResult& r) { r.load.resize(1); }) == second + "load" + first);
  CHECK(differs([](RunResult& r) { r.segment.count = 3; }) ==
        "run `second` (segment 2 of 3) has another number of segments than run `first` (segment 1 of 2)");
}

TEST_CASE("each segment must be there exactly once") {
  auto parts = two_segments();
  CHECK(error_of({}) == "there is no run to merge");
  CHECK(error_of({parts[0]}) == "segment 2 of 2 is missing");
  CHECK(error_of({parts[1]}) == "segment 1 of 2 is missing");
  parts[1].segment.index = 1;
  CHECK(error_of(parts) ==
        "run `second` (segment 1 of 2) and run `first` (segment 1 of 2) are the same segment");
  parts[1].segment.index = 3;
  CHECK(error_of(parts) == "run `second` (segment 3 of 2) is not a segment of the run");
}

}  // namespace
}  // namespace assay
