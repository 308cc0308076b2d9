#include "verdict/breakdown.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "measured_run.h"
#include "verdict/judge.h"

using namespace assay;
using namespace assay::verdict;

namespace {

config::GateSpec usual_gate() {
  config::GateSpec gate;
  gate.compare = {compare_quantile(0.5, 0.10), compare_errors(0.01)};
  return gate;
}

std::vector<Finding> parts_of(const MeasuredRun& run) {
  const RunResult result = run.result();
  return break_down(result, {}, usual_gate());
}

// Two steps; the second answers after 60 ms in both arms, the candidate's longer by a factor.
MeasuredRun two_steps(double factor) {
  MeasuredRun run(60);
  run.facts().steps.push_back({"browse", "read", "GET", "/read", Nanos{2'000'000'000}});
  run.add_lognormal(25);
  for (std::uint32_t slot = 0; slot < run.slots(); ++slot)
    for (int i = 0; i < 25; ++i) {
      const double ms = 60 + 8 * ((i * 7 + static_cast<int>(slot) * 3) % 25) / 25.0;
      run.add({.slot = slot, .response_time = Nanos{std::llround(ms * factor * 1e6)}, .step = 1});
      run.add(
          {.arm = Arm::baseline, .slot = slot, .response_time = Nanos{std::llround(ms * 1e6)}, .step = 1});
    }
  return run;
}

}  // namespace

TEST_CASE("breakdown: nothing is named where nothing stands out") { CHECK(parts_of(two_steps(1)).empty()); }

TEST_CASE("breakdown: the step that is slower is named, with its q-value, and decides nothing") {
  const auto parts = parts_of(two_steps(1.4));
  REQUIRE(parts.size() == 1);
  const Finding& part = parts.front();
  CHECK(part.kind == FindingKind::breakdown);
  CHECK(part.severity == Severity::info);
  CHECK(part.state == FindingState::info);
  CHECK(part.subject == "p50(response_time) of step \"read\"");
  CHECK(*part.change == doctest::Approx(0.4).epsilon(0.01));
  CHECK(part.sentence.starts_with("p50(response_time) of step \"read\" is "));
  CHECK(part.sentence.ends_with("), more than the 10 % allowed; one of 2 parts looked at"));
  CHECK(*part.q_value <= 0.05);
  CHECK(*part.q_value >= *part.p_fail);
}

TEST_CASE("breakdown: a class of failed answers that is the candidate's is named") {
  MeasuredRun run(60);
  run.add_lognormal(50);
  for (std::uint32_t slot = 0; slot < run.slots(); ++slot) {
    run.add({.slot = slot, .outcome = Outcome::status, .status_class = 5}, 4);
    run.add({.slot = slot, .outcome = Outcome::status, .status_class = 4});
    run.add({.arm = Arm::baseline, .slot = slot, .outcome = Outcome::status, .status_class = 4});
  }
  const auto parts = parts_of(run);
  REQUIRE(parts.size() == 1);
  CHECK(parts.front().subject == "error_rate of failed answers 5xx");
  CHECK(*parts.front().baseline == 0);
}

TEST_CASE("breakdown: without compared metrics or requests there are no parts") {
  const RunResult result = MeasuredRun(60).result();
  CHECK(break_down(result, {}, usual_gate()).empty());
  const RunResult slower = two_steps(1.4).result();
  CHECK(break_down(slower, {}, {}).empty());
}

TEST_CASE("breakdown: the grade is that of the comparisons alone") {
  config::GateSpec gate;
  gate.compare = {compare_errors(0.01)};
  const RunResult result = two_steps(1.4).result();
  CHECK(judge(result, gate).grade == Grade::pass);
}

TEST_CASE("breakdown: a step with a handful of requests is no part and disturbs no other") {
  auto run = two_steps(1.4);
  run.facts().steps.push_back({"browse", "buy", "POST", "/buy", Nanos{2'000'000'000}});
  run.add({.slot = 3, .step = 2}, 3);
  run.add({.arm = Arm::baseline, .slot = 4, .step = 2}, 3);
  CHECK(parts_of(run).size() == 1);
}
