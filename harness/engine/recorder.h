// Sample -> series: per-slot and whole-run histograms by step, arm, status class and success. One worker's
// thread only. A series allocates when its first sample comes; after that, recording allocates nothing but
// packed slots.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <tuple>
#include <vector>

#include "engine/failed_times.h"
#include "engine/recorded_slot.h"
#include "engine/sample.h"
#include "engine/slot_ring.h"
#include "model/run_result.h"
#include "stats/histogram.h"

namespace assay::engine {

class Recorder {
 public:
  Recorder(std::size_t steps, TimePoint start, Nanos slot_length);

  void record(const Sample& sample);
  // Counts a failure by kind and keeps the first example of each, and notes when it was.
  void record_failure(const Sample& sample, std::string_view detail, std::string_view location);

  // Slots that are over at `now` and not among the newest two, and late parts of slots that were taken
  // before. Called once a second, so that memory does not grow with the length of a run.
  std::vector<RecordedSlot> take_slots(TimePoint now);
  // Up to where take_slots(now) gives all that was recorded until then.
  TimePoint taken_until(TimePoint now) const;

  struct Recorded {
    std::vector<Series> series;  // slots and their sums: of what take_slots() has not taken
    std::vector<FailureExample> failures;
    std::vector<FailedStretch> failed_stretches;
    std::uint64_t warm_up_requests = 0, warm_up_errors = 0;
  };
  Recorded take();

 private:
  struct OpenSeries {
    SeriesKey key;
    std::array<std::uint64_t, kOutcomeCount> outcomes{};
    std::uint64_t count = 0, bytes_sent = 0, bytes_received = 0;
    SlotRing slots;  // the first kSlotMetricCount metrics
    std::array<std::unique_ptr<stats::DenseHistogram>, kMetricCount - kSlotMetricCount> times;  // the others
  };

  OpenSeries& series(const Sample& sample);
  static void record_time(OpenSeries& series, Metric metric, Nanos time);
  static Series close(OpenSeries& series);

  TimePoint start_;
  Nanos slot_length_;
  std::vector<std::unique_ptr<OpenSeries>> table_;  // dense, by key; null until the first sample
  std::map<std::tuple<std::uint16_t, Arm, Outcome>, FailureExample> failures_;
  FailedTimes failed_times_;
  std::uint64_t warm_up_requests_ = 0, warm_up_errors_ = 0;
};

}  // namespace assay::engine
