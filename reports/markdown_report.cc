#include "reports/markdown_report.h"

#include <fmt/format.h>

#include <cctype>
#include <utility>

#include "reports/evidence_text.h"
#include "reports/look_rows.h"
#include "reports/markdown_text.h"
#include "reports/number_text.h"
#include "reports/plain_text.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

constexpr std::size_t kMostRows = 50;
constexpr std::size_t kLongestName = 200;

// The first line, which nobody sees: with it a pipeline finds its comment of the last push again. A comment
// of HTML ends at "-->", so the name is of plain letters.
std::string marker(const RunRecord& record) {
  std::string name;
  for (const char c : clipped(record.result.name, kLongestName)) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_';
    name += plain ? c : '-';
    if (name.ends_with("--")) name.pop_back();
  }
  return fmt::format("<!-- assay:gate={} -->\n", name);
}

std::string cell(const std::optional<double>& value, Unit unit) {
  return value ? value_text(*value, unit) : "-";
}

std::string signed_cell(const std::optional<double>& change, Unit unit) {
  return change ? change_text(*change, unit) : "-";
}

using Rows = std::vector<std::vector<std::string>>;

std::vector<std::string> comparison_row(const MetricRow& row) {
  const Finding none{};
  const Finding& finding = row.comparison == nullptr ? none : *row.comparison;
  const bool interval = finding.low && finding.high;
  return {markdown_text(row.label),
          cell(row.shown(Arm::baseline), row.unit),
          cell(row.shown(Arm::candidate), row.unit),
          signed_cell(finding.change, row.unit),
          interval ? signed_cell(finding.low, row.unit) + " to " + signed_cell(finding.high, row.unit) : "-",
          finding.margin ? margin_text(*finding.margin, row.unit) : "-",
          row.comparison == nullptr ? "-" : std::string(name(finding.state))};
}

std::string metrics_table(const Summary& summary) {
  Rows rows;
  if (!summary.has_baseline) {
    for (const MetricRow& row : summary.metrics)
      rows.push_back({markdown_text(row.label), cell(row.shown(Arm::candidate), row.unit)});
    return markdown_table({"", "candidate"}, {"---", "---:"}, rows, kMostRows);
  }
  for (const MetricRow& row : summary.metrics) rows.push_back(comparison_row(row));
  return markdown_table({"", "baseline", "candidate", "change", "interval", "margin", "verdict"},
                        {"---", "---:", "---:", "---:", "---:", "---:", "---"}, rows, kMostRows);
}

// Folded: a reader of a pull request wants the verdict first.
std::string comparison_details(const Summary& summary) {
  std::string text;
  for (const Finding* finding : summary.comparisons) {
    const bool passed = finding->state == FindingState::pass;
    text += fmt::format("- **{}** {}\n", name(finding->state),
                        markdown_text(passed ? finding->sentence : finding->subject));
    for (const std::string& line : evidence_lines(*finding))
      text += fmt::format("  - {}\n", markdown_text(line));
  }
  return markdown_folded("What the comparisons rest on", text);
}

std::string looks_table(const RunRecord& record) {
  if (!record.verdict || record.verdict->looks.empty()) return {};
  Rows rows = look_rows(*record.verdict);
  std::vector<std::string> head = std::move(rows.front());
  rows.erase(rows.begin());
  std::vector<std::string> alignment(head.size(), "---:");
  alignment.front() = "---";
  return markdown_table(head, alignment, rows, kMostRows);
}

std::string breakdown_list(const Summary& summary) {
  if (summary.breakdowns.empty()) return {};
  std::string text = "\nParts that stand out; they decide nothing by themselves:\n\n";
  for (const Finding* finding : summary.breakdowns)
    text += fmt::format("- {}\n", markdown_text(breakdown_text(*finding)));
  return text;
}

