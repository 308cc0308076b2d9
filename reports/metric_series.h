// A run as time series, for a database that is told afterwards what a scraper would have seen meanwhile: the
// names of live_metrics, and the bins of the page (reports/run_view). Judged requests only. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "model/run_record.h"
#include "reports/metric_family.h"

namespace assay::reports {

struct MetricPoint {
  std::int64_t at_ms = 0;  // since 1970
  double value = 0;

  bool operator==(const MetricPoint&) const = default;
};

struct MetricSeries {
  std::string name;
  MetricLabels labels;
  std::vector<MetricPoint> points;  // in time, at the end of what they are about
};

// `assay_response_time_seconds` by arm and quantile, where requests ended, and the running counts
// `assay_requests_total` and `assay_request_errors_total`, which begin with 0 at the start; labels besides:
// gate, run. Empty: there was no load, or no start is known.
std::vector<MetricSeries> run_series(const RunRecord& record);

}  // namespace assay::reports
