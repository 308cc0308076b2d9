// Whether a run can still decide anything: the chance that a metric passes or fails at one of the looks to
// come, given its estimate so far (conditional power). Told optimistically for either side, so that a run is
// given up only when even a lucky truth would leave it undecided. Source: the Brownian path of interim tests
// (Lan and Wittes 1988). Pure.
#pragma once
#include <cstddef>
#include <span>

#include "stats/spending.h"

namespace assay::stats {

// A metric as it stands at a look: shift or difference, in the unit of its margin.
struct InterimEstimate {
  double estimate = 0;
  double standard_error = 0;  // of the estimate, at this look
  double margin = 0;
};

// A metric that cannot be tested yet keeps 1 and 1: it is no reason to stop.
struct ConditionalPower {
  double pass = 1, fail = 1;
};

// After the look `index` (0 is the first) decided nothing. The truth is taken at the end of the two-sided 90
// % interval that is better for the side. 0 and 0 after the last look.
ConditionalPower conditional_power(const LookPlan& plan, std::size_t index, const InterimEstimate& metric);

// Neither can all metrics pass nor any metric fail with a chance of 5 %.
bool is_futile(std::span<const ConditionalPower> metrics);

}  // namespace assay::stats