std::string thresholds_table(const Summary& summary) {
  Rows rows;
  for (const Finding* finding : summary.thresholds)
    rows.push_back({markdown_text(finding->subject), cell(finding->value, finding->unit),
                    std::string(name(finding->state)), markdown_text(finding->location)});
  return markdown_table({"threshold", "observed", "verdict", "where"}, {"---", "---:", "---", "---"}, rows,
                        kMostRows);
}

std::string failures_table(const RunResult& result) {
  Rows rows;
  for (const FailureExample& failure : result.failures)
    rows.push_back({markdown_text(name(failure.outcome)), format_count(failure.count),
                    std::string(name(failure.arm)), markdown_text(failure.detail),
                    markdown_text(failure.location)});
  return markdown_folded("Requests that failed, one example of each kind",
                         markdown_table({"failure", "count", "arm", "example", "where"},
                                        {"---", "---:", "---", "---", "---"}, rows, kMostRows));
}

// Those that do not hold are shown; the others are there to be looked up.
std::string probes_table(const RunResult& result) {
  Rows bad, good;
  for (const ProbeResult& probe : result.probes) {
    const bool holds = probe.state == ProbeState::pass || probe.state == ProbeState::skip;
    (holds ? good : bad)
        .push_back({markdown_text(probe.name), std::string(name(probe.state)), markdown_text(probe.reason),
                    markdown_text(probe.location)});
  }
  const auto table = [](const Rows& rows) {
    return markdown_table({"probe", "", "found", "where"}, {"---", "---", "---", "---"}, rows, kMostRows);
  };
  return table(bad) + markdown_folded(fmt::format("{} probes hold", good.size()), table(good));
}

void add_reasons(MarkdownDocument& document, const RunRecord& record, const Summary& summary) {
  for (std::size_t i = 0; i < summary.reasons.size() && i < kMostRows; ++i)
    document.add(fmt::format("- **{}** {}\n", name(summary.reasons[i]->state),
                             markdown_text(summary.reasons[i]->sentence)));
  if (summary.reasons.size() > kMostRows)
    document.add(fmt::format("- and {} more\n", summary.reasons.size() - kMostRows));
  if (record.verdict)
    for (const Limit& limit : record.verdict->limits)
      document.add(fmt::format("- **limit** {}\n", markdown_text(sentence(limit))));
  const auto& stop = record.result.early_stop;
  if (stop)
    document.add(fmt::format("- **ended early** after {}: {}\n", duration_text(seconds(stop->at) * 1e9),
                             markdown_text(stop->reason)));
}

std::string scale_of(const RunRecord& record, const Summary& summary) {
  if (record.result.load_withheld) return {};
  const std::string length = duration_text(summary.judged_seconds * 1e9);
  if (summary.watched)
    return fmt::format("\nOther traffic was watched for {}; nothing was offered.\n", length);
  return fmt::format("\n{} requests judged in {}, {} failed, seed {}.\n", format_count(summary.requests),
                     length, format_count(summary.failed), record.result.seed);
}

}  // namespace

std::string write_markdown_report(const RunRecord& record, const ReportOptions&) {
  const Summary summary = summarise(record);
  MarkdownDocument document(fmt::format("{}### {}: {}\n\n{}\n\n", marker(record), headline_word(record),
                                        markdown_text(clipped(record.result.name, kLongestName)),
                                        markdown_text(headline_reason(record))),
                            scale_of(record, summary));
  add_reasons(document, record, summary);
  if (!record.result.load_withheld) document.add(metrics_table(summary));
  document.add(thresholds_table(summary));
  document.add(breakdown_list(summary));
  document.add(probes_table(record.result));
  document.add(looks_table(record));
  document.add(comparison_details(summary));
  document.add(failures_table(record.result));
  for (const Finding* finding : summary.validity)
    if (finding->state == FindingState::info)
      document.add(fmt::format("\n{}.\n", markdown_text(finding->sentence)));
  return std::move(document).text();
}

}  // namespace assay::reports
