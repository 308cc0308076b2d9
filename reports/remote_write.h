// Time series as the body of a Prometheus remote write, version 1.0: a WriteRequest of Protocol Buffers,
// compressed with Snappy. Pure.
#pragma once
#include <span>
#include <string>

#include "reports/metric_series.h"

namespace assay::reports {

std::string write_request(std::span<const MetricSeries> series);      // before it is compressed
std::string remote_write_body(std::span<const MetricSeries> series);  // as it is sent

}  // namespace assay::reports
