// A result may hold tens of thousands of steps; a report shows what matters and counts the rest.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "reports/registry.h"
#include "tests/support/sample_run.h"

namespace assay::reports {
namespace {

constexpr std::size_t kSteps = 20'000, kKinds = 5'000, kParts = 3'000;

RunRecord run_of_many_steps() {
  RunRecord record = test_support::sample_run();
  RunResult& result = record.result;
  Series series = result.series.front();
  series.slots.clear();
  series.times = {};
  for (std::size_t step = result.steps.size(); step < kSteps; ++step) {
    result.steps.push_back(result.steps.front());
    series.key.step = static_cast<std::uint16_t>(step);
    series.count = step;
    result.series.push_back(series);
  }
  result.failures.assign(kKinds, result.failures.front());
  for (std::size_t kind = 0; kind < kKinds; ++kind) result.failures[kind].count = kind + 1;
  const auto part =
      std::find_if(record.verdict->findings.begin(), record.verdict->findings.end(),
                   [](const Finding& finding) { return finding.kind == FindingKind::breakdown; });
  REQUIRE(part != record.verdict->findings.end());
  record.verdict->findings.insert(record.verdict->findings.end(), kParts - 1, Finding(*part));
  return record;
}

std::string written(std::string_view format, const RunRecord& record) {
  return find_report_format(format)->write(record, {});
}

TEST_CASE("a JSON report lists at most 1,000 of anything and counts the rest") {
  const RunRecord record = run_of_many_steps();
  const std::string text = written("json", record);
  CHECK(text.size() < 3'000'000);
  const auto report = nlohmann::json::parse(text);
  CHECK(report.at("steps").size() == 2000);  // both arms
  CHECK(report.at("steps_left_out") == kSteps - 1000);
  CHECK(report.at("steps").back().at("step") == record.result.steps.back().name);
  CHECK(report.at("failures").size() == 1000);
  CHECK(report.at("failures_left_out") == kKinds - 1000);
  CHECK(report.at("failures")[0].at("count") == kKinds - 999);  // the most frequent, in their order
  CHECK(report.at("verdict").at("parts_left_out") == kParts - 1000);
  CHECK(report.at("verdict").at("findings").size() == record.verdict->findings.size() - (kParts - 1000));
}

TEST_CASE("a full terminal report shows at most 50 of anything and counts the rest") {
  const std::string text =
      find_report_format("terminal")->write(run_of_many_steps(), {.detail = Detail::full, .directory = ""});
  CHECK(std::count(text.begin(), text.end(), '\n') < 300);
  CHECK(text.find("and 19,950 more steps") != std::string::npos);
  CHECK(text.find("and 4,950 more kinds of failures") != std::string::npos);
  CHECK(text.find("and 2,950 more parts") != std::string::npos);
}

}  // namespace
}  // namespace assay::reports
