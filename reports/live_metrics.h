// A run that goes on, as families of metrics, made once a second. Names begin with `assay_`; time series of
// the same names are sent to a database when the run is over (metric_series). Labels: gate, arm, quantile,
// side, and what probe_families says. Pure.
#pragma once
#include <vector>

#include "model/live_run.h"
#include "reports/metric_family.h"

namespace assay::reports {

struct LiveTitle {
  const char* name;
  const char* unit;
  const char* help;
};
// What is also sent afterwards.
inline constexpr LiveTitle kRequests{"assay_requests", "", "Requests that have ended."};
inline constexpr LiveTitle kRequestErrors{"assay_request_errors", "", "Of those, the ones that failed."};
inline constexpr LiveTitle kResponseTime{"assay_response_time_seconds", "seconds",
                                         "Response time from the intended start; quantiles of the last "
                                         "second."};

std::vector<MetricFamily> live_metrics(const LiveRun& run);

}  // namespace assay::reports
