#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "config/parts.h"
#include "config/values.h"

namespace assay::config {
namespace {

std::optional<StatusSpec::Range> parse_status(std::string_view text) {
  if (text.size() != 3 || text[0] < '1' || text[0] > '5') return std::nullopt;
  const int hundreds = (text[0] - '0') * 100;
  if (text.substr(1) == "xx" || text.substr(1) == "XX") return StatusSpec::Range{hundreds, hundreds + 99};
  int code = 0;
  if (std::from_chars(text.data(), text.data() + 3, code).ptr != text.data() + 3) return std::nullopt;
  return StatusSpec::Range{code, code};
}

void add_status(ReadContext& context, const Node& node, StatusSpec& status) {
  const std::optional<std::string> text = read_text(context, node, "status");
  if (!text) return;
  const std::optional<StatusSpec::Range> range = parse_status(*text);
  if (!range) {
    context.error(context.span(node), in_quotes(*text) + " is not a status",
                  "write it like 200, 2xx or [200, 204]");
    return;
  }
  status.accepted.push_back(*range);
  status.source_text += (status.source_text.empty() ? "" : ", ") + *text;
}

StatusSpec read_status(ReadContext& context, const Node& node) {
  StatusSpec status;
  status.span = context.span(node);
  if (!node.is_sequence()) {
    add_status(context, node, status);
  } else if (is_filled_list(context, node, "status", "write it like [200, 204]")) {
    for (const Node* item : node.items) add_status(context, *item, status);
  }
  return status;
}

}  // namespace

void check_pointer(ReadContext& context, const Node& node, std::string_view pointer) {
  if (!pointer.empty() && pointer[0] != '/') {
    context.error(context.span(node), in_quotes(pointer) + " is not a JSON pointer",
                  "it starts with /, like /items/0/id");
    return;
  }
  for (std::size_t at = pointer.find('~'); at != std::string_view::npos; at = pointer.find('~', at + 1)) {
    const bool escape = at + 1 < pointer.size() && (pointer[at + 1] == '0' || pointer[at + 1] == '1');
    if (escape) continue;
    context.error(context.part(node, pointer, at, 1), in_quotes(pointer) + " is not a JSON pointer",
                  "write ~0 for ~ and ~1 for / inside a key");
    return;
  }
}

ExpectSpec read_expect(ReadContext& context, const Node& node) {
  ExpectSpec expect;
  const MapReader map(context, node, kExpectKeys, "expect");
  if (!map.is_map()) return expect;
  if (const Node* status = map.find("status")) expect.status = read_status(context, *status);
  const Node* header = map.find("header");
  if (header != nullptr &&
      is_filled_map(context, *header, "header", "write it like { content-type: text/html }")) {
    for (const Node::Entry& entry : header->entries) {
      expect.headers.push_back({entry.key->text, context.span(*entry.key),
                                read_matchers(context, *entry.value, entry.key->text, MatcherPlace::header)});
    }
  }
  const Node* json = map.find("json");
  if (json != nullptr && is_filled_map(context, *json, "json", "write it like { /status: ready }")) {
    for (const Node::Entry& entry : json->entries) {
      check_pointer(context, *entry.key, entry.key->text);
      expect.json.push_back({entry.key->text, context.span(*entry.key),
                             read_matchers(context, *entry.value, entry.key->text, MatcherPlace::json)});
    }
  }
  if (const Node* body = map.find("body"))
    expect.body = read_matchers(context, *body, "body", MatcherPlace::body);
  return expect;
}

}  // namespace assay::config
