// How a record is shown: which report goes to standard output.
#pragma once
#include <string>

#include "cli/context.h"
#include "cli/exit_code.h"
#include "model/run_record.h"
#include "reports/registry.h"

namespace CLI {
class App;
}

namespace assay::cli {

struct ReportChoice {
  std::string format = "terminal";
  bool verbose = false;  // all that a terminal can be told
  bool quiet = false;    // only the verdict and its reasons; declared by commands that show progress

  void declare(CLI::App& parser);
  void write(const Context& context, const RunRecord& record, const std::string& directory) const;

 private:
  reports::ReportOptions options(const Context& context, const RunRecord& record,
                                 const std::string& directory) const;
};

// What a record means to a script. A measured segment without a verdict is no failure.
ExitCode exit_code_of(const RunRecord& record);

}  // namespace assay::cli
