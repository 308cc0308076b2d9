#include "probes/rule_keys.h"

#include <string>

#include "config/values.h"
#include "match/answer.h"
#include "probes/probe.h"

namespace assay::probes {

std::optional<bool> read_flag(const config::ProbeReading& reading, const config::MapReader& map,
                              std::string_view key) {
  const config::Node* node = map.find(key);
  return node == nullptr ? std::nullopt : config::read_bool(reading.context, *node, key);
}

std::optional<Bound> read_bound(const config::ProbeReading& reading, const config::MapReader& map,
                                std::string_view key) {
  const config::Node* node = map.find(key);
  return node == nullptr ? std::nullopt : read_bound(reading.context, *node, key);
}

void add_headers(client::Ask& ask, const std::vector<client::Field>& headers) {
  client::HttpAsk& made = http(ask);
  made.headers.insert(made.headers.end(), headers.begin(), headers.end());
}

void set_header(client::Ask& ask, std::string_view name, std::string_view value) {
  std::vector<client::Field>& headers = http(ask).headers;
  std::erase_if(headers, [&](const client::Field& field) { return match::same_name(field.name, name); });
  headers.push_back({std::string(name), std::string(value)});
}

}  // namespace assay::probes
