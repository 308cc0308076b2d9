// Comma-separated values (RFC 4180: CRLF, quotes where needed), UTF-8, numbers with a point. In columns of
// free text a cell that a spreadsheet would take for a formula begins with an apostrophe.
#pragma once
#include <string>

#include "reports/registry.h"

namespace assay::reports {

// run, arm, at_s, length_s, metric, quantile, value, unit, count: a row for each number of each judged second
// of each arm, by intended start. Runs of more than a day have longer rows, all of the same length.
std::string write_series_csv(const RunRecord& record, const ReportOptions& options);

// A row for each check, with its numbers as they were measured (units as in result.json).
std::string write_checks_csv(const RunRecord& record, const ReportOptions& options);

}  // namespace assay::reports
