// The metrics of the run as OpenMetrics text: for GitLab, the textfile collector of node_exporter and others.
#pragma once
#include <string>

#include "reports/registry.h"

namespace assay::reports {

std::string write_openmetrics_report(const RunRecord& record, const ReportOptions& options);

}  // namespace assay::reports
