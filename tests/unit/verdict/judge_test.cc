#include "verdict/judge.h"

#include <doctest/doctest.h>

#include "measured_run.h"

using namespace assay;
using namespace assay::verdict;
using config::Aggregate;
using config::Comparator;

namespace {

config::GateSpec gate_with(std::vector<config::ThresholdSpec> thresholds,
                           std::vector<config::CompareSpec> comparisons = {}) {
  config::GateSpec gate;
  gate.compare = std::move(comparisons);
  gate.thresholds = std::move(thresholds);
  return gate;
}

MeasuredRun answered(std::uint64_t good, std::uint64_t bad) {
  MeasuredRun run(10, false);
  if (good > 0) run.add({}, good);
  if (bad > 0) run.add({.outcome = Outcome::status, .status_class = 5}, bad);
  return run;
}

const auto kFewErrors = threshold(Aggregate::error_rate, Comparator::less, 0.01);
const auto kManyRequests = threshold(Aggregate::count, Comparator::greater, 50);

}  // namespace

TEST_CASE("judge: thresholds that hold pass") {
  const auto verdict = judge(answered(100, 0).result(), gate_with({kFewErrors, kManyRequests}));
  CHECK(verdict.grade == Grade::pass);
  CHECK(verdict.reason == "all 2 requirements hold");
}

TEST_CASE("judge: one broken threshold fails and is the reason") {
  const auto verdict = judge(answered(50, 50).result(), gate_with({kManyRequests, kFewErrors}));
  CHECK(verdict.grade == Grade::fail);
  CHECK(verdict.reason == "the threshold: measured 50 %");
  CHECK(verdict.findings.front().state == FindingState::fail);
}

TEST_CASE("judge: a broken threshold of severity warn is reported but does not fail") {
  auto warning = kFewErrors;
  warning.severity = Severity::warn;
  const auto verdict = judge(answered(50, 50).result(), gate_with({kManyRequests, warning}));
  CHECK(verdict.grade == Grade::pass);
  CHECK(verdict.findings.back().state == FindingState::fail);
}

TEST_CASE("judge: missing data is inconclusive, and failing beats missing") {
  auto missing = kFewErrors;
  missing.filter.step = "read";
  const auto unsure = judge(answered(100, 0).result(), gate_with({kManyRequests, missing}));
  CHECK(unsure.grade == Grade::inconclusive);
  CHECK(unsure.reason == "not enough data: the threshold: no judged request matches");
  CHECK(judge(answered(50, 50).result(), gate_with({missing, kFewErrors})).grade == Grade::fail);
}

TEST_CASE("judge: invalid beats everything") {
  auto run = answered(50, 50);
  run.facts().interrupted_by = 15;
  const auto verdict = judge(run.result(), gate_with({kFewErrors}));
  CHECK(verdict.grade == Grade::invalid);
  CHECK(verdict.reason == "the run was interrupted by SIGTERM");
}

TEST_CASE("judge: nothing to judge is never a pass") {
  CHECK(judge(answered(100, 0).result(), {}).grade == Grade::inconclusive);
  auto remark = kManyRequests;
  remark.severity = Severity::info;
  CHECK(judge(answered(100, 0).result(), gate_with({remark})).grade == Grade::inconclusive);
}

TEST_CASE("judge: a comparison without a measured baseline is never a pass") {
  auto gate = gate_with({kManyRequests});
  gate.compare.push_back(compare_quantile(0.5, 0.1));
  CHECK(judge(answered(100, 0).result(), gate).grade == Grade::inconclusive);
}

TEST_CASE("judge: two equal arms pass the usual comparisons, with their scope") {
  MeasuredRun run;
  run.add_lognormal(50);
  const auto verdict = judge(run.result(), gate_with({}, usual_comparisons()));
  CHECK_MESSAGE(verdict.grade == Grade::pass, verdict.reason);
  CHECK(verdict.findings.back().sentence ==
        "this verdict covers 2 min: events rarer than one per 40 s are not covered");
}

TEST_CASE("judge: a slower candidate fails although its thresholds hold") {
  MeasuredRun run;
  run.add_lognormal(50, 1.4);
  const auto verdict = judge(run.result(), gate_with({kManyRequests}, usual_comparisons()));
  CHECK(verdict.grade == Grade::fail);
  CHECK(verdict.reason.find("against") != std::string::npos);
}

TEST_CASE("judge: the reason says when latencies were compared in less than nine tenths of the time") {
  MeasuredRun calm(60), disturbed(60);
  for (MeasuredRun* run : {&calm, &disturbed}) run->add_lognormal(25);
  for (std::uint32_t slot = 10; slot < 110; slot += 20)  // both arms slow: shared, so never counted as stalls
    for (const Arm arm : {Arm::candidate, Arm::baseline})
      disturbed.add({.arm = arm, .slot = slot, .response_time = Nanos{900'000'000}}, 25);
  const auto gate = gate_with({}, {compare_quantile(0.5, 0.10)});
  CHECK(judge(calm.result(), gate).reason == "the one requirement holds");
  const auto verdict = judge(disturbed.result(), gate);
  CHECK(verdict.grade == Grade::pass);
  CHECK(verdict.reason.find("; latencies were compared in the 8") != std::string::npos);
}
