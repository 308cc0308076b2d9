#include <nlohmann/json.hpp>

#include "model/json_encode.h"

namespace assay {
namespace {

Json outcomes_of(const Series& series) {
  Json outcomes = Json::object();
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    if (series.outcomes[i] > 0) outcomes[std::string(name(static_cast<Outcome>(i)))] = series.outcomes[i];
  }
  return outcomes;
}

Json times_of(const Series& series) {
  Json times = Json::object();
  for (std::size_t i = 0; i < kMetricCount; ++i) {
    if (!series.times[i].empty()) times[std::string(name(static_cast<Metric>(i)))] = encode(series.times[i]);
  }
  return times;
}

}  // namespace

Json encode(const SeriesSlot& slot) {
  Json entry = Json::array({slot.index, slot.count});
  for (const auto& histogram : slot.times) entry.push_back(encode_packed(histogram));
  return entry;
}

Json encode(const Series& series) {
  return {{"step", series.key.step},
          {"arm", name(series.key.arm)},
          {"status_class", series.key.status_class},
          {"failed", series.key.failed},
          {"count", series.count},
          {"outcomes", outcomes_of(series)},
          {"sent_bytes", series.bytes_sent},
          {"received_bytes", series.bytes_received},
          {"times", times_of(series)},
          {"slots", Json::array()}};
}

}  // namespace assay
