#include "reports/run_metrics.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "reports/live_metrics.h"
#include "reports/metric_text.h"
#include "reports/otlp_metrics.h"
#include "tests/support/sample_run.h"
#include "tests/unit/reports/golden.h"

namespace assay::reports {
namespace {

using namespace std::chrono_literals;

constexpr const char* kHostile = "</script><b>]]>::error\x1b[31m\xff\u202E\n\"\\";

void check_golden(const std::string& file, const std::string& actual) {
  CHECK(actual == test_support::read_golden("reports/" + file, actual));
}

const MetricFamily* find(const std::vector<MetricFamily>& families, std::string_view name) {
  const auto found = std::ranges::find(families, name, &MetricFamily::name);
  return found == families.end() ? nullptr : &*found;
}

// The values of one label, in the order of the samples.
std::vector<std::string> values(const MetricFamily& family, std::string_view label) {
  std::vector<std::string> found;
  for (const MetricSample& sample : family.samples)
    for (const MetricLabel& one : sample.labels)
      if (one.name == label) found.push_back(one.value);
  return found;
}

double value_of(const MetricFamily& family, std::string_view label, std::string_view value) {
  for (const MetricSample& sample : family.samples)
    for (const MetricLabel& one : sample.labels)
      if (one.name == label && one.value == value) return sample.value;
  FAIL("no such sample");
  return 0;
}

bool labels_are_distinct(const std::vector<MetricFamily>& families) {
  for (const MetricFamily& family : families) {
    std::set<std::vector<std::pair<std::string, std::string>>> seen;
    for (const MetricSample& sample : family.samples) {
      std::vector<std::pair<std::string, std::string>> labels;
      for (const MetricLabel& label : sample.labels) labels.emplace_back(label.name, label.value);
      if (!seen.insert(labels).second) return false;
    }
  }
  return true;
}

RunRecord with_many_names(std::size_t count) {
  RunRecord record = test_support::sample_run();
  RunResult& result = record.result;
  const ProbeResult probe = result.probes.front();
  result.probes.clear();
  record.verdict->findings.clear();
  for (std::size_t i = 0; i < count; ++i) {
    ProbeResult& more = result.probes.emplace_back(probe);
    more.name = "probe " + std::to_string(i);
    more.state = i == count - 1 ? ProbeState::fail : ProbeState::pass;
    Finding& finding = record.verdict->findings.emplace_back();
    finding.subject = "check " + std::to_string(i);
    finding.state = i == count - 1 ? FindingState::fail : FindingState::pass;
  }
  const StepFacts step = result.steps.front();
  while (result.steps.size() < count) {
    StepFacts& more = result.steps.emplace_back(step);
    more.name = "step " + std::to_string(result.steps.size());
  }
  return record;
}

LiveRun sample_live() {
  LiveRun run;
  run.gate = "invoices-canary";
  run.now.elapsed = 12s;
  run.now.planned = 60s;
  run.now.has_baseline = true;
  run.now.intended_last_second = 200;
  run.now.completed_last_second = 198;
  run.now.in_flight = 7;
  run.now.waiting = 1;
  run.now.shed = 2;
  run.now.arms = {{{2400, 12, 45ms, 90ms, 180ms, 120.5}, {2398, 0, 0ns, 0ns, 0ns, 101.25}}};
  run.probes = {{"ready", "health", ProbePhase::during, Severity::blocker, ProbeState::pass, "", 120, 3},
                {"alert", "alert-lifecycle", ProbePhase::during, Severity::warn, {}, "pending", 0, 0}};
  run.looks = {{1, 4, 0.25, 8.86e-5, 0.0179, 8.8e-5, 0.0179, 0.3, 0.6}};
  run.next_look = 30s;
  return run;
}

TEST_CASE("metrics of a run: as the golden file says, without timestamps") {
  const auto families = run_metrics(test_support::sample_run());
  CHECK(labels_are_distinct(families));
  check_golden("push.txt", prometheus_text(families));
}

TEST_CASE("metrics of a run: OTLP as the golden file says") {
  check_golden("otlp.json", otlp_metrics(test_support::sample_run()) + "\n");
}

TEST_CASE("metrics of a run that goes on: as the golden file says") {
  const auto families = live_metrics(sample_live());
  CHECK(labels_are_distinct(families));
  check_golden("live-metrics.txt", prometheus_text(families));
}

TEST_CASE("metrics of a run: the unit stands at the end of the name, and _total behind counters only") {
  auto families = run_metrics(test_support::sample_run());
  const auto live = live_metrics(sample_live());
  families.insert(families.end(), live.begin(), live.end());
  for (const MetricFamily& family : families) {
    CAPTURE(family.name);
    CHECK((family.unit.empty() || family.name.ends_with("_" + family.unit)));
    CHECK_FALSE(family.name.ends_with("_total"));
    CHECK_FALSE(family.samples.empty());
    CHECK(family.help.ends_with('.'));
  }
}

TEST_CASE("metrics of a run: names beyond 50 are folded, and what is wrong among them is not hidden") {
  const auto families = run_metrics(with_many_names(80));
  CHECK(labels_are_distinct(families));
  for (const char* name : {"probe_success", "assay_run_check_passed"}) {
    const MetricFamily* family = find(families, name);
    REQUIRE(family != nullptr);
    CHECK(family->samples.size() == kMostLabelValues + 1);
    CHECK(values(*family, family->name == "probe_success" ? "probe" : "check").back() == kOthers);
    CHECK(family->samples.back().value == 1);
  }
  // The one that failed came last and has its name all the same.
  CHECK(value_of(*find(families, "probe_success"), "probe", "probe 79") == 0);
  CHECK(value_of(*find(families, "assay_run_check_passed"), "check", "check 79") == 0);
  const auto steps = values(*find(families, "assay_run_step_requests"), "step");
  CHECK(std::set<std::string>(steps.begin(), steps.end()).size() == kMostLabelValues + 1);
}

TEST_CASE("metrics of a run: more than 50 that failed leave a failed rest") {
  RunRecord record = with_many_names(80);
  for (ProbeResult& probe : record.result.probes) probe.state = ProbeState::error;
  for (Finding& finding : record.verdict->findings) finding.state = FindingState::insufficient;
  const auto families = run_metrics(record);
  CHECK(value_of(*find(families, "probe_success"), "probe", kOthers) == 0);
  CHECK(value_of(*find(families, "assay_run_check_passed"), "check", kOthers) == 0);
}

TEST_CASE("metrics of a run: the requests of named and of folded steps are all of them") {
  const RunRecord record = with_many_names(80);
  const auto families = run_metrics(record);
  double by_step = 0, by_outcome = 0;
  for (const MetricSample& sample : find(families, "assay_run_step_requests")->samples)
    by_step += sample.value;
  for (const MetricSample& sample : find(families, "assay_run_requests")->samples) by_outcome += sample.value;
  CHECK(by_step == by_outcome);
  CHECK(by_step > 0);
}

TEST_CASE("metrics of a run: nothing that was configured or answered breaks a line or a body") {
  RunRecord record = test_support::sample_run();
  record.result.name = record.result.id = kHostile;
  for (StepFacts& step : record.result.steps) step.name = step.scenario = kHostile;
  for (ProbeResult& probe : record.result.probes) probe.name = probe.kind = kHostile;
  for (Finding& finding : record.verdict->findings) finding.subject = kHostile;
  const auto families = run_metrics(record);
  CHECK(labels_are_distinct(families));
  for (const std::string& text :
       {prometheus_text(families), openmetrics_text(families), otlp_metrics(record)}) {
    for (const char* harmful : {"\x1b", "\xff", "\u202E"}) CHECK(text.find(harmful) == std::string::npos);
    CHECK(text.find("\n\"") == std::string::npos);
  }
}

TEST_CASE("metrics of a run: one without a verdict has none, and one without requests no times") {
  RunRecord record{.result = test_support::sample_result(), .verdict = std::nullopt};
  CHECK(find(run_metrics(record), "assay_run_verdict") == nullptr);
  RunRecord empty;
  empty.verdict.emplace();
  const auto families = run_metrics(empty);
  CHECK(value_of(*find(families, "assay_run_verdict"), "verdict", "invalid") == 1);
  CHECK(find(families, "assay_run_response_time_seconds") == nullptr);
}

}  // namespace
}  // namespace assay::reports
