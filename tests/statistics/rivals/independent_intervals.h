// The same question as assay's (is the candidate proven to be within, or beyond, the margin?) with the usual
// binomial error of a quantile, which takes requests for independent of each other.
#pragma once
#include "rivals/answer.h"
#include "verdict/arm_series.h"

namespace assay::statistics {

// p-value of "the candidate's q-quantile is `ratio` times the baseline's, or more".
double independent_p(const stats::Histogram& candidate, const stats::Histogram& baseline, double q,
                     double ratio);

Answer by_independent_intervals(const verdict::ArmSeries& run);

}  // namespace assay::statistics
