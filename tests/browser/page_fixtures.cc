// Writes pages of runs for the browser tests: FOLDER/NAME/report.html, and the result of the usual one.
//   browser_page_fixtures FOLDER
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "model/codec.h"
#include "reports/html_report.h"
#include "reports/trend_report.h"
#include "tests/support/hostile_run.h"
#include "tests/support/long_run.h"
#include "tests/support/sample_run.h"
#include "tests/support/sample_trend.h"

namespace {

using namespace assay;
using namespace assay::test_support;
using namespace std::chrono_literals;

// Everything that a page can show: two arms, probes, an alert, server metrics.
RunRecord usual() {
  RunRecord record = sample_run();
  record.result.probes.push_back(sample_alert());
  record.result.server_metrics = sample_server_metrics();
  return record;
}

RunRecord passed() {
  RunRecord record = sample_run();
  RunResult& result = record.result;
  result.probes.clear();
  std::erase_if(result.targets, [](const TargetFacts& target) { return target.arm == Arm::baseline; });
  std::erase_if(result.series,
                [](const Series& series) { return series.key.arm == Arm::baseline || series.key.failed; });
  result.failures.clear();
  Verdict& verdict = *record.verdict;
  verdict.grade = Grade::pass;
  verdict.reason = "Every threshold holds.";
  verdict.limits.clear();
  std::erase_if(verdict.findings, [](const Finding& finding) {
    return finding.state != FindingState::pass || finding.kind == FindingKind::comparison;
  });
  return record;
}

RunRecord unsound() {
  RunRecord record = usual();
  Verdict& verdict = *record.verdict;
  verdict.grade = Grade::invalid;
  verdict.reason =
      "the generator was late: 12 % of the requests were sent more than 10ms after they were due";
  Finding late;
  late.kind = FindingKind::validity;
  late.state = FindingState::invalid;
  late.subject = "generator";
  late.sentence = verdict.reason;
  verdict.findings.insert(verdict.findings.begin(), late);
  return record;
}

// An hour, more steps and checks than a page shows.
RunRecord large() {
  RunRecord record = long_run({.seconds = 3600, .rate_per_s = 2000, .steps = 3});
  RunResult& result = record.result;
  Series small = result.series.back();
  small.slots.clear();
  for (std::uint16_t step = 3; step < 80; ++step) {
    result.steps.push_back(result.steps.front());
    result.steps.back().name =
        "a step whose name is as long as people make them, number " + std::to_string(step);
    small.key.step = step;
    result.series.push_back(small);
  }
  Finding finding = record.verdict->findings.front();
  for (int i = 0; i < 70; ++i) {
    finding.subject = "error_rate{step=\"number " + std::to_string(i) + "\"} < 0.5%";
    record.verdict->findings.push_back(finding);
  }
  return record;
}

RunRecord withheld() {
  RunRecord record;
  record.result = usual().result;
  record.result.load_withheld = "probe tls failed before it";
  record.result.load.clear();
  record.result.series.clear();
  record.result.health = {};
  record.result.server_metrics.clear();
  record.result.duration = 0ns;
  record.verdict.emplace();
  record.verdict->grade = Grade::fail;
  record.verdict->reason = "probe tls: TLS 1.1 was accepted";
  return record;
}

// Production's own traffic, without any load.
RunRecord watched() {
  RunRecord record = usual();
  RunResult& result = record.result;
  result.load = {{.shape = std::string(kNoLoad),
                  .description = "other traffic for 60s",
                  .open_model = false,
                  .start = 0s,
                  .warm_up = 10s,
                  .end = 60s}};
  result.series.clear();
  result.targets.clear();
  result.steps.clear();
  result.probes.clear();
  result.failures.clear();
  result.health = {};
  return record;
}

void write(const std::filesystem::path& path, const std::string& content) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << content;
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path.string());
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: browser_page_fixtures FOLDER\n";
    return 2;
  }
  const std::filesystem::path folder = arguments[1];
  const auto page = [&](const char* name, const RunRecord& record) {
    write(folder / name / "report.html", reports::write_html_report(record, {}));
  };
  page("usual", usual());
  page("passed", passed());
  page("unsound", unsound());
  page("large", large());
  page("withheld", withheld());
  page("watched", watched());
  page("nothing", {});
  page("hostile", hostile_run(hostile_text()));
  write(folder / "trend" / "report.html", reports::find_trend_format("html")->write(sample_trend(), {}));
  // What the page of the usual run must show is counted from its result.
  write(folder / "usual" / "result.json", to_json(usual()));
  return 0;
}
