// Families of metrics in the form that prometheus-cpp serves. Pure.
#pragma once
#include <prometheus/metric_family.h>

#include <span>
#include <vector>

#include "reports/metric_family.h"

namespace assay::reports {

std::vector<prometheus::MetricFamily> prometheus_families(std::span<const MetricFamily> families);

}  // namespace assay::reports
