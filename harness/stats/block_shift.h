// Tests whether one arm's values exceed the other's by more than a margin, when all that is known is one
// difference for each block of time: logarithms of ratios, or plain differences. For what somebody else
// measured, such as a time series database. The slow-noise test (section 1.5 of the verdict method,
// harness/verdict/README.md) with scores (d_k - r) / n at a tested shift r, so that they add up to the mean
// difference minus r; no noise floor, because nobody knows what a value counts. Pure functions.
#pragma once
#include <cstddef>
#include <optional>
#include <span>

#include "stats/noise_prior.h"

namespace assay::stats {

// Blocks of two arms are compared from so many on: the test tells slow noise from fast by ten frequencies or
// more, and there are half as many as blocks.
inline constexpr std::size_t kFewestBlocks = 20;

struct BlockShift {
  double shift = 0;               // the mean difference, candidate minus baseline
  double low = 0, high = 0;       // each one-sided at alpha
  double slow_share = 0;          // of its variance
  double p_pass = 1, p_fail = 1;  // of a shift at or above the margin; of one at or below it
  CorrelationTime correlation;    // that the test used
};

// One entry for each block, in time; those with `used` 0 are gaps. At least two must be used.
// `correlation_seconds`: if the gate declares it.
BlockShift compare_blocks(std::span<const double> differences, std::span<const char> used,
                          double block_seconds, double margin, double alpha,
                          std::optional<double> correlation_seconds = std::nullopt);

}  // namespace assay::stats
