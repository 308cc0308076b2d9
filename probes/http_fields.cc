#include "probes/http_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "match/answer.h"
#include "probes/expectation.h"

namespace assay::probes {
namespace {

constexpr std::uint64_t kMostSeconds = 1ULL << 31;
constexpr std::size_t kMostDirectives = 100;  // nobody writes more, and each is compared with the others

bool is_token_character(char c) {
  const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return plain || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// The content of a quoted string, whose quotes must be the first and the last character.
std::optional<std::string> unquoted(std::string_view text) {
  std::string content;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1 == text.size() ? std::optional(std::move(content)) : std::nullopt;
    if (text[i] == '\\' && ++i == text.size()) break;
    content += text[i];
  }
  return std::nullopt;
}

std::optional<Directive> parse_directive(std::string_view part) {
  const std::size_t sign = part.find('=');
  Directive directive{match::lower_case(trimmed(part.substr(0, sign))), std::nullopt};
  if (!is_token(directive.name)) return std::nullopt;
  if (sign == std::string_view::npos) return directive;
  const std::string_view value = trimmed(part.substr(sign + 1));
  directive.value = value.starts_with('"') ? unquoted(value) : std::optional<std::string>(value);
  if (!directive.value) return std::nullopt;
  return directive;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

std::vector<std::string> split_list(std::string_view text, char separator) {
  std::vector<std::string> parts;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '"') quoted = !quoted;
    if (i < text.size() && quoted && text[i] == '\\') ++i;
    if (i < text.size() && (quoted || text[i] != separator)) continue;
    const std::string_view part = trimmed(text.substr(begin, i - begin));
    if (!part.empty()) parts.emplace_back(part);
    begin = i + 1;
    if (begin > text.size()) break;
  }
  return parts;
}

const Directive* Directives::find(std::string_view name) const {
  const auto found = std::find_if(items.begin(), items.end(), [&](const auto& d) { return d.name == name; });
  return found == items.end() ? nullptr : &*found;
}

std::size_t Directives::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(items.begin(), items.end(), [&](const auto& d) { return d.name == name; }));
}

Directives parse_directives(std::string_view text, char separator) {
  Directives directives;
  for (std::string& part : split_list(text, separator)) {
    if (directives.items.size() == kMostDirectives) {
      directives.problem = fmt::format("directive {} and what follows", kMostDirectives + 1);
      break;
    }
    if (std::optional<Directive> directive = parse_directive(part)) {
      directives.items.push_back(*std::move(directive));
    } else if (directives.problem.empty()) {
      directives.problem = std::move(part);
    }
  }
  return directives;
}

std::vector<std::string> list_members(const client::HttpAnswer& answer, std::string_view name) {
  std::vector<std::string> members;
  for (const std::string& value : header_values(answer, name))
    for (std::string& member : split_list(value, ',')) members.push_back(std::move(member));
  return members;
}

bool lists(const client::HttpAnswer& answer, std::string_view name, std::string_view token) {
  const std::vector<std::string> members = list_members(answer, name);
  return std::any_of(members.begin(), members.end(),
                     [&](const std::string& member) { return match::same_name(member, token); });
}

std::optional<Nanos> parse_seconds(std::string_view text) {
  const bool digits =
      !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc()) value = kMostSeconds;
  return std::chrono::seconds(std::min(value, kMostSeconds));
}

std::string shown_header(const client::HttpAnswer& answer, std::string_view name) {
  const std::vector<std::string> values = header_values(answer, name);
  if (values.empty()) return "absent";
  std::string shown = values.size() == 1 ? "" : fmt::format("{} times: ", values.size());
  for (std::size_t i = 0; i < values.size(); ++i) shown += (i == 0 ? "\"" : ", \"") + values[i] + "\"";
  return shown;
}

std::string shown_place(std::string_view path, const client::HttpAnswer& answer) {
  return fmt::format("{} ({})", path, answer.status);
}

}  // namespace assay::probes
