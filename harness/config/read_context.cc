#include "config/read_context.h"

#include <algorithm>
#include <utility>

namespace assay::config {

bool NameScope::is_runtime(std::string_view name) const {
  return variables.contains(name) || secrets.contains(name) || extracted.contains(name);
}

std::vector<std::string> NameScope::all() const {
  std::vector<std::string> words(secrets.begin(), secrets.end());
  words.insert(words.end(), extracted.begin(), extracted.end());
  for (const auto& [name, value] : variables) words.push_back(name);
  return words;
}

ReadContext::ReadContext(std::shared_ptr<const SourceFile> source, const ReadOptions& read_options)
    : options(read_options), source_(std::move(source)) {}

SourceSpan ReadContext::part(const Node& node, std::string_view text, std::size_t offset,
                             std::size_t length) const {
  const std::string_view file = source_->text();
  const std::size_t skip = node.quoted ? 1 : 0;
  if (file.substr(std::min(node.begin + skip, file.size())).starts_with(text)) {
    const std::size_t begin = node.begin + skip + offset;
    return {source_, begin, begin + length};
  }
  // Escapes, folding or substituted text: the piece itself often still stands there as it is.
  const std::string_view wanted = text.substr(std::min(offset, text.size()), length);
  const std::string_view raw = file.substr(node.begin, std::max(node.end - node.begin, 2 * text.size() + 80));
  const std::size_t found = wanted.empty() ? std::string_view::npos : raw.find(wanted);
  const bool inside = found != std::string_view::npos && (node.begin + found < node.end || node.quoted);
  if (!inside) return span(node);
  return {source_, node.begin + found, node.begin + found + wanted.size()};
}

void ReadContext::error(const Node& node, std::string title, std::string hint) {
  errors.add(place(node), std::move(title), std::move(hint));
}
void ReadContext::error(const SourceSpan& where, std::string title, std::string hint) {
  errors.add(where, std::move(title), std::move(hint));
}

std::optional<std::string> ReadContext::environment(std::string_view name) const {
  return options.environment ? options.environment(name) : std::nullopt;
}

std::size_t ReadContext::line_of(const Node& node) const { return source_->position(node.begin).line; }

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  std::size_t length = std::min(text.find_first_of("\r\n"), text.size());
  if (length == text.size() && length <= kLongest) return "\"" + std::string(text) + "\"";
  length = std::min(length, kLongest);
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) --length;
  return "\"" + std::string(text.substr(0, length)) + "...\"";
}

}  // namespace assay::config
