// Seeded two-arm runs for the tests of this folder: lognormal times with a median of 50 ms, raw and as
// histograms.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

#include "base/random.h"
#include "stats/histogram.h"
#include "stats/slot_values.h"

namespace assay::stats {

struct RawSlot {
  std::vector<double> candidate_ns, baseline_ns;
};

struct RunShape {
  std::size_t slots = 240;
  std::size_t requests = 25;  // of each arm in a slot
  double sigma = 0.5;
  double candidate_factor = 1;
  std::uint64_t seed = 1;
};

inline std::vector<RawSlot> lognormal_run(const RunShape& shape) {
  Random random(shape.seed, 0);
  const auto time = [&](double factor) {
    const double normal =
        std::sqrt(2 * random.exponential()) * std::cos(2 * std::numbers::pi * random.uniform());
    return factor * 50e6 * std::exp(shape.sigma * normal);
  };
  std::vector<RawSlot> run(shape.slots);
  for (auto& slot : run)
    for (std::size_t i = 0; i < shape.requests; ++i) {
      slot.candidate_ns.push_back(time(shape.candidate_factor));
      slot.baseline_ns.push_back(time(1));
    }
  return run;
}

// A stop of the candidate: what was due in these slots waits for their end.
inline void stall_candidate(std::vector<RawSlot>& run, std::size_t first, std::size_t count,
                            double slot_ns = 5e8) {
  for (std::size_t k = first; k < first + count; ++k)
    for (double& time : run[k].candidate_ns) time += slot_ns * static_cast<double>(first + count - k);
}

inline LogValues exact_values(std::vector<double> times_ns) {
  std::sort(times_ns.begin(), times_ns.end());
  LogValues exact;
  for (const double ns : times_ns) exact.values.push_back({std::log(ns), 1});
  exact.requests = times_ns.size();
  return exact;
}

inline LogValues bucketed_values(const std::vector<double>& times_ns) {
  Histogram histogram;
  for (const double ns : times_ns) histogram.record(static_cast<std::int64_t>(ns));
  return LogValues::from(histogram);
}

inline std::vector<SlotValues> exact(const std::vector<RawSlot>& run) {
  std::vector<SlotValues> slots;
  for (const auto& slot : run)
    slots.push_back({exact_values(slot.candidate_ns), exact_values(slot.baseline_ns)});
  return slots;
}

inline std::vector<SlotValues> bucketed(const std::vector<RawSlot>& run) {
  std::vector<SlotValues> slots;
  for (const auto& slot : run)
    slots.push_back({bucketed_values(slot.candidate_ns), bucketed_values(slot.baseline_ns)});
  return slots;
}

}  // namespace assay::stats
