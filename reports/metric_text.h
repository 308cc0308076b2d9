// Families of metrics as text: the format of Prometheus 0.0.4, which a Pushgateway reads, and
// OpenMetrics 1.0. Neither has timestamps: a Pushgateway refuses them. Pure.
#pragma once
#include <span>
#include <string>

#include "reports/metric_family.h"

namespace assay::reports {

std::string prometheus_text(std::span<const MetricFamily> families);
std::string openmetrics_text(std::span<const MetricFamily> families);  // ends with "# EOF"

}  // namespace assay::reports
