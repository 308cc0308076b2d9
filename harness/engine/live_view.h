// Workers' seconds -> LiveSnapshot: what the display shows. The main thread only.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "engine/run_plan.h"
#include "engine/worker_second.h"
#include "model/live_snapshot.h"

namespace assay::engine {

class LiveView {
 public:
  LiveView(const RunPlan& plan, std::uint32_t workers);

  // Shows each second once all workers have told about it, in order.
  void add(std::vector<WorkerSecond> seconds, const std::function<void(const LiveSnapshot&)>& show);

 private:
  LiveSnapshot sum_up(const std::vector<WorkerSecond>& parts);

  std::uint32_t workers_;
  LiveSnapshot total_;  // carries the running totals
  std::map<std::uint32_t, std::vector<WorkerSecond>> pending_;
};

}  // namespace assay::engine
