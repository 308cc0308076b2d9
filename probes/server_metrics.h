// Asks a Prometheus what the target says of itself in the judged time of a run, for each arm and block by
// block. Blocks the calling thread until all is answered; one thread.
#pragma once
#include <chrono>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "config/server_metric_spec.h"
#include "model/server_metric.h"

namespace assay::probes {

// The run's time in the world's.
struct MetricTimes {
  std::chrono::system_clock::time_point start;       // of the run, from which "at" counts
  std::vector<std::pair<Nanos, Nanos>> judged = {};  // at; stretches, in time
};

// One entry for each metric of the gate file; what went wrong is in the sources of its arms. Whole blocks
// only: what is left of a stretch behind the last one is not looked at. `secrets`: shown nowhere. `stop_fd`:
// gives up when it becomes readable; -1: never.
std::vector<ServerMetric> collect_server_metrics(const config::ServerMetricsSpec& spec,
                                                 const MetricTimes& times,
                                                 std::span<const std::string> secrets, int stop_fd = -1);

}  // namespace assay::probes
