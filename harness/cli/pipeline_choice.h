// What a run leaves with the pipeline that it runs in: `--ci`. Nothing here changes a verdict; what cannot be
// written is said on context.err.
#pragma once
#include <cstdint>
#include <string>

#include "cli/context.h"
#include "model/run_record.h"

namespace CLI {
class App;
}

namespace assay::cli {

enum class Pipeline : std::uint8_t { none, github, gitlab };

struct PipelineChoice {
  std::string given = "auto";

  void declare(CLI::App& parser);

  // auto: as the environment says.
  Pipeline pipeline(const Context& context) const;
};

// GitHub: report.json, the step summary, the outputs; GitLab: the files that `artifacts: reports:` take.
void leave_with(Pipeline pipeline, const Context& context, const RunRecord& record,
                const std::string& directory);

}  // namespace assay::cli
