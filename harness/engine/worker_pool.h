// The threads of a run: one for each worker, started together, joined at the end. The only place that creates
// them. Used by the main thread.
#pragma once
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "base/expected.h"
#include "base/system_error.h"
#include "engine/live_mailbox.h"
#include "engine/run_plan.h"
#include "engine/worker.h"

namespace assay::engine {

class WorkerPool {
 public:
  // Makes all workers, so that whatever the machine refuses (a CA file, say) is known before the first thread
  // starts.
  static Expected<std::unique_ptr<WorkerPool>, SystemError> create(const RunPlan& plan, TimePoint start);
  ~WorkerPool();  // asks workers that still run to stop, and joins them

  void start();
  void stop(Stop stop);  // soon; join() waits for it
  std::vector<WorkerResult> join();
  LiveMailbox& mailbox() { return mailbox_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(workers_.size()); }

 private:
  WorkerPool() = default;

  LiveMailbox mailbox_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::jthread> threads_;
};

}  // namespace assay::engine
