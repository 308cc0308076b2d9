// Tests whether the candidate's error rate exceeds the baseline's by a margin, when errors come in clusters
// (outages) and rates drift. Two conditions must both hold: MOVER limits from Garwood's exact Poisson limits
// on effective clusters, and the slow-noise test of the same difference. Formulas: section 1.9 of the verdict
// method (harness/verdict/README.md). Pure functions. Rates and differences are ratios: 0.01 is one
// percentage point.
#pragma once
#include <optional>
#include <span>

#include "stats/error_slots.h"
#include "stats/noise_prior.h"
#include "stats/noise_profile.h"
#include "stats/random_effects.h"

namespace assay::stats {

struct ErrorDifference {
  double difference = 0;     // candidate minus baseline
  double low = 0, high = 0;  // each one-sided at alpha
  double errors_per_cluster = 1;
  double slow_share = 0;          // of the variance of the difference, without that of placements
  double placement_share = 0;     // of the whole variance
  double p_pass = 1, p_fail = 1;  // the larger of the two conditions' p-values
  CorrelationTime correlation;    // that the slow-noise test used
  ProfileUse profile = ProfileUse::none;
  NoiseVector noise;  // what a store keeps of this run's noise
};

// Errors that come together, from the arms' difference over blocks of 1 to 30 s: shared outages cancel. At
// least 1.
double errors_per_cluster(std::span<const ErrorSlot> slots, double slot_seconds);

// What is known of the errors' noise besides this run.
struct ErrorNoise {
  std::optional<double> correlation_seconds = std::nullopt;  // if the gate declares it
  std::span<const NoiseVector> stored = {};                  // of earlier runs, oldest first
  std::optional<PlacementSpread> placement = std::nullopt;   // of the difference of rates, from A/A runs
  // Errors are taken to come in outages of at least so many seconds of failing altogether, seen or not: what
  // it takes to prove that there are few of them. 0: only what was seen counts.
  double outage_seconds = 0;
};

// Both arms must have requests.
ErrorDifference compare_errors(std::span<const ErrorSlot> slots, double slot_seconds, double margin,
                               double alpha, const ErrorNoise& noise);

}  // namespace assay::stats
