// What GitLab shows beside JUnit: code quality (in a merge request, on lines of the gate file), annotations
// (links on the page of a job) and variables for later jobs. Pure functions of the record.
#pragma once
#include <string>

#include "reports/registry.h"

namespace assay::reports {

// What does not hold. A fingerprint holds no measured value, so that the same trouble stays the same.
std::string write_code_quality(const RunRecord& record, const ReportOptions& options);

// A link to report.html; none where options do not say under which URL artifacts can be read.
std::string write_gitlab_annotations(const RunRecord& record, const ReportOptions& options);

// ASSAY_VERDICT and the like. Nothing that a gate file or a server says stands in it: later jobs take values
// for text of their own.
std::string write_dotenv(const RunRecord& record, const ReportOptions& options);

}  // namespace assay::reports
