#include "reports/bar_row.h"

#include <doctest/doctest.h>

#include "reports/command_text.h"
#include "reports/run_events.h"
#include "reports/run_view.h"
#include "reports/summary.h"
#include "tests/support/sample_run.h"

namespace assay::reports {
namespace {

using namespace std::chrono_literals;

Finding finding_of(FindingKind kind, FindingState state) {
  Finding finding;
  finding.kind = kind;
  finding.state = state;
  return finding;
}

BarRow only_row(const Finding& finding) {
  static Verdict verdict;
  verdict.findings = {finding};
  const auto rows = bar_rows(verdict);
  REQUIRE(rows.size() == 1);
  return rows[0];
}

TEST_CASE("bars: a comparison is a share of its margin") {
  Finding finding = finding_of(FindingKind::comparison, FindingState::fail);
  finding.change = 0.15;
  finding.low = 0.12;
  finding.high = 0.19;
  finding.margin = 0.10;
  const BarRow row = only_row(finding);
  CHECK(*row.value == doctest::Approx(1.5));
  CHECK(*row.low == doctest::Approx(1.2));
  CHECK(*row.high == doctest::Approx(1.9));
}

TEST_CASE("bars: less throughput is worse") {
  Finding finding = finding_of(FindingKind::comparison, FindingState::fail);
  finding.unit = Unit::per_second;
  finding.less_is_worse = true;
  finding.change = -0.10;
  finding.low = -0.12;
  finding.high = 0.01;
  finding.margin = 0.05;
  const BarRow row = only_row(finding);
  CHECK(*row.value == doctest::Approx(2));
  CHECK(*row.low == doctest::Approx(-0.2));
  CHECK(*row.high == doctest::Approx(2.4));
}

TEST_CASE("bars: more of a rate may be worse as well") {
  Finding finding = finding_of(FindingKind::comparison, FindingState::fail);
  finding.unit = Unit::per_second;
  finding.change = 0.10;
  finding.margin = 0.05;
  CHECK(*only_row(finding).value == doctest::Approx(2));
}

TEST_CASE("bars: a threshold is the share of its limit that is used, a least turned around") {
  Finding finding = finding_of(FindingKind::threshold, FindingState::pass);
  finding.value = 50;
  finding.limit = 200;
  CHECK(*only_row(finding).value == doctest::Approx(0.25));
  finding.limit_is_least = true;
  CHECK(*only_row(finding).value == doctest::Approx(1.75));
  finding.value = 400;
  CHECK(*only_row(finding).value == doctest::Approx(0));
  finding.limit = 0;
  CHECK(!only_row(finding).value);
  finding.value.reset();
  CHECK(!only_row(finding).value);
}

TEST_CASE("bars: failed first, blockers before warnings, and what says nothing is left out") {
  Verdict verdict;
  verdict.findings = {finding_of(FindingKind::threshold, FindingState::pass),
                      finding_of(FindingKind::comparison, FindingState::inconclusive),
                      finding_of(FindingKind::threshold, FindingState::fail),
                      finding_of(FindingKind::comparison, FindingState::fail),
                      finding_of(FindingKind::validity, FindingState::pass),
                      finding_of(FindingKind::probe, FindingState::fail),
                      finding_of(FindingKind::breakdown, FindingState::info)};
  verdict.findings[2].severity = Severity::warn;
  const auto rows = bar_rows(verdict);
  REQUIRE(rows.size() == 5);
  CHECK(rows[0].finding == &verdict.findings[3]);
  CHECK(rows[1].finding == &verdict.findings[5]);
  CHECK(rows[2].finding == &verdict.findings[2]);
  CHECK(rows[3].finding == &verdict.findings[1]);
  CHECK(rows[4].finding == &verdict.findings[0]);
}

TEST_CASE("bars: the axis has its marks at a quarter and at the middle") {
  CHECK(bar_position(0) == doctest::Approx(0.25));
  CHECK(bar_position(1) == doctest::Approx(0.5));
  CHECK(bar_position(300) == 1);
  CHECK(bar_position(-300) == 0);
}

TEST_CASE("command: as it would be typed, with the seed that was drawn") {
  RunResult result;
  CHECK(command_text(result).empty());
  result.command_line = {"assay", "run", "my gate.yaml", "--var", "a=it's"};
  result.seed = 7;
  CHECK(command_text(result) == "assay run 'my gate.yaml' --var 'a=it'\\''s' --seed 7");
  result.command_line = {"assay", "run", "gate.yaml", "--seed", "42"};
  CHECK(command_text(result) == "assay run gate.yaml --seed 42");
  CHECK(shell_word("") == "''");
  CHECK(shell_word("$(reboot)") == "'$(reboot)'");
}

TEST_CASE("events: outages, alerts and failed windows stand on the axis of the run") {
  RunRecord record = test_support::sample_run();
  record.result.probes_lead = 2s;
  ProbeResult alert;
  alert.name = "high errors";
  alert.milestones = {{"fault", 12s}, {"pending", 14s}, {"firing", 24s}, {"resolved", 44s}};
  record.result.probes.push_back(alert);
  record.verdict->findings[0].from = 30s;
  record.verdict->findings[0].until = 40s;
  const auto lanes = event_lanes(record, 60s, 8);
  REQUIRE(lanes.size() == 3);
  CHECK(lanes[0].events[0].from == 10250ms);
  CHECK(lanes[0].events[0].until == 10560ms);
  CHECK(lanes[0].events[0].words == "out for at most 310ms: refused x3");
  REQUIRE(lanes[1].events.size() == 2);
  CHECK(lanes[1].events[0].kind == EventKind::pending);
  CHECK(lanes[1].events[0].from == 12s);
  CHECK(lanes[1].events[0].until == 22s);
  CHECK(lanes[1].events[1].until == 42s);
  CHECK(lanes[2].events[0].from == 30s);
  CHECK(event_lanes(record, 60s, 1).size() == 1);
  CHECK(event_lanes(record, 5s, 8).empty());  // nothing of it had happened by then
}

TEST_CASE("steps: where there are many, those with failures and traffic are shown, in their order") {
  Summary summary;
  for (std::uint64_t i = 0; i < 5; ++i)
    summary.steps.push_back({"s", std::to_string(i), Arm::candidate, i * 10, i == 1 ? 3U : 0U});
  const auto rows = noteworthy_steps(summary, 2);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0]->step == "1");
  CHECK(rows[1]->step == "4");
  CHECK(noteworthy_steps(summary, 50).size() == 5);
}

TEST_CASE("steps: a baseline that only server metrics tell of has no rows of its own") {
  RunRecord record = test_support::sample_run();
  RunResult& result = record.result;
  std::erase_if(result.targets, [](const TargetFacts& target) { return target.arm == Arm::baseline; });
  std::erase_if(result.series, [](const Series& series) { return series.key.arm == Arm::baseline; });
  ServerMetric metric;
  for (auto& source : metric.sources) source.emplace();
  result.server_metrics = {metric};
  const Summary summary = summarise(record);
  CHECK(summary.has_baseline);
  REQUIRE(!result.steps.empty());
  const auto rows = noteworthy_steps(summary, kMostSteps);
  REQUIRE(rows.size() == result.steps.size());
  for (std::size_t i = 0; i < rows.size(); ++i) CHECK(rows[i]->step == result.steps[i].name);
  CHECK(view_of(record).arms() == std::vector{Arm::candidate});
}

}  // namespace
}  // namespace assay::reports
