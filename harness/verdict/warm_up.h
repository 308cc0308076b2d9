// Was the service still warming up when its judged time began? Then both arms begin slow and settle, and the
// run says less about a version than about a start. Only the beginning of a constant load is looked at: a
// ramp changes latency by itself. Formula: stats/start_decay.h; how often it errs and what it finds:
// tests/statistics/README.md, "Warm-up". Pure functions.
#pragma once
#include <cstddef>
#include <optional>

#include "model/run_result.h"
#include "verdict/arm_series.h"

namespace assay::verdict {

struct WarmUp {
  double excess = 0;          // of p50 in the start over the second half; of the arm that shows it less
  double start_seconds = 0;   // the start that is meant, of judged time
  double enough_seconds = 0;  // the warm-up after which next to nothing of it is left, a round number
};

// In the first `slots` of the series, which were offered a constant load, after a warm-up of that length.
// Every arm that was sent anything must show it.
std::optional<WarmUp> find_warm_up(const ArmSeries& series, std::size_t slots, double warmed_up_seconds);

// In the first load phase that was judged.
std::optional<WarmUp> find_warm_up(const RunResult& result);

}  // namespace assay::verdict
