#include "reports/terminal_summary.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "reports/cells.h"
#include "tests/support/sample_run.h"

namespace assay::reports {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

ReportOptions at(std::size_t columns) {
  return {.columns = columns, .directory = "assay-runs/x", .page = "assay-runs/x/report.html"};
}

std::string summary_of(const RunRecord& record, std::size_t columns = 80) {
  return terminal_summary(record, at(columns));
}

template <class T>
void multiply(std::vector<T>& values, std::size_t times) {
  const std::vector<T> once = values;
  for (std::size_t i = 1; i < times; ++i) values.insert(values.end(), once.begin(), once.end());
}

RunRecord enormous_run() {
  RunRecord record = test_support::sample_run();
  multiply(record.verdict->findings, 100);
  multiply(record.verdict->limits, 30);
  multiply(record.result.failures, 100);
  multiply(record.result.probes, 100);
  multiply(record.result.targets, 10);
  multiply(record.result.load, 100);
  record.result.early_stop = EarlyStop{StopCause::failed, 30s, "look 2 of 4 proved that p95 fails"};
  record.result.interrupted_by = 2;
  return record;
}

constexpr const char* kHostile =
    "\x1b[2J\x1b]0;owned\x07::error::x ##[error]y ##vso[z] \u202E\u0085\r\n</script><b> ]]> 注文 😀 \xff\xc3 ";

RunRecord hostile_run() {
  RunRecord record = enormous_run();
  std::string words = kHostile;
  for (int i = 0; i < 6; ++i) words += words;
  RunResult& result = record.result;
  result.name = words;
  for (TargetFacts& target : result.targets) target.url = words;
  for (StepFacts& step : result.steps) step.name = words;
  for (LoadPhaseFacts& phase : result.load) phase.description = words;
  for (FailureExample& failure : result.failures) failure.detail = words;
  for (ProbeResult& probe : result.probes) probe.name = probe.reason = probe.location = words;
  record.verdict->reason = words;
  for (Limit& limit : record.verdict->limits) limit.evidence = limit.advice = words;
  for (Finding& finding : record.verdict->findings)
    finding.sentence = finding.subject = finding.location = words;
  result.early_stop->reason = words;
  return record;
}

std::vector<RunRecord> all_runs() {
  std::vector<RunRecord> runs = {test_support::sample_run(), enormous_run(), hostile_run()};
  runs.push_back({.result = test_support::sample_result(), .verdict = std::nullopt});
  RunRecord one_arm = test_support::sample_run();
  std::erase_if(one_arm.result.targets, [](const TargetFacts& t) { return t.arm == Arm::baseline; });
  runs.push_back(one_arm);
  RunRecord withheld = hostile_run();
  withheld.result.load_withheld = kHostile;
  runs.push_back(withheld);
  RunRecord not_run;
  not_run.result.could_not_run = kHostile;
  runs.push_back(not_run);
  return runs;
}

TEST_CASE("the summary of any run has at most forty lines, none wider than the terminal") {
  for (const RunRecord& record : all_runs()) {
    for (const std::size_t columns : std::vector<std::size_t>{20, 40, 79, 80, 120, 400}) {
      const std::vector<std::string> lines = lines_of(summary_of(record, columns));
      CAPTURE(columns);
      CHECK(lines.size() <= kSummaryLines);
      REQUIRE(lines.size() > 2);
      for (std::size_t i = 0; i + 2 < lines.size(); ++i) CHECK(display_width(lines[i]) <= columns);
      CHECK(lines.back() == "report: assay-runs/x/report.html");
    }
    const std::vector<std::string> lines = lines_of(summary_of(record, 0));
    CHECK(lines.size() <= kSummaryLines);
    for (const std::string& line : lines) CHECK(line.size() < 4000);
  }
}

TEST_CASE("nothing of a server does anything to the terminal or to the pipeline that shows it") {
  for (const Detail detail : {Detail::usual, Detail::full, Detail::brief}) {
    for (const std::size_t columns : std::vector<std::size_t>{0, 30, 80}) {
      ReportOptions options = at(columns);
      options.detail = detail;
      const std::string text = find_report_format("terminal")->write(hostile_run(), options);
      CHECK(text.find('\x1b') == std::string::npos);
      CHECK(text.find('\r') == std::string::npos);
      CHECK(text.find("\u202E") == std::string::npos);
      CHECK(text.find("\u0085") == std::string::npos);
      CHECK(text.find('\xff') == std::string::npos);
      CHECK(text.find("##[") == std::string::npos);
      CHECK(text.find("##vso[") == std::string::npos);
      for (std::string line : lines_of(text)) {
        line.erase(0, line.find_first_not_of(' '));
        CHECK_FALSE(line.starts_with("::"));
      }
    }
  }
}

TEST_CASE("what does not fit is counted") {
  const std::string text = summary_of(enormous_run());
  CHECK(text.find(" more reasons\n") != std::string::npos);
  CHECK(text.find(" more thresholds\n") != std::string::npos);
  CHECK(text.find(" more kinds\n") != std::string::npos);
  CHECK(text.find(" more probes\n") != std::string::npos);
  CHECK(text.find("more: assay report assay-runs/x --verbose\n") != std::string::npos);
}

TEST_CASE("the command that shows all can be typed as it stands") {
  ReportOptions options = at(80);
  options.directory = "my runs/it's";
  CHECK(terminal_summary(test_support::sample_run(), options)
            .find("more: assay report 'my runs/it'\\''s' --verbose\n") != std::string::npos);
}

TEST_CASE("what failed stands before what passed, whatever the gate's order") {
  RunRecord record = test_support::sample_run();
  std::reverse(record.verdict->findings.begin(), record.verdict->findings.end());
  std::reverse(record.result.probes.begin(), record.result.probes.end());
  const std::string text = summary_of(record);
  CHECK(text.find("■ fail  error_rate") < text.find("● pass  p99"));
  CHECK(text.find("■ fail tls:") < text.find("◇ error names:"));
  CHECK(text.find("\n  p95 ") < text.find("\n  p50 "));
}

TEST_CASE("the limit stands beside the value in every width") {
  for (const std::size_t columns : std::vector<std::size_t>{50, 80, 200}) {
    const std::vector<std::string> lines = lines_of(summary_of(test_support::sample_run(), columns));
    const auto line = [&](std::string_view begin) {
      const auto found = std::find_if(lines.begin(), lines.end(),
                                      [&](const std::string& each) { return each.starts_with(begin); });
      REQUIRE(found != lines.end());
      return *found;
    };
    CAPTURE(columns);
    const std::string tail = line("  p95 ");
    CHECK(tail.find("51.1ms") != std::string::npos);
    CHECK(tail.find("+22.7%") != std::string::npos);
    CHECK(tail.find("10%") != std::string::npos);
    CHECK(line("  ■ fail  error_rate < 0.5%").find("is 0.617%") != std::string::npos);
  }
}

TEST_CASE("what passed beside earlier runs has its sentence, because there is no column to compare with") {
  RunRecord record = test_support::sample_run();
  std::erase_if(record.result.targets, [](const TargetFacts& t) { return t.arm == Arm::baseline; });
  const std::string text = summary_of(record, 0);
  CHECK(text.find("  ● pass: p50 is 3.4 % faster to 2.6 % slower") != std::string::npos);
  CHECK(text.find("● pass: p95") == std::string::npos);
}

TEST_CASE("the brief summary is the verdict, its reasons and where the rest stands") {
  ReportOptions options = at(80);
  options.detail = Detail::brief;
  const std::vector<std::string> lines = lines_of(terminal_summary(test_support::sample_run(), options));
  CHECK(lines.front() == "■ FAIL  invoices-canary");
  CHECK(lines.size() < 10);
  CHECK(lines.back() == "report: assay-runs/x/report.html");
}

TEST_CASE("the last line says where the run is, with or without a page, or nothing") {
  ReportOptions options = at(80);
  CHECK(place_of_the_rest(options) == "report: assay-runs/x/report.html\n");
  options.page.clear();
  CHECK(place_of_the_rest(options) == "data: assay-runs/x\n");
  options.directory.clear();
  CHECK(place_of_the_rest(options).empty());
  CHECK(terminal_summary(test_support::sample_run(), options).find("more: ") == std::string::npos);
}

}  // namespace
}  // namespace assay::reports
