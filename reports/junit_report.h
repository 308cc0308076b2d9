// JUnit XML, the dialect that Jenkins, GitLab, Azure and the GitHub actions read: a suite a gate, a test case
// a check, with its place in the gate file. All checks share the time of the run, so only the suite has one:
// readers add those of cases.
#pragma once
#include <string>

#include "reports/registry.h"

namespace assay::reports {

std::string write_junit_report(const RunRecord& record, const ReportOptions& options);

}  // namespace assay::reports
