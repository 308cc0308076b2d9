#include "reports/openmetrics_report.h"

#include "reports/metric_text.h"
#include "reports/run_metrics.h"

namespace assay::reports {

std::string write_openmetrics_report(const RunRecord& record, const ReportOptions& /*options*/) {
  return openmetrics_text(run_metrics(record));
}

}  // namespace assay::reports
