// A summary for pull requests and CI step summaries: verdict, comparison table, thresholds, failures. Below
// 60,000 bytes, which a comment may have; its first line, which nobody sees, tells the comment of this gate
// from others. Everything untrusted is escaped, because it stands in a document that others render.
#pragma once
#include <string>

#include "reports/registry.h"

namespace assay::reports {

std::string write_markdown_report(const RunRecord& record, const ReportOptions& options);

}  // namespace assay::reports
