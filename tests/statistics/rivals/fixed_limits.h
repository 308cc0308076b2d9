// Rules that look at the candidate alone and compare with limits that somebody wrote down: k6-style
// thresholds over the whole run, and Flagger-style checks that roll back after so many failed ones.
#pragma once
#include "rivals/rivals.h"

namespace assay::statistics {

// p95 and p99 at most 15 % above what is normal.
Answer by_fixed_limits(const verdict::ArmSeries& run, const KnownGood& good);

// Ten checks of p99 over a tenth of the run each, 15 % above normal; the fifth failed check rolls back.
Answer by_failed_checks(const verdict::ArmSeries& run, const KnownGood& good);

}  // namespace assay::statistics
