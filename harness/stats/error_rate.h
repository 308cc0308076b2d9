// Tests whether the candidate's error rate exceeds the baseline's by a margin, when errors come in clusters
// (outages) and rates drift. Two conditions must both hold: MOVER limits from Garwood's exact Poisson limits
// on effective clusters, and the slow-noise test of the same difference. Formulas: section 1.9 of the verdict
// method (harness/verdict/README.md). Pure functions. Rates and differences are ratios: 0.01 is one
// percentage point.
#pragma once
#include <cstdint>
#include <span>

namespace assay::stats {

struct ErrorSlot {
  std::uint64_t candidate_errors = 0, candidate_requests = 0;
  std::uint64_t baseline_errors = 0, baseline_requests = 0;
};

struct ErrorDifference {
  double difference = 0;     // candidate minus baseline
  double low = 0, high = 0;  // each one-sided at alpha
  double errors_per_cluster = 1;
  double slow_share = 0;          // of the variance of the difference
  double p_pass = 1, p_fail = 1;  // the larger of the two conditions' p-values
};

// Errors that come together, from the arms' difference over blocks of 1 to 30 s: shared outages cancel. At
// least 1.
double errors_per_cluster(std::span<const ErrorSlot> slots, double slot_seconds);

// Both arms must have requests.
ErrorDifference compare_errors(std::span<const ErrorSlot> slots, double slot_seconds, double margin,
                               double alpha, double correlation_seconds);

}  // namespace assay::stats
