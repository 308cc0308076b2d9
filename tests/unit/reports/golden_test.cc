#include "tests/unit/reports/golden.h"

#include <doctest/doctest.h>

#include "model/codec.h"
#include "reports/registry.h"
#include "tests/support/sample_run.h"

namespace assay::reports {
namespace {

std::string written(std::string_view format, const RunRecord& record, const ReportOptions& options) {
  const ReportFormat* found = find_report_format(format);
  REQUIRE(found != nullptr);
  return found->write(record, options);
}

void check_golden(const std::string& file, const std::string& actual) {
  CHECK(actual == test_support::read_golden("reports/" + file, actual));
}

const std::string kDirectory = "assay-runs/20260214T090000Z-invoices-canary";
const ReportOptions kStored{.directory = kDirectory, .page = kDirectory + "/report.html"};
const ReportOptions kFull{.detail = Detail::full, .directory = kDirectory, .page = kStored.page};
const ReportOptions kScreen{.columns = 80, .directory = kDirectory, .page = kStored.page};

std::string without_colour(const std::string& text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\x1b') {
      at = text.find('m', at);
    } else {
      plain += text[at];
    }
  }
  return plain;
}

// In full, and on a screen.
void check_terminal(const std::string& name, const RunRecord& record) {
  check_golden("terminal-full" + name + ".txt", written("terminal", record, kFull));
  check_golden("terminal-80" + name + ".txt", written("terminal", record, kScreen));
}

// Of a page what it shows; the style sheet and the scripts are files of their own.
std::string shown_part(const std::string& report) {
  const std::size_t begin = report.find("<main>"), end = report.find("</main>");
  return begin == std::string::npos ? report : report.substr(begin, end - begin) + "</main>\n";
}

TEST_CASE("every format writes the sample run as its golden file says") {
  const RunRecord record = test_support::sample_run();
  for (const ReportFormat& format : report_formats()) {
    CAPTURE(format.name);
    check_golden(std::string(format.name) + ".txt", shown_part(written(format.name, record, kStored)));
  }
}

TEST_CASE("a terminal is told what fits on it, in ASCII where it knows nothing else, or all, or little") {
  const RunRecord record = test_support::sample_run();
  check_terminal("", record);
  ReportOptions options = kScreen;
  options.utf8 = false;
  check_golden("terminal-80-ascii.txt", written("terminal", record, options));
  options = kScreen;
  options.detail = Detail::brief;
  check_golden("terminal-80-brief.txt", written("terminal", record, options));
}

TEST_CASE("every format is a function of result.json: the way there and back changes no byte") {
  const RunRecord record = test_support::sample_run();
  const auto again = from_json(to_json(record));
  REQUIRE(again);
  for (const ReportFormat& format : report_formats()) {
    CAPTURE(format.name);
    const bool same = written(format.name, record, kStored) == written(format.name, *again, kStored);
    CHECK(same);
  }
}

TEST_CASE("colour only adds escape sequences to the terminal report") {
  const RunRecord record = test_support::sample_run();
  for (const ReportOptions& plainly : {kFull, kScreen}) {
    ReportOptions coloured = plainly;
    coloured.colour = true;
    const std::string text = written("terminal", record, coloured);
    check_golden(plainly.columns == 0 ? "terminal-full-colour.txt" : "terminal-80-colour.txt", text);
    CHECK(without_colour(text) == written("terminal", record, plainly));
  }
}

TEST_CASE("a segment that was measured but not judged says so") {
  RunRecord record{.result = test_support::sample_result(), .verdict = std::nullopt};
  record.result.segment = {2, 5};
  check_terminal("-segment", record);
}

TEST_CASE("a run that could not be carried out shows why and no empty tables") {
  RunRecord record;
  record.result.name = "invoices-canary";
  record.result.started_utc = "2026-02-14T09:00:00.125Z";
  record.result.could_not_run = "cannot resolve shop.invalid: no such name";
  record.verdict.emplace().reason = "the run could not be carried out";
  check_terminal("-not-run", record);
}

TEST_CASE("a run without a baseline shows one column") {
  RunRecord record = test_support::sample_run();
  std::erase_if(record.result.targets, [](const TargetFacts& target) { return target.arm == Arm::baseline; });
  std::erase_if(record.result.series, [](const Series& series) { return series.key.arm == Arm::baseline; });
  std::erase_if(record.verdict->findings, [](const Finding& f) {
    return f.kind == FindingKind::comparison || f.kind == FindingKind::breakdown;
  });
  check_terminal("-one-arm", record);
}

}  // namespace
}  // namespace assay::reports
