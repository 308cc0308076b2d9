#include "base/source.h"

#include <algorithm>
#include <utility>

namespace assay {
namespace {

bool starts_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

}  // namespace

SourceFile::SourceFile(std::string path, std::string text) : path_(std::move(path)), text_(std::move(text)) {
  line_starts_.push_back(0);
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
  }
}

SourcePosition SourceFile::position(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const std::size_t start = *std::prev(after);
  const auto first = text_.begin() + static_cast<std::ptrdiff_t>(start);
  const auto last = text_.begin() + static_cast<std::ptrdiff_t>(offset);
  const auto before = std::count_if(first, last, starts_code_point);
  return {static_cast<std::size_t>(after - line_starts_.begin()), static_cast<std::size_t>(before) + 1};
}

std::string_view SourceFile::line(std::size_t number) const {
  if (number == 0 || number > line_starts_.size()) return {};
  const std::size_t begin = line_starts_[number - 1];
  const std::size_t end = std::min(text_.find('\n', begin), text_.size());
  std::string_view line = std::string_view(text_).substr(begin, end - begin);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string SourceSpan::location() const {
  if (!file) return {};
  const SourcePosition at = file->position(begin);
  return file->path() + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

}  // namespace assay
