#include "reports/terminal_lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/cells.h"

namespace assay::reports {
namespace {

// What a sentence may be where a line has no end: a server's answer can be of any length.
constexpr std::size_t kLongestLine = 600;
constexpr std::size_t kNarrowest = 16;

std::string without_end(const std::string& line, std::size_t room) {
  if (display_width(line) + 1 <= room) return line + "…";
  return fitted(line, room);
}

std::vector<std::string> broken(const std::string& text, const std::string& tail, std::size_t width,
                                std::size_t most) {
  std::vector<std::string> lines = wrapped(text + tail, width);
  if (lines.size() <= most) return lines;
  lines = wrapped(text, width);
  lines.resize(std::min(lines.size(), most));
  const std::size_t beside = display_width(tail);
  if (beside + kNarrowest > width) {
    lines.back() = without_end(lines.back(), width);
  } else {
    lines.back() = without_end(lines.back(), width - beside) + tail;
  }
  return lines;
}

void paint_start(std::string& line, std::string_view start, std::string_view paint) {
  if (!start.empty() && line.starts_with(start)) line.replace(0, start.size(), painted(start, paint));
}

void paint_end(std::string& line, std::string_view end, std::string_view paint) {
  if (!end.empty() && line.ends_with(end))
    line.replace(line.size() - end.size(), end.size(), painted(end, paint));
}

}  // namespace

std::vector<std::string> lines_of(const Paragraph& paragraph, const TextForm& form) {
  const std::string lead = printable(paragraph.lead);
  const std::string place =
      paragraph.place.empty() ? "" : fmt::format("({})", fitted(printable(paragraph.place), 60));
  const std::string text = (lead.empty() ? "" : lead + " ") + printable(paragraph.text);
  const std::size_t beside = std::max(display_width(paragraph.first), paragraph.indent);
  const std::size_t width = form.columns == 0
                                ? kLongestLine
                                : std::max(form.columns > beside ? form.columns - beside : 0, kNarrowest);
  std::vector<std::string> lines =
      broken(text, place.empty() ? "" : "  " + place, width, form.columns == 0 ? 1 : paragraph.most);
  for (std::string& line : lines)
    if (lead.empty()) line = painted(line, paragraph.paint);
  paint_start(lines.front(), lead, paragraph.paint);
  paint_end(lines.back(), place, form.palette.faint);
  for (std::size_t i = 0; i < lines.size(); ++i)
    lines[i].insert(0, i == 0 ? paragraph.first : std::string(paragraph.indent, ' '));
  return lines;
}

Paragraph fact(std::string_view label, std::string text, std::string_view paint) {
  Paragraph made{.first = fmt::format("  {:<11}", label), .indent = 13, .text = std::move(text)};
  made.paint = paint;
  return made;
}

std::string cut_to(const TextForm& form, const std::string& line) {
  return fitted(line, form.columns == 0 ? kLongestLine : form.columns);
}

}  // namespace assay::reports
