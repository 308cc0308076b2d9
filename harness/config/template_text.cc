#include "config/template_text.h"

#include <utility>

namespace assay::config {
namespace {

void add_literal(std::vector<TextPart>& parts, std::string_view text) {
  if (text.empty()) return;
  if (parts.empty() || !parts.back().variable.empty()) parts.push_back({});
  parts.back().literal += text;
}

}  // namespace

std::vector<TextPart> split_references(std::string_view text) {
  std::vector<TextPart> parts;
  while (!text.empty()) {
    const std::size_t at = text.find("${");
    if (at == std::string_view::npos) break;
    if (at > 0 && text[at - 1] == '$') {
      add_literal(parts, text.substr(0, at - 1));
      add_literal(parts, "${");
      text.remove_prefix(at + 2);
      continue;
    }
    const std::size_t close = text.find('}', at);
    if (close == std::string_view::npos) break;
    add_literal(parts, text.substr(0, at));
    parts.push_back({{}, std::string(text.substr(at + 2, close - at - 2)), {}});
    text.remove_prefix(close + 1);
  }
  add_literal(parts, text);
  return parts;
}

std::string escape_references(std::string_view literal) {
  std::string text;
  for (std::size_t at = literal.find("${"); at != std::string_view::npos; at = literal.find("${")) {
    text.append(literal.substr(0, at)).append("$${");
    literal.remove_prefix(at + 2);
  }
  return text.append(literal);
}

}  // namespace assay::config
