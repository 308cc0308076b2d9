#include "reports/markdown_report.h"

#include <fmt/format.h>

#include "reports/evidence_text.h"
#include "reports/look_rows.h"
#include "reports/number_text.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

// Table cells end at a bar or a line break; the rest could become markup.
std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      safe += ' ';
      continue;
    }
    if (std::string_view("\\`*_{}[]<>|#@").find(c) != std::string_view::npos) safe += '\\';
    safe += c;
  }
  return safe;
}

std::string cell(const std::optional<double>& value, Unit unit) {
  return value ? value_text(*value, unit) : "-";
}

std::string signed_cell(const std::optional<double>& change, Unit unit) {
  return change ? change_text(*change, unit) : "-";
}

std::string comparison_row(const MetricRow& row) {
  const Finding none{};
  const Finding& finding = row.comparison == nullptr ? none : *row.comparison;
  return fmt::format("| {} | {} | {} | {} | {} to {} | {} | {} |\n", escaped(row.label),
                     cell(row.shown(Arm::baseline), row.unit), cell(row.shown(Arm::candidate), row.unit),
                     signed_cell(finding.change, row.unit), signed_cell(finding.low, row.unit),
                     signed_cell(finding.high, row.unit),
                     finding.margin ? margin_text(*finding.margin, row.unit) : "-",
                     row.comparison == nullptr ? "-" : name(finding.state));
}

std::string metrics_table(const Summary& summary) {
  std::string text;
  if (!summary.has_baseline) {
    text += "| | candidate |\n| --- | ---: |\n";
    for (const MetricRow& row : summary.metrics) {
      text += fmt::format("| {} | {} |\n", escaped(row.label), cell(row.shown(Arm::candidate), row.unit));
    }
    return text;
  }
  text += "| | baseline | candidate | change | interval | margin | |\n";
  text += "| --- | ---: | ---: | ---: | ---: | ---: | --- |\n";
  for (const MetricRow& row : summary.metrics) text += comparison_row(row);
  return text;
}

// Folded: a reader of a pull request wants the verdict first.
std::string comparison_details(const Summary& summary) {
  if (summary.comparisons.empty()) return {};
  std::string text = "\n<details><summary>What the comparisons rest on</summary>\n\n";
  for (const Finding* finding : summary.comparisons) {
    const bool passed = finding->state == FindingState::pass;
    text += fmt::format("- **{}** {}\n", name(finding->state),
                        escaped(passed ? finding->sentence : finding->subject));
    for (const std::string& line : evidence_lines(*finding)) text += fmt::format("  - {}\n", escaped(line));
  }
  return text + "\n</details>\n";
}

std::string looks_table(const RunRecord& record) {
  if (!record.verdict || record.verdict->looks.empty()) return {};
  std::string text = "\n";
  for (const auto& row : look_rows(*record.verdict)) {
    const bool head = text.size() == 1;
    text += "|";
    for (const std::string& each : row) text += fmt::format(" {} |", escaped(each));
    text += "\n";
    if (!head) continue;
    text += "| --- |";
    for (std::size_t i = 1; i < row.size(); ++i) text += " ---: |";
    text += "\n";
  }
  return text;
}

std::string breakdown_list(const Summary& summary) {
  if (summary.breakdowns.empty()) return {};
  std::string text = "\nParts that stand out; they decide nothing by themselves:\n\n";
  for (const Finding* finding : summary.breakdowns)
    text += fmt::format("- {}\n", escaped(breakdown_text(*finding)));
  return text;
}

std::string thresholds_table(const Summary& summary) {
  if (summary.thresholds.empty()) return {};
  std::string text = "\n| threshold | observed | | where |\n| --- | ---: | --- | --- |\n";
  for (const Finding* finding : summary.thresholds) {
    text +=
        fmt::format("| {} | {} | {} | {} |\n", escaped(finding->subject), cell(finding->value, finding->unit),
                    name(finding->state), escaped(finding->location));
  }
  return text;
}

std::string failures_table(const RunResult& result) {
  if (result.failures.empty()) return {};
  std::string text = "\n| failure | count | arm | example | where |\n| --- | ---: | --- | --- | --- |\n";
  for (const FailureExample& failure : result.failures) {
    text += fmt::format("| {} | {} | {} | {} | {} |\n", name(failure.outcome), format_count(failure.count),
                        name(failure.arm), escaped(failure.detail), escaped(failure.location));
  }
  return text;
}

std::string probes_table(const RunResult& result) {
  if (result.probes.empty()) return {};
  std::string text = "\n| probe | | found | where |\n| --- | --- | --- | --- |\n";
  for (const ProbeResult& probe : result.probes) {
    text += fmt::format("| {} | {} | {} | {} |\n", escaped(probe.name), name(probe.state),
                        escaped(probe.reason), escaped(probe.location));
  }
  return text;
}

}  // namespace

std::string write_markdown_report(const RunRecord& record, const ReportOptions&) {
  const Summary summary = summarise(record);
  std::string text = fmt::format("### {}: {}\n\n{}\n\n", headline_word(record), escaped(record.result.name),
                                 escaped(headline_reason(record)));
  for (const Finding* finding : summary.reasons) {
    text += fmt::format("- **{}** {}\n", name(finding->state), escaped(finding->sentence));
  }
  const std::vector<Limit> limits = record.verdict ? record.verdict->limits : std::vector<Limit>();
  for (const Limit& limit : limits) text += fmt::format("- **limit** {}\n", escaped(sentence(limit)));
  const auto& stop = record.result.early_stop;
  if (stop)
    text += fmt::format("- **ended early** after {}: {}\n", duration_text(seconds(stop->at) * 1e9),
                        escaped(stop->reason));
  if (!summary.reasons.empty() || !limits.empty() || stop) text += "\n";
  if (!record.result.load_withheld) text += metrics_table(summary);
  text += looks_table(record) + comparison_details(summary) + breakdown_list(summary) +
          thresholds_table(summary) + probes_table(record.result) + failures_table(record.result);
  for (const Finding* finding : summary.validity)
    if (finding->state == FindingState::info) text += fmt::format("\n{}.\n", escaped(finding->sentence));
  if (record.result.load_withheld) return text;
  if (summary.watched)
    return text + fmt::format("\nOther traffic was watched for {}; nothing was offered.\n",
                              duration_text(summary.judged_seconds * 1e9));
  text += fmt::format("\n{} requests judged in {}, {} failed, seed {}.\n", format_count(summary.requests),
                      duration_text(summary.judged_seconds * 1e9), format_count(summary.failed),
                      record.result.seed);
  return text;
}

}  // namespace assay::reports
