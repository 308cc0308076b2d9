// Run directories as commands use them: failures are written to context.err in words.
#pragma once
#include <optional>
#include <string>

#include "cli/context.h"
#include "model/run_record.h"

namespace assay::cli {

struct RunName {
  std::string started_utc, name;
};

std::optional<RunRecord> load_run(const Context& context, const std::string& path);

// `out`, or a directory under assay-runs/ named after the run when `out` is empty. It is made before a run
// starts, so that nothing is measured that cannot be kept.
std::optional<std::string> prepare_directory(const Context& context, const std::string& out,
                                             const RunName& name);

// Writes result.json and the page. False: the result is not stored.
bool store_run(const Context& context, const RunRecord& record, const std::string& directory);

}  // namespace assay::cli
