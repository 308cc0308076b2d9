// What reports are told of the world: where the run is, what it means to a script, which project a pipeline
// works on.
#pragma once
#include <string>

#include "cli/context.h"
#include "model/run_record.h"
#include "reports/registry.h"

namespace assay::cli {

// For files: without colour. The project is that of the pipeline this runs in, if it runs in one.
reports::ReportOptions report_options(const Context& context, const RunRecord& record,
                                      const std::string& directory);

}  // namespace assay::cli
