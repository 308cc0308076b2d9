// The smallest loop that can drive a transport: poll() and a list of moments, on the calling thread.
#pragma once
#include <functional>
#include <map>

#include "client/watcher.h"

namespace assay::client {

class PollLoop final : public Watcher {
 public:
  void watch(int fd, short poll_events, std::function<void(short)> ready) override;
  void forget(int fd) override { watched_.erase(fd); }
  std::uint64_t at(TimePoint when, std::function<void()> due) override;
  void cancel(std::uint64_t ticket) override { moments_.erase(ticket); }

  void turn();
  // Until `over` holds; fails the test after ten seconds.
  void run_until(const std::function<bool()>& over);
  // Nothing is left behind by what was driven.
  bool idle() const { return watched_.empty() && moments_.empty(); }

 private:
  struct Watched {
    short events;
    std::function<void(short)> ready;
  };
  struct Moment {
    TimePoint when;
    std::function<void()> due;
  };

  std::map<int, Watched> watched_;
  std::map<std::uint64_t, Moment> moments_;
  std::uint64_t last_ticket_ = 0;
};

}  // namespace assay::client
