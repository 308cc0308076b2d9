// What the transports of a client need of its loop, and what the loop holds of a transport. One thread.
#pragma once
#include <cstdint>
#include <functional>
#include <utility>

#include "base/clock.h"

namespace assay::client {

// To be called when a descriptor is ready or a moment has come. Nothing is called from within these
// functions, only from the loop. A callback may call any of them, also for its own descriptor, and may
// destroy its owner: the loop runs a copy or has moved it out.
class Watcher {
 public:
  virtual ~Watcher() = default;
  // Replaces what was watched for `fd`. POLLERR and POLLHUP are reported unasked, as by poll(2).
  virtual void watch(int fd, short poll_events, std::function<void(short revents)> ready) = 0;
  virtual void forget(int fd) = 0;  // before it is closed; nothing happens where it is not watched
  // Once, not before `when`. Returns a ticket, never 0.
  virtual std::uint64_t at(TimePoint when, std::function<void()> due) = 0;
  virtual void cancel(std::uint64_t ticket) = 0;  // nothing happens where it is past
};

// An ask under way. Destroying it abandons the ask: its `done` is not called any more.
class Transfer {
 public:
  Transfer() = default;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  virtual ~Transfer() = default;
};

// A moment that is cancelled with its owner.
class Alarm {
 public:
  explicit Alarm(Watcher& watcher) : watcher_(watcher) {}
  ~Alarm() { clear(); }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  void set(TimePoint when, std::function<void()> due) {
    clear();
    ticket_ = watcher_.at(when, std::move(due));
  }
  void clear() {
    if (ticket_ != 0) watcher_.cancel(ticket_);
    ticket_ = 0;
  }

 private:
  Watcher& watcher_;
  std::uint64_t ticket_ = 0;
};

}  // namespace assay::client
