#include "base/config_error.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace assay {
namespace {

constexpr std::size_t kWidest = 100;  // columns of a source line that are shown
constexpr std::size_t kTabWidth = 4;
constexpr std::string_view kCut = "...";

struct Palette {
  std::string_view error, place, caret, off;
};
constexpr Palette kPlain{};
constexpr Palette kColor{"\x1b[1;31m", "\x1b[1;34m", "\x1b[1;31m", "\x1b[0m"};

// One column of the terminal: what is printed there, and the byte of the line that it shows.
struct Cell {
  std::string text;
  std::size_t offset;
};

std::size_t code_point_length(std::string_view text, std::size_t at) {
  std::size_t length = 1;
  while (at + length < text.size() && (static_cast<unsigned char>(text[at + length]) & 0xC0U) == 0x80U)
    ++length;
  return length;
}

// Control characters become "?": a gate file must not be able to steer the terminal that shows its errors.
std::vector<Cell> cells(std::string_view line) {
  std::vector<Cell> result;
  for (std::size_t i = 0; i < line.size(); i += code_point_length(line, i)) {
    const auto byte = static_cast<unsigned char>(line[i]);
    if (line[i] == '\t') {
      result.insert(result.end(), kTabWidth, Cell{" ", i});
    } else if (byte < 0x20 || byte == 0x7F) {
      result.push_back({"?", i});
    } else {
      result.push_back({std::string(line.substr(i, code_point_length(line, i))), i});
    }
  }
  return result;
}

std::size_t column_of(const std::vector<Cell>& line, std::size_t offset) {
  const auto found =
      std::find_if(line.begin(), line.end(), [&](const Cell& c) { return c.offset >= offset; });
  return static_cast<std::size_t>(found - line.begin());
}

struct Excerpt {
  std::string text;
  std::size_t caret = 0, caret_width = 1;
};

// The part of a long line around [first, last), with "..." where it was cut.
Excerpt clip(const std::vector<Cell>& line, std::size_t first, std::size_t last) {
  std::size_t begin = 0;
  if (line.size() > kWidest && first > kWidest / 2)
    begin = std::min(first - kWidest / 2, line.size() - kWidest);
  const std::size_t end = std::min(line.size(), begin + kWidest);
  Excerpt excerpt;
  if (begin > 0) excerpt.text = kCut;
  excerpt.caret = excerpt.text.size() + (first - begin);
  excerpt.caret_width = std::max<std::size_t>(1, std::min(last, std::max(end, first)) - first);
  for (std::size_t i = begin; i < end; ++i) excerpt.text += line[i].text;
  if (end < line.size()) excerpt.text += kCut;
  return excerpt;
}

Excerpt excerpt_of(const SourceSpan& where) {
  const SourceFile& file = *where.file;
  const SourcePosition at = file.position(where.begin);
  const std::string_view line = file.line(at.line);
  const auto line_begin = static_cast<std::size_t>(line.data() - file.text().data());
  const std::size_t begin = std::min(where.begin - std::min(line_begin, where.begin), line.size());
  const std::size_t end = std::clamp(where.end - std::min(line_begin, where.end), begin, line.size());
  const std::vector<Cell> shown = cells(line);
  return clip(shown, column_of(shown, begin), column_of(shown, end));
}

}  // namespace

std::string ConfigError::render(bool color) const {
  const Palette& ink = color ? kColor : kPlain;
  std::string text;
  text.append(ink.error).append("error:").append(ink.off).append(" ").append(title).append("\n");
  if (!where.file) {
    if (!hint.empty()) text.append("  = ").append(hint).append("\n");
    return text;
  }
  const std::string number = std::to_string(where.file->position(where.begin).line);
  const std::string margin(number.size() + 2, ' ');
  const Excerpt excerpt = excerpt_of(where);
  const std::string bar = std::string(ink.place) + "|" + std::string(ink.off);
  text.append(number.size() + 1, ' ').append(ink.place).append("-->").append(ink.off).append(" ");
  text.append(where.location()).append("\n");
  text.append(margin).append(bar).append("\n");
  text.append(" ").append(ink.place).append(number).append(ink.off).append(" ").append(bar);
  text.append(excerpt.text.empty() ? "" : " ").append(excerpt.text).append("\n");
  text.append(margin).append(bar).append(excerpt.caret + 1, ' ');
  text.append(ink.caret).append(excerpt.caret_width, '^').append(ink.off);
  if (!hint.empty()) text.append(" ").append(hint);
  text.append("\n").append(margin).append(bar).append("\n");
  return text;
}

void ConfigErrors::add(SourceSpan where, std::string title, std::string hint) {
  errors_.push_back({std::move(where), std::move(title), std::move(hint)});
}

void ConfigErrors::sort() {
  const auto place = [](const ConfigError& e) {
    return std::pair(
        std::string_view(e.where.file ? std::string_view(e.where.file->path()) : std::string_view()),
        e.where.begin);
  };
  std::stable_sort(errors_.begin(), errors_.end(),
                   [&](const ConfigError& a, const ConfigError& b) { return place(a) < place(b); });
}

std::string ConfigErrors::render(bool color) const {
  std::string text;
  for (std::size_t i = 0; i < std::min(errors_.size(), kShown); ++i) {
    if (i > 0) text += "\n";
    text += errors_[i].render(color);
  }
  if (errors_.size() > kShown) text += "\nand " + std::to_string(errors_.size() - kShown) + " more errors\n";
  return text;
}

}  // namespace assay
