// The verdict and what it was made of, as families of metrics. Pure.
#pragma once
#include <vector>

#include "model/verdict.h"
#include "reports/metric_family.h"

namespace assay::reports {

// `gate`: labels of every sample. Remarks and parts are no checks: they decide nothing.
std::vector<MetricFamily> check_families(const Verdict& verdict, const MetricLabels& gate);

}  // namespace assay::reports
