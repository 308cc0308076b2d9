// Test Anything Protocol, version 13, which every reader knows: a line a check, what does not hold with its
// evidence as YAML. What does not block is skipped.
#pragma once
#include <string>

#include "reports/registry.h"

namespace assay::reports {

std::string write_tap_report(const RunRecord& record, const ReportOptions& options);

}  // namespace assay::reports
