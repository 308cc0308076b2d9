// Commands of GitHub workflows: an annotation on the gate file for each check that does not hold, the most
// important first. The runner takes 10 errors and 10 warnings of a step and drops the rest without a word.
#pragma once
#include <string>

#include "reports/registry.h"

namespace assay::reports {

std::string write_github_commands(const RunRecord& record, const ReportOptions& options);

}  // namespace assay::reports
