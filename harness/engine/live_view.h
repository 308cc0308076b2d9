// Workers' seconds -> LiveSnapshot: what the display shows. The main thread only.
#pragma once
#include <vector>

#include "engine/run_plan.h"
#include "engine/worker_second.h"
#include "model/live_snapshot.h"

namespace assay::engine {

class LiveView {
 public:
  explicit LiveView(const RunPlan& plan);

  // Of the next second: what each worker told about it, at least one.
  LiveSnapshot add(const std::vector<WorkerSecond>& parts);

 private:
  LiveSnapshot total_;  // carries the running totals
};

}  // namespace assay::engine
