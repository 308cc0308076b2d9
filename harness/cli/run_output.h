// Everything that a finished run says: the report on standard output, further reports, and what its pipeline
// is left.
#pragma once
#include <string>

#include "cli/further_reports.h"
#include "cli/output_options.h"
#include "cli/pipeline_choice.h"

namespace assay::cli {

struct RunOutput {
  ReportChoice report;
  FurtherReports further;
  PipelineChoice ci;

  void declare(CLI::App& parser);
  void write(const Context& context, const RunRecord& record, const std::string& directory) const;
};

}  // namespace assay::cli
