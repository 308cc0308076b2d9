// A summary for pull requests and CI step summaries: verdict, comparison table, thresholds, failures. Names
// from the gate file are escaped, because they stand in a document that others render.
#pragma once
#include <string>

#include "reports/registry.h"

namespace assay::reports {

std::string write_markdown_report(const RunRecord& record, const ReportOptions& options);

}  // namespace assay::reports
