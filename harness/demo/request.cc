#include "demo/request.h"

#include <algorithm>

namespace assay::demo {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_without_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

// Cuts the text before the next `end` off the front of `rest`.
std::string_view next_part(std::string_view& rest, char end) {
  const std::size_t length = rest.find(end);
  const std::string_view part = rest.substr(0, length);
  rest.remove_prefix(length == std::string_view::npos ? rest.size() : length + 1);
  return part;
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (std::string_view rest = fields; !rest.empty();) {
    std::string_view value = next_part(rest, '\n');
    if (equal_without_case(next_part(value, ':'), name)) return value.substr(1);
  }
  return {};
}

std::string_view Request::parameter(std::string_view name) const {
  for (std::string_view rest = query; !rest.empty();) {
    std::string_view value = next_part(rest, '&');
    if (next_part(value, '=') == name) return value;
  }
  return {};
}

}  // namespace assay::demo
