#include "model/json_decode.h"

namespace assay {
namespace {

template <class Enum>
std::optional<std::size_t> position(const JsonNode& node, std::string_view key,
                                    std::optional<Enum> (*from)(std::string_view)) {
  const std::optional<Enum> value = from(key);
  if (value) return static_cast<std::size_t>(*value);
  node.at(key).fail("not known here");
  return std::nullopt;
}

void decode_outcomes(const JsonNode& node, Series& into) {
  for (const std::string& key : node.keys()) {
    if (const auto place = position(node, key, outcome_from)) node.read(key, into.outcomes[*place]);
  }
}

void decode_times(const JsonNode& node, Series& into) {
  for (const std::string& key : node.keys()) {
    if (const auto place = position(node, key, metric_from)) decode(node.at(key), into.times[*place]);
  }
}

void decode(const JsonNode& node, SeriesSlot& into) {
  if (node.size() != 2 + kSlotMetricCount) {
    return node.fail("expected [index, count, response_time, service_time, send_lag]");
  }
  node.item(0).read(into.index);
  node.item(1).read(into.count);
  for (std::size_t i = 0; i < kSlotMetricCount; ++i) decode_packed(node.item(2 + i), into.times[i]);
}

void decode_slots(const JsonNode& node, std::vector<SeriesSlot>& into) {
  into.resize(node.size());
  for (std::size_t i = 0; i < into.size() && !node.failed(); ++i) {
    decode(node.item(i), into[i]);
    if (i > 0 && into[i].index <= into[i - 1].index) node.item(i).fail("slots must be in ascending order");
  }
}

}  // namespace

void decode(const JsonNode& node, Series& into) {
  node.read("step", into.key.step);
  node.at("arm").read_name(into.key.arm, arm_from);
  node.read("status_class", into.key.status_class);
  node.read("failed", into.key.failed);
  node.read("count", into.count);
  node.read("sent_bytes", into.bytes_sent);
  node.read("received_bytes", into.bytes_received);
  decode_outcomes(node.at("outcomes"), into);
  decode_times(node.at("times"), into);
  decode_slots(node.at("slots"), into.slots);
}

}  // namespace assay
