#include "reports/registry.h"

#include <algorithm>
#include <array>

#include "reports/html_report.h"
#include "reports/json_report.h"
#include "reports/markdown_report.h"
#include "reports/openmetrics_report.h"
#include "reports/terminal_report.h"

namespace assay::reports {
namespace {

constexpr std::array<ReportFormat, 5> kFormats = {{
    {"terminal", "text for people, coloured on a terminal", write_terminal_report},
    {"json", "verdict, findings and key numbers for programs", write_json_report},
    {"html", "one page for people, complete without script and network", write_html_report},
    {"markdown", "a summary for pull requests and step summaries", write_markdown_report},
    {"openmetrics", "metrics for GitLab, textfile collectors and other systems", write_openmetrics_report},
}};

}  // namespace

std::span<const ReportFormat> report_formats() { return kFormats; }

const ReportFormat* find_report_format(std::string_view name) {
  const auto found = std::find_if(kFormats.begin(), kFormats.end(),
                                  [&](const ReportFormat& format) { return format.name == name; });
  return found == kFormats.end() ? nullptr : &*found;
}

}  // namespace assay::reports
