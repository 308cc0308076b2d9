#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <utility>

#include "config/parts.h"
#include "config/values.h"

namespace assay::config {
namespace {

// The body decides them; a wrong one would make every request malformed.
constexpr std::array<std::string_view, 2> kComputed{"content-length", "transfer-encoding"};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  return text;
}

bool is_token(std::string_view text) {
  const auto token = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), token);
}

void check_header_name(ReadContext& context, const Node& key, std::set<std::string>& seen) {
  const std::string name = lower(key.text);
  if (!is_token(name)) {
    context.error(key, in_quotes(key.text) + " is not a header name",
                  "a header name has no spaces or colons");
  } else if (std::find(kComputed.begin(), kComputed.end(), name) != kComputed.end()) {
    context.error(key, in_quotes(key.text) + " cannot be set", "assay computes it from the body");
  } else if (!seen.insert(name).second) {
    context.error(key, "duplicate header " + in_quotes(key.text), "header names do not differ by case");
  }
}

// A line break would end the header and start another one.
void check_header_value(ReadContext& context, const FieldSpec& field) {
  for (const TextPart& part : field.value.parts) {
    if (part.literal.find_first_of("\r\n") == std::string::npos) continue;
    context.error(field.value.span, "the value of header " + in_quotes(field.name) + " holds a line break",
                  "write it on one line");
  }
}

}  // namespace

std::vector<FieldSpec> read_headers(ReadContext& context, const Node& node) {
  std::vector<FieldSpec> headers;
  if (!is_filled_map(context, node, "headers", "write it like { Accept: application/json }")) return headers;
  std::set<std::string> seen;
  for (const Node::Entry& entry : node.entries) {
    check_header_name(context, *entry.key, seen);
    std::optional<TemplateSpec> value = read_template(context, *entry.value, entry.key->text);
    if (!value) continue;
    headers.push_back({entry.key->text, std::move(*value), context.span(*entry.key)});
    check_header_value(context, headers.back());
  }
  return headers;
}

}  // namespace assay::config
