#include "reports/table.h"

#include <algorithm>

#include "reports/palette.h"

namespace assay::reports {

std::size_t display_width(std::string_view utf8) {
  // Continuation bytes (10xxxxxx) add no width.
  return static_cast<std::size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string printable(std::string_view text) {
  std::string safe(text);
  std::replace_if(
      safe.begin(), safe.end(), [](char c) { return (static_cast<unsigned char>(c) < 0x20U) || c == 0x7f; },
      '?');
  return safe;
}

void Table::add(std::vector<std::string> cells, std::string_view paint) {
  cells.resize(std::min(cells.size(), columns_.size()));
  for (std::string& cell : cells) cell = printable(cell);
  rows_.push_back({std::move(cells), paint});
}

std::vector<std::size_t> Table::widths() const {
  std::vector<std::size_t> widths(columns_.size(), 0);
  for (const Row& row : rows_) {
    for (std::size_t i = 0; i < row.cells.size(); ++i)
      widths[i] = std::max(widths[i], display_width(row.cells[i]));
  }
  return widths;
}

std::string Table::line(const Row& row, const std::vector<std::size_t>& widths) const {
  std::string line;
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const std::string padding(widths[i] - display_width(row.cells[i]), ' ');
    line += "  ";
    line += columns_[i] == Align::right ? padding + row.cells[i] : row.cells[i] + padding;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return row.paint.empty() ? line : std::string(row.paint) + line + std::string(kResetPaint);
}

std::string Table::text() const {
  const std::vector<std::size_t> measured = widths();
  std::string text;
  for (const Row& row : rows_) text += line(row, measured) + "\n";
  return text;
}

}  // namespace assay::reports
