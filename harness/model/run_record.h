// RunRecord: one run directory in memory, the only input of every report: what was measured and how it was
// judged.
#pragma once
#include <optional>

#include "model/run_result.h"
#include "model/verdict.h"

namespace assay {

struct RunRecord {
  RunResult result;
  std::optional<Verdict> verdict;  // absent: measured but not judged (a segment before `assay merge`)

  bool operator==(const RunRecord&) const = default;
};

}  // namespace assay
