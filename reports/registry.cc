#include "reports/registry.h"

#include <algorithm>
#include <iterator>

#include "reports/csv_reports.h"
#include "reports/github_commands.h"
#include "reports/gitlab_reports.h"
#include "reports/html_report.h"
#include "reports/json_report.h"
#include "reports/junit_report.h"
#include "reports/markdown_report.h"
#include "reports/openmetrics_report.h"
#include "reports/tap_report.h"
#include "reports/terminal_report.h"

namespace assay::reports {
namespace {

constexpr ReportFormat kFormats[] = {
    {"terminal", "text for people, coloured on a terminal", "report.txt", write_terminal_report},
    {"json", "verdict, findings and key numbers for programs", "report.json", write_json_report},
    {"html", "one page for people, complete without script and network", kPageFile, write_html_report},
    {"markdown", "a summary for pull requests and step summaries", "report.md", write_markdown_report},
    {"junit", "a test case for each check: Jenkins, GitLab, GitHub actions, Azure", "junit.xml",
     write_junit_report},
    {"tap", "a line for each check: Test Anything Protocol", "checks.tap", write_tap_report},
    {"csv", "what each second measured", "series.csv", write_series_csv},
    {"csv-checks", "a row for each check", "checks.csv", write_checks_csv},
    {"github", "commands of GitHub workflows: annotations", "github-commands.txt", write_github_commands},
    {"codequality", "GitLab code quality: what does not hold, on lines of the gate file",
     "gitlab-codequality.json", write_code_quality},
    {"gitlab-annotations", "GitLab annotations: a link to the page", "gitlab-annotations.json",
     write_gitlab_annotations},
    {"openmetrics", "metrics for GitLab, textfile collectors and other systems", "metrics.txt",
     write_openmetrics_report},
    {"dotenv", "GitLab variables for later jobs", "assay.env", write_dotenv},
};

}  // namespace

std::span<const ReportFormat> report_formats() { return kFormats; }

const ReportFormat* find_report_format(std::string_view name) {
  const auto found = std::ranges::find(kFormats, name, &ReportFormat::name);
  return found == std::end(kFormats) ? nullptr : found;
}

}  // namespace assay::reports
