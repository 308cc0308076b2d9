// The report that a run ends with: the verdict in words first, then why, then the evidence. By default what
// fits on a screen (terminal_summary.h); with Detail::full everything, in lines of any length. Colour only
// repeats what a word says.
#pragma once
#include <string>

#include "reports/registry.h"

namespace assay::reports {

std::string write_terminal_report(const RunRecord& record, const ReportOptions& options);

}  // namespace assay::reports
