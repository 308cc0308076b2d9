// The one place where workers and the main thread meet while a run goes on: workers post a second's counts,
// the main thread asks them to stop. Thread-safe; used once a second, never on the hot path.
#pragma once
#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "engine/worker_second.h"

namespace assay::engine {

class LiveMailbox {
 public:
  LiveMailbox();
  ~LiveMailbox();
  LiveMailbox(const LiveMailbox&) = delete;
  LiveMailbox& operator=(const LiveMailbox&) = delete;

  // Workers.
  void post(WorkerSecond second);
  void worker_finished();
  bool stop_requested() const { return stop_.load(std::memory_order_relaxed); }

  // The main thread.
  int ready_fd() const { return ready_fd_; }  // readable when something was posted or a worker has finished
  std::vector<WorkerSecond> collect();        // what was posted since the last call
  std::uint32_t finished() const;
  void request_stop() { stop_.store(true, std::memory_order_relaxed); }

 private:
  void ring();

  int ready_fd_;
  mutable std::mutex mutex_;
  std::vector<WorkerSecond> posted_;
  std::uint32_t finished_ = 0;
  std::atomic<bool> stop_{false};
};

}  // namespace assay::engine
