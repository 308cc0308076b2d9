#include "reports/table.h"

#include <algorithm>

#include "reports/palette.h"

namespace assay::reports {

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

std::vector<std::string> Table::lines() const {
  const std::vector<std::size_t> measured = widths();
  std::vector<std::string> lines;
  for (const Row& row : rows_) lines.push_back(line(row, measured));
  return lines;
}

std::string Table::text() const {
  std::string text;
  for (const std::string& each : lines()) text += each + "\n";
  return text;
}

}  // namespace assay::reports
