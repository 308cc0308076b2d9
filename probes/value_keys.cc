#include "probes/value_keys.h"

#include <algorithm>
#include <charconv>

#include "config/parts.h"
#include "config/values.h"

namespace assay::probes {
namespace {

std::optional<StatusSet::Range> parse_status(std::string_view text) {
  if (text.size() != 3 || text[0] < '1' || text[0] > '5') return std::nullopt;
  const int hundreds = (text[0] - '0') * 100;
  if (text.substr(1) == "xx") return StatusSet::Range{hundreds, hundreds + 99};
  int code = 0;
  if (std::from_chars(text.data(), text.data() + 3, code).ptr != text.data() + 3) return std::nullopt;
  return StatusSet::Range{code, code};
}

void add_status(const config::ProbeReading& reading, const config::Node& node, std::string_view label,
                StatusSet& set) {
  const std::optional<std::string> text = config::read_text(reading.context, node, label);
  if (!text) return;
  const std::optional<StatusSet::Range> range = parse_status(*text);
  if (!range) {
    reading.error(node, config::in_quotes(*text) + " is not a status",
                  "write it like 413, 2xx or [429, 503]");
    return;
  }
  set.ranges.push_back(*range);
  set.shown += (set.shown.empty() ? "" : " or ") + *text;
}

std::optional<match::JsonPointer> checked_pointer(const config::ProbeReading& reading,
                                                  const config::Node& node, const std::string& text) {
  const config::ErrorMark mark(reading.context);
  config::check_pointer(reading.context, node, text);
  return mark.clean() ? match::JsonPointer::parse(text) : std::nullopt;
}

bool is_token(unsigned char c) {
  const bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  return word || std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
}

}  // namespace

bool StatusSet::holds(int status) const {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return status >= range.first && status <= range.last; });
}

std::optional<match::JsonPointer> read_pointer(const config::ProbeReading& reading, const config::Node& node,
                                               std::string_view label) {
  const std::optional<std::string> text = config::read_text(reading.context, node, label);
  return text ? checked_pointer(reading, node, *text) : std::nullopt;
}

std::optional<match::JsonPointer> read_pointer_key(const config::ProbeReading& reading,
                                                   const config::Node& key) {
  return checked_pointer(reading, key, key.text);
}

StatusSet read_statuses(const config::ProbeReading& reading, const config::Node& node,
                        std::string_view label) {
  StatusSet set;
  if (!node.is_sequence()) {
    add_status(reading, node, label, set);
  } else if (config::is_filled_list(reading.context, node, label, "write it like [429, 503]")) {
    for (const config::Node* item : node.items) add_status(reading, *item, label, set);
  }
  return set;
}

std::string read_header_name(const config::ProbeReading& reading, const config::Node& node,
                             std::string_view label) {
  std::string name = config::read_text(reading.context, node, label).value_or("X-Version");
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_token)) {
    reading.error(node, config::in_quotes(name) + " is not the name of a header",
                  "write it like X-Version, without the colon");
  }
  return name;
}

}  // namespace assay::probes
