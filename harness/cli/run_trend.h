// Stored runs of one gate as a trend: the newest that may be compared, each metric with its changes. Pure
// functions.
#pragma once
#include <cstddef>
#include <vector>

#include "model/run_trend.h"
#include "model/stored_run.h"

namespace assay::cli {

// `comparable`: runs of one key, newest first, of which the first `last` (at least 1) are shown; `all`: those
// of the gate, newest first. TrendRun::page and RunTrend::source stay empty.
RunTrend trend_of(const std::vector<StoredRun>& comparable, const std::vector<StoredRun>& all,
                  std::size_t last);

}  // namespace assay::cli
