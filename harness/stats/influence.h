// Which slots an estimate rests on: what it would be without each of them. For latencies to first order (the
// influence function of the score's root), exactly for errors. Pure functions.
#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "stats/error_rate.h"
#include "stats/latency_shift.h"

namespace assay::stats {

struct SlotInfluence {
  std::size_t slot = 0;
  double without = 0;  // the estimate, had this slot not been measured: log ratio, or difference of rates
};

// By how much the sum of the scores falls when the tested shift grows by one, around the estimate; 0 where it
// cannot be said. The root of the scores' variance divided by it is a standard error of the shift.
double score_slope(const LatencyShift& shift, const ShiftMetric& metric, const ShiftInterval& interval);

// At most `count` slots, the strongest first; none where the estimate does not depend on the scores.
std::vector<SlotInfluence> strongest_slots(const LatencyShift& shift, const ShiftMetric& metric,
                                           const ShiftInterval& interval, std::size_t count);
std::vector<SlotInfluence> strongest_slots(std::span<const ErrorSlot> slots, std::size_t count);

}  // namespace assay::stats
