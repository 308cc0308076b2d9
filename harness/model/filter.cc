#include "model/filter.h"

#include <algorithm>

namespace assay {
namespace {

void add(Aggregated& sum, const Series& series) {
  sum.count += series.count;
  if (series.key.failed) sum.failed += series.count;
  for (std::size_t i = 0; i < kOutcomeCount; ++i) sum.outcomes[i] += series.outcomes[i];
  sum.bytes_sent += series.bytes_sent;
  sum.bytes_received += series.bytes_received;
  for (std::size_t i = 0; i < kMetricCount; ++i) sum.times[i].merge(series.times[i]);
}

void add(AggregatedSlots& sum, const SeriesSlot& slot, bool failed) {
  sum.count += slot.count;
  if (failed) sum.failed += slot.count;
  for (std::size_t i = 0; i < kSlotMetricCount; ++i) sum.times[i].merge(slot.times[i]);
}

}  // namespace

bool selects(const SeriesFilter& filter, const RunResult& result, const SeriesKey& key) {
  const StepFacts& step = result.steps.at(key.step);
  return (!filter.scenario || *filter.scenario == step.scenario) &&
         (!filter.step || *filter.step == step.name) && (!filter.arm || *filter.arm == key.arm) &&
         (!filter.status_class || *filter.status_class == key.status_class) &&
         (!filter.failed || *filter.failed == key.failed);
}

Aggregated aggregate(const RunResult& result, const SeriesFilter& filter) {
  Aggregated sum;
  for (const Series& series : result.series) {
    if (selects(filter, result, series.key)) add(sum, series);
  }
  return sum;
}

AggregatedSlots aggregate(const RunResult& result, const SeriesFilter& filter, SlotRange range) {
  AggregatedSlots sum;
  for (const Series& series : result.series) {
    if (!selects(filter, result, series.key)) continue;
    auto slot = std::lower_bound(series.slots.begin(), series.slots.end(), range.first,
                                 [](const SeriesSlot& s, std::uint32_t index) { return s.index < index; });
    for (; slot != series.slots.end() && slot->index < range.last; ++slot) add(sum, *slot, series.key.failed);
  }
  return sum;
}

Nanos judged_length(const RunResult& result) {
  Nanos length{0};
  for (const LoadPhaseFacts& phase : result.load) {
    length += std::max(phase.end - phase.start - phase.warm_up, Nanos{0});
  }
  return length;
}

bool only_watched(const RunResult& result) {
  return result.load.size() == 1 && result.load.front().shape == kNoLoad;
}

}  // namespace assay
