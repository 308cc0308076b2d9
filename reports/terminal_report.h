// The report that a run ends with: the verdict in words first, then why, then the evidence. Plain text of at
// most about 120 columns; colour only repeats what a word says.
#pragma once
#include <string>

#include "reports/registry.h"

namespace assay::reports {

std::string write_terminal_report(const RunRecord& record, const ReportOptions& options);

}  // namespace assay::reports
