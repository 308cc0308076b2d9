#include "reports/terminal_checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/bar_row.h"
#include "reports/cells.h"
#include "reports/number_text.h"
#include "reports/shapes.h"
#include "reports/table.h"

namespace assay::reports {
namespace {

constexpr std::size_t kLongestName = 48;

std::string text_or_nothing(const std::optional<double>& value, Unit unit) {
  return value ? value_text(*value, unit) : "-";
}

// What passed, or was not compared, is as calm as anything.
int trouble(const Finding* finding) {
  constexpr int kCalm = 4;
  return finding == nullptr ? kCalm : std::min(urgency(finding->state), kCalm);
}

// From the widest form to the narrowest, so that a table fits.
enum class Width : unsigned char { words, shapes, no_interval, candidate_only };

std::string state_cell(FindingState state, Width width) {
  if (width != Width::words) return std::string(shape_of(state));
  return fmt::format("{} {}", shape_of(state), name(state));
}

std::string interval_cell(const Finding& finding, Unit unit) {
  if (!finding.low || !finding.high) return "-";
  return fmt::format("{} .. {}", change_text(*finding.low, unit), change_text(*finding.high, unit));
}

std::vector<std::string> cells_of(const MetricRow& row, Width width) {
  std::vector<std::string> cells = {fitted(printable(row.label), kLongestName)};
  if (width != Width::candidate_only) cells.push_back(text_or_nothing(row.shown(Arm::baseline), row.unit));
  cells.push_back(text_or_nothing(row.shown(Arm::candidate), row.unit));
  const Finding* finding = row.comparison;
  if (finding == nullptr) return cells;
  cells.push_back(finding->change ? change_text(*finding->change, row.unit) : "-");
  if (width <= Width::shapes) cells.push_back(interval_cell(*finding, row.unit));
  cells.push_back(finding->margin ? margin_text(*finding->margin, row.unit) : "-");
  cells.push_back(state_cell(finding->state, width));
  return cells;
}

std::vector<std::string> heads(Width width) {
  std::vector<std::string> cells = {"", "baseline", "candidate", "change", "interval", "margin"};
  if (width >= Width::no_interval) std::erase(cells, "interval");
  if (width == Width::candidate_only) std::erase(cells, "baseline");
  return cells;
}

std::vector<std::string> arms_table(const std::vector<const MetricRow*>& rows, Width width,
                                    const Palette& palette) {
  std::vector<std::string> head = heads(width);
  std::vector<Align> align(head.size() + 1, Align::right);
  align.front() = align.back() = Align::left;
  if (width <= Width::shapes) align[4] = Align::left;
  Table table(std::move(align));
  table.add(std::move(head), palette.faint);
  for (const MetricRow* row : rows)
    table.add(cells_of(*row, width),
              row->comparison == nullptr ? std::string_view{} : palette.of(row->comparison->state));
  return table.lines();
}

std::size_t width_of(const std::vector<std::string>& lines) {
  std::size_t width = 0;
  for (const std::string& line : lines) width = std::max(width, display_width(line));
  return width;
}

std::vector<std::string> fitting_table(const std::vector<const MetricRow*>& rows, const TextForm& form) {
  std::vector<std::string> lines;
  for (const Width width : {Width::words, Width::shapes, Width::no_interval, Width::candidate_only}) {
    lines = arms_table(rows, width, form.palette);
    if (form.columns == 0 || width_of(lines) <= form.columns) break;
  }
  for (std::string& line : lines) line = cut_to(form, line);
  return lines;
}

Block::Lines one_arm(const Summary& summary, const TextForm& form) {
  std::string words;
  for (const MetricRow& row : summary.metrics)
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ", row.label,
                         text_or_nothing(row.shown(Arm::candidate), row.unit));
  return lines_of(Paragraph{.text = words}, form);
}

// With earlier runs there is no column to compare with, so that it takes a sentence. What did not pass has
// its sentence among the reasons.
void add_stored_comparisons(Block& block, const Summary& summary, const TextForm& form) {
  for (const Finding* finding : summary.comparisons) {
    if (finding->state != FindingState::pass) continue;
    Paragraph item{.lead = state_cell(finding->state, Width::words) + ":", .text = finding->sentence};
    item.paint = form.palette.of(finding->state);
    block.items.push_back(lines_of(item, form));
  }
}

}  // namespace

Block metrics_block(const Summary& summary, unsigned rank, const TextForm& form) {
  if (summary.metrics.empty()) return {};
  Block block{.rank = rank, .most = 9, .what = "metric"};
  block.head = {
      "", painted(summary.watched ? "Server metrics" : "Response time and errors", form.palette.strong)};
  if (!summary.has_baseline) {
    block.items = {one_arm(summary, form)};
    block.least = block.head.size() + block.items.front().size() + 1;
    add_stored_comparisons(block, summary, form);
    return block;
  }
  std::vector<const MetricRow*> rows;
  for (const MetricRow& row : summary.metrics) rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(), [](const MetricRow* a, const MetricRow* b) {
    return trouble(a->comparison) < trouble(b->comparison);
  });
  std::vector<std::string> lines = fitting_table(rows, form);
  block.head.push_back(lines.front());
  for (std::size_t i = 1; i < lines.size(); ++i) block.items.push_back({lines[i]});
  block.least = block.head.size() + 2;
  return block;
}

Block thresholds_block(const Summary& summary, unsigned rank, const TextForm& form) {
  if (summary.thresholds.empty()) return {};
  Block block{.rank = rank, .least = 4, .most = 8, .what = "threshold"};
  block.head = {"", painted("Thresholds", form.palette.strong)};
  std::vector<const Finding*> findings = summary.thresholds;
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding* a, const Finding* b) { return trouble(a) < trouble(b); });
  Table table({Align::left, Align::left, Align::right, Align::left});
  for (const Finding* finding : findings) {
    const std::string severity =
        finding->severity == Severity::blocker ? "" : fmt::format(" [{}]", name(finding->severity));
    table.add({state_cell(finding->state, Width::words),
               fitted(printable(finding->subject), kLongestName) + severity,
               "is " + text_or_nothing(finding->value, finding->unit), finding->location},
              form.palette.of(finding->state));
  }
  for (const std::string& line : table.lines()) block.items.push_back({cut_to(form, line)});
  return block;
}

}  // namespace assay::reports
