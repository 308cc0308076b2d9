#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "reports/csv_text.h"
#include "reports/markdown_text.h"
#include "reports/registry.h"
#include "tests/support/sample_run.h"
#include "tests/unit/reports/golden.h"
#include "tests/unit/reports/pipeline_record.h"

namespace assay::reports {
namespace {

using test_support::hostile_run;
using test_support::kInPipeline;
using test_support::run_with_probes;

constexpr const char* kForPipelines[] = {"markdown",    "junit",  "tap", "csv-checks",        "github",
                                         "codequality", "dotenv", "csv", "gitlab-annotations"};

std::string written(std::string_view format, const RunRecord& record,
                    const ReportOptions& options = kInPipeline) {
  return find_report_format(format)->write(record, options);
}

void check_golden(const std::string& file, const std::string& actual) {
  CHECK(actual == test_support::read_golden("reports/" + file, actual));
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

TEST_CASE("formats for pipelines write probes and places in the project as their golden files say") {
  for (const std::string format :
       {"junit", "tap", "csv-checks", "github", "codequality", "dotenv", "gitlab-annotations"}) {
    CAPTURE(format);
    check_golden(format + "-probes.txt", written(format, run_with_probes()));
  }
}

// Parsers of others read these files, too: tests/pipelines.
TEST_CASE("what others said stays text in every format for pipelines") {
  const RunRecord record = hostile_run();
  for (const std::string format : kForPipelines) {
    CAPTURE(format);
    const std::string text = written(format, record);
    if (format != "csv") check_golden(format + "-hostile.txt", text);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\xff') == std::string::npos);
    CHECK(text.find("\xe2\x80\xae") == std::string::npos);
    CHECK(text.find("\n::error file=a") == std::string::npos);
    CHECK(text.find("\n##[") == std::string::npos);
    const bool is_markup = format == "junit" || format == "markdown";
    CHECK((!is_markup || text.find("</failure><b>") == std::string::npos));
  }
}

TEST_CASE("every line of the commands for GitHub is one command") {
  const std::string text = written("github", hostile_run());
  std::size_t lines = 0;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1, ++lines)
    CHECK(text.substr(at, 2) == "::");
  CHECK(lines == count(text, "\n"));
}

RunRecord many_failures(std::size_t blockers, std::size_t warnings) {
  RunRecord record = test_support::sample_run();
  record.result.load_withheld = "of the test";
  record.verdict->findings.clear();
  for (std::size_t i = 0; i < blockers + warnings; ++i) {
    Finding finding;
    finding.state = FindingState::fail;
    finding.severity = i < blockers ? Severity::blocker : Severity::warn;
    finding.subject = finding.sentence = "check " + std::to_string(i);
    record.verdict->findings.push_back(finding);
  }
  return record;
}

TEST_CASE("no more annotations than the runner takes, and the last one counts the rest") {
  const std::string ten = written("github", many_failures(10, 10));
  CHECK(count(ten, "::error ") == 10);
  CHECK(count(ten, "::warning ") == 10);
  CHECK(ten.find("more") == std::string::npos);
  const std::string many = written("github", many_failures(11, 40));
  CHECK(count(many, "::error ") == 10);
  CHECK(count(many, "::warning ") == 10);
  CHECK(many.find("::error title=assay::and 2 more") != std::string::npos);
  CHECK(many.find("::warning title=assay::and 31 more") != std::string::npos);
}

TEST_CASE("a fingerprint names a check, not what it measured or where it stands") {
  const auto fingerprints = [](const RunRecord& record) {
    std::vector<std::string> all;
    for (const auto& issue : nlohmann::json::parse(written("codequality", record)))
      all.push_back(issue.at("fingerprint"));
    return all;
  };
  RunRecord record = run_with_probes();
  const auto before = fingerprints(record);
  for (Finding& finding : record.verdict->findings) {
    if (finding.value) *finding.value *= 2;
    if (finding.change) *finding.change *= 2;
    if (finding.kind != FindingKind::probe) finding.location = "gate.yaml:99:1";
    finding.sentence += " now";
  }
  CHECK(fingerprints(record) == before);
  CHECK(before.size() > 3);
  CHECK(std::set<std::string>(before.begin(), before.end()).size() == before.size());
}

TEST_CASE("GitLab gets no link where nothing can be read after the job") {
  ReportOptions options = kInPipeline;
  options.artifacts_url.clear();
  CHECK(written("gitlab-annotations", run_with_probes(), options) == "{}\n");
  options = kInPipeline;
  options.page = "/tmp/elsewhere/report.html";
  CHECK(written("gitlab-annotations", run_with_probes(), options) == "{}\n");
  CHECK(written("dotenv", run_with_probes(), options).find("URL") == std::string::npos);
  options.page.clear();  // a run of an older assay has none
  CHECK(written("gitlab-annotations", run_with_probes(), options) == "{}\n");
}

TEST_CASE("cells of text are never a formula, numbers are never text") {
  CHECK(csv_text("=1+1") == "'=1+1");
  CHECK(csv_text(" @SUM(A1)") == "' @SUM(A1)");
  CHECK(csv_text("a,\"b\"\r\nc") == "\"a,\"\"b\"\"  c\"");
  CHECK(csv_number(-0.25) == "-0.25");
  CHECK(csv_number(std::nullopt).empty());
  CHECK(csv_number(std::numeric_limits<double>::infinity()).empty());
}

TEST_CASE("markdown: mentions, references, addresses and commands are text") {
  CHECK(markdown_text("@team #12 a@b.c") == "\\@&#8288;team \\#&#8288;12 a\\@&#8288;b.c");
  CHECK(markdown_text("https://evil.example www.evil.example") ==
        "https:&#8288;//evil.example &#8288;www.evil.example");
  CHECK(markdown_text("/close") == "\\/close");
  CHECK(markdown_text("- a\n# b") == "\\- a \\# b");
  CHECK(markdown_text("&lt;") == "&amp;lt;");
}

TEST_CASE("a summary stays below what a comment may have, whatever a run holds") {
  RunRecord record = many_failures(400, 0);
  for (Finding& finding : record.verdict->findings) finding.sentence = std::string(3000, '@') + "x@y";
  const std::string text = written("markdown", record);
  CHECK(text.size() < 60'000);
  CHECK(text.find("the report of the run") != std::string::npos);
  CHECK(count(text, "<details>") == count(text, "</details>"));
}

TEST_CASE("the first line of a summary tells a comment of this gate, whatever the gate is called") {
  RunRecord record = test_support::sample_run();
  CHECK(written("markdown", record).starts_with("<!-- assay:gate=invoices-canary -->\n"));
  record.result.name = "a--><script>b";
  CHECK(written("markdown", record).starts_with("<!-- assay:gate=a-script-b -->\n"));
}

}  // namespace
}  // namespace assay::reports
