// The one place where workers and the main thread meet while a run goes on: workers post a second's counts,
// the main thread asks them to stop. Thread-safe; used once a second, never on the hot path.
#pragma once
#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "engine/worker_second.h"

namespace assay::engine {

enum class Stop : std::uint8_t {
  no,
  offering,  // nothing new; what is under way may end
  all,       // what is under way is aborted
};

class LiveMailbox {
 public:
  LiveMailbox();
  ~LiveMailbox();
  LiveMailbox(const LiveMailbox&) = delete;
  LiveMailbox& operator=(const LiveMailbox&) = delete;

  // Workers.
  void post(WorkerSecond second);
  void worker_finished();
  Stop stop_requested() const { return stop_.load(std::memory_order_relaxed); }

  // The main thread.
  int ready_fd() const { return ready_fd_; }  // readable when something was posted or a worker has finished
  std::vector<WorkerSecond> collect();        // what was posted since the last call
  std::uint32_t finished() const;
  void request(Stop stop) { stop_.store(stop, std::memory_order_relaxed); }

 private:
  void ring();

  int ready_fd_;
  mutable std::mutex mutex_;
  std::vector<WorkerSecond> posted_;
  std::uint32_t finished_ = 0;
  std::atomic<Stop> stop_{Stop::no};
};

}  // namespace assay::engine
