// One page for people: the verdict and its reasons first, then charts and tables. One file without a network:
// the first screen and everything below it are HTML and SVG, complete without script and style sheet; a
// script, if it may run, adds zooming and sorting. A pure function of the record: where the run is stored
// does not matter.
#pragma once
#include <string>

#include "reports/registry.h"

namespace assay::reports {

std::string write_html_report(const RunRecord& record, const ReportOptions& options);

}  // namespace assay::reports
