// Tests whether the candidate answers fewer requests a second than the baseline, by more than a margin. The
// quantity is the deficit ln(baseline's answers / candidate's answers): above 0 the candidate answers less.
// Counts of one-second blocks are tested with the slow-noise test (section 1.5 of the verdict method,
// harness/verdict/README.md), with scores (baseline e^-r - candidate) / candidate that add up to e^(d-r) - 1
// at a tested deficit r and a measured one d. Pure functions.
#pragma once
#include <optional>
#include <span>

#include "stats/error_slots.h"
#include "stats/noise_prior.h"
#include "stats/noise_profile.h"
#include "stats/random_effects.h"

namespace assay::stats {

struct ThroughputDeficit {
  double deficit = 0;
  double low = 0, high = 0;       // each one-sided at alpha
  double slow_share = 0;          // of the variance at the margin, without that of placements
  double placement_share = 0;     // of the whole variance
  double p_pass = 1, p_fail = 1;  // of a deficit at or above the margin; of one at or below it
  CorrelationTime correlation;    // that the test used
  ProfileUse profile = ProfileUse::none;
  NoiseVector noise;  // what a store keeps of this run's noise
};

struct ThroughputNoise {
  std::optional<double> correlation_seconds = std::nullopt;  // if the gate declares it
  std::span<const NoiseVector> stored = {};                  // of earlier runs, oldest first
  std::optional<PlacementSpread> placement = std::nullopt;   // of the deficit, from A/A runs
};

// Both arms must have answers, in at least two seconds.
ThroughputDeficit compare_throughput(std::span<const ErrorSlot> slots, double slot_seconds, double margin,
                                     double alpha, const ThroughputNoise& noise);

}  // namespace assay::stats
