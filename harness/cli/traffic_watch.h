// A run that offers nothing: watches other traffic, such as production's, for as long as the gate says, and
// looks at the comparisons on the way. The main thread only.
#pragma once
#include <functional>

#include "cli/gate_metrics.h"
#include "cli/interrupts.h"
#include "cli/live_feed.h"
#include "config/gate_spec.h"
#include "model/run_result.h"

namespace assay::cli {

struct TrafficWatch {
  const config::GateSpec& gate;
  GateMetrics& metrics;
  Interrupts& interrupts;
  std::function<void(TimePoint)> on_start;  // the moment from which "at" counts
  LiveFeed& feed;
};

RunResult watch_traffic(const TrafficWatch& watch);

}  // namespace assay::cli
