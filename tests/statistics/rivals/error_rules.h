// How the rivals judge error rates; the margin is KnownGood's.
#pragma once
#include "rivals/rivals.h"

namespace assay::statistics {

Answer errors_by_point_estimate(const verdict::ArmSeries& run, const KnownGood& good);

// k6-style: the candidate's rate is above normal plus the margin.
Answer errors_by_fixed_limit(const verdict::ArmSeries& run, const KnownGood& good);

// Flagger-style: the same limit in ten checks, of which five fail.
Answer errors_by_failed_checks(const verdict::ArmSeries& run, const KnownGood& good);

// The test of two proportions (pooled, one-sided 5 %): any difference fails.
Answer errors_by_two_proportions(const verdict::ArmSeries& run, const KnownGood& good);

// Newcombe's interval of the difference from Wilson's limits (Stat. Med. 17, 1998), errors taken one by one.
Answer errors_by_independent_intervals(const verdict::ArmSeries& run, const KnownGood& good);

struct DifferenceInterval {
  double low = 0, high = 0;
};
// Each end one-sided at `alpha`.
DifferenceInterval newcombe(double errors, double requests, double other_errors, double other_requests,
                            double alpha);

}  // namespace assay::statistics
