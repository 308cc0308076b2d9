// The level of one arm alone (a quantile, the worst 5 %, an error rate) with the standard error that chance
// and slow noise within the run give it: what runs at different times are compared by. No calm time here:
// without a second arm, a disturbance that hit everything cannot be told from one of this arm. Pure
// functions.
#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "stats/histogram.h"
#include "stats/latency_shift.h"

namespace assay::stats {

struct ArmLevel {
  double level = 0;  // log of nanoseconds, or the error rate
  double standard_error = 0;
};

// One entry a slot. The variance of a sum of slot scores is that of stats/slow_noise.
struct ArmSlots {
  std::span<const Histogram> times;
  std::span<const std::uint64_t> errors;
  double slot_seconds = 0;
  std::optional<double> correlation_seconds;  // if the gate declares it

  double seconds() const { return slot_seconds * static_cast<double>(times.size()); }
};

// Quantiles: the share of times above the estimate, carried over to the time axis by the quantiles one
// standard error below and above it (Woodruff 1952). tail5: log of p95 plus the mean log excess over it,
// whose error is that of the excess, because p95's own error cancels to first order. Absent below 40 slots or
// where fewer than ten requests lie beyond the quantile.
std::optional<ArmLevel> time_level(const ArmSlots& slots, const ShiftMetric& metric);

// Absent below 40 slots and without requests. No error at all counts as one for the standard error.
std::optional<ArmLevel> error_level(const ArmSlots& slots);

}  // namespace assay::stats
