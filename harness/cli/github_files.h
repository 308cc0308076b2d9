// The files through which a step of a GitHub workflow speaks to its job: the summary and the outputs. Their
// names come from the environment; one that is not set is not written.
#pragma once
#include <string>

#include "cli/context.h"
#include "model/run_record.h"

namespace assay::cli {

// report.json in the run directory, the Markdown summary at the end of $GITHUB_STEP_SUMMARY, and in
// $GITHUB_OUTPUT: verdict, exit_code, report_path, report_json, failed_checks (a JSON array of names). What
// cannot be written is said on context.err.
void leave_with_github(const Context& context, const RunRecord& record, const std::string& directory);

// One output as the runner reads it. The delimiter is none of the value's own lines.
std::string github_output(const std::string& name, const std::string& value);

}  // namespace assay::cli
