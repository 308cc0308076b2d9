// A compact summary for programs: verdict, findings, key numbers of both arms and of every step, generator
// health. Keys carry their unit. At most
// 1,000 steps, kinds of failures and parts, those beyond are counted. The complete data, histograms included,
// is the run directory's result.json.
#pragma once
#include <string>

#include "reports/registry.h"

namespace assay::reports {

std::string write_json_report(const RunRecord& record, const ReportOptions& options);

}  // namespace assay::reports
