#include "cli/live_block.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "reports/cells.h"

namespace assay::cli {
namespace {

constexpr std::string_view kHideCursor = "\x1b[?25l", kShowCursor = "\x1b[?25h";
constexpr std::string_view kClearLine = "\x1b[2K", kClearBelow = "\x1b[J";

}  // namespace

// A line that has become too long takes several rows of a terminal that breaks it anew.
std::string LiveBlock::to_its_top(std::size_t columns) const {
  std::size_t rows = 0;
  for (const std::size_t width : widths_)
    rows += reflows_ && width > columns ? (width + columns - 1) / columns : 1;
  return rows == 0 ? "\r" : fmt::format("\r\x1b[{}A", rows);
}

// One write, so that no half of it is ever seen.
void LiveBlock::draw(const std::vector<std::string>& lines, std::size_t columns) {
  std::string frame = std::string(kHideCursor) + to_its_top(columns);
  for (const std::string& line : lines) frame += std::string(kClearLine) + line + "\n";
  out_ << frame + std::string(kClearBelow) + std::string(kShowCursor) << std::flush;
  widths_.clear();
  for (const std::string& line : lines) widths_.push_back(reports::display_width(line));
}

void LiveBlock::write(std::string_view text, std::size_t columns) {
  out_ << to_its_top(columns) + std::string(kClearBelow) + std::string(text) << std::flush;
  widths_.clear();
}

}  // namespace assay::cli
