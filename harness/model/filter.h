// Selection and sums over the series of a RunResult: what a threshold or a report asks for ("all failed
// requests of the step `pay` against the candidate") and what was measured there. Pure functions over const
// data, so any thread may call them. Times are nanoseconds.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "model/run_result.h"

namespace assay {

// Absent parts select everything.
struct SeriesFilter {
  std::optional<std::string> scenario{}, step{};
  std::optional<Arm> arm{};
  std::optional<int> status_class{};  // 1..5; 0: no status was received
  std::optional<bool> failed{};
};

struct Aggregated {
  std::uint64_t count = 0;
  std::uint64_t failed = 0;
  std::array<std::uint64_t, kOutcomeCount> outcomes{};
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  std::array<stats::Histogram, kMetricCount> times;  // by Metric

  const stats::Histogram& at(Metric metric) const { return times[static_cast<std::size_t>(metric)]; }
};

// Slots [first, last) of the run.
struct SlotRange {
  std::uint32_t first = 0, last = 0;
};

struct AggregatedSlots {
  std::uint64_t count = 0;
  std::uint64_t failed = 0;
  std::array<stats::Histogram, kSlotMetricCount> times;  // by Metric

  const stats::Histogram& at(Metric metric) const { return times[static_cast<std::size_t>(metric)]; }
};

bool selects(const SeriesFilter& filter, const RunResult& result, const SeriesKey& key);
Aggregated aggregate(const RunResult& result, const SeriesFilter& filter);
AggregatedSlots aggregate(const RunResult& result, const SeriesFilter& filter, SlotRange range);

// For how long requests were judged: the load phases without their warm-up.
Nanos judged_length(const RunResult& result);
// Whether nothing was offered, and other traffic was watched.
bool only_watched(const RunResult& result);

}  // namespace assay
