// Reports beside the one on standard output: `--write FORMAT[=FILE]`.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/context.h"
#include "model/run_record.h"
#include "reports/registry.h"

namespace CLI {
class App;
}

namespace assay::cli {

struct FurtherReports {
  std::vector<std::string> wanted;  // as written

  void declare(CLI::App& parser);

  // False: one could not be written, which is said on context.err.
  bool write(const Context& context, const RunRecord& record, const std::string& directory) const;
};

// Into `directory` under the name of its format, or as `file`. False: it could not be, which is said.
bool write_report(const Context& context, const reports::ReportFormat& format, const RunRecord& record,
                  const std::string& directory, std::string_view file = {});

}  // namespace assay::cli
