// The worker's epoll loop. One thread, no lock: everything that is registered belongs to the thread that runs
// it; only wake_fd() may be written to by others. Never waits when there is work, never polls unless the
// pacing says so.
#pragma once
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "base/clock.h"
#include "base/system_error.h"
#include "net/inbox.h"
#include "net/intrusive_list.h"
#include "net/scratch_pool.h"

namespace assay::net {

enum class Pacing : std::uint8_t {
  sleep,   // epoll_pwait2 with 1 ns timer slack
  hybrid,  // wakes 60 us early and polls
  spin,    // polls always
};

struct DeadlineTag;
struct DeferredTag;

// Something that owns one socket and waits for it. May be destroyed at any moment, also by another one's
// handler.
class Pollable : private ListHook<DeadlineTag>, private ListHook<DeferredTag> {
 protected:
  Pollable() = default;
  virtual ~Pollable() = default;

 private:
  friend class EventLoop;
  template <class, class>
  friend class IntrusiveList;

  virtual void on_ready(std::uint32_t epoll_events) = 0;
  virtual void on_deadline(TimePoint now) = 0;

  TimePoint deadline_ = kNever;
  std::uint32_t deferred_events_ = 0;
};

class EventLoop {
 public:
  explicit EventLoop(Pacing pacing);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  const std::optional<SystemError>& failure() const { return failure_; }  // set: the loop could not be made

  // Waits until something is ready or `wake_at` has come, handles everything that is ready, then expires
  // timeouts. May return early (a signal). Returns the newest stamp.
  TimePoint run_once(TimePoint wake_at);

  // Checked between two events of a batch, so that a batch of answers cannot delay a send that is due: once
  // `due` has come, `action` is called with the newest stamp (it moves `due` on).
  void set_due(const TimePoint* due, std::function<void(TimePoint)> action);

  std::size_t sockets() const { return sockets_; }  // open now
  int wake_fd() const { return wake_fd_; }  // an eventfd: writing to it from any thread ends the current wait

  // What follows is for the connections.

  bool add(Pollable& pollable, int fd, std::uint32_t events);  // false: errno says why
  void modify(Pollable& pollable, int fd, std::uint32_t events);
  void remove(Pollable& pollable, int fd);  // before fd is closed; events not yet handled are dropped

  // on_deadline will be called once when `when` has passed by at most a twentieth of `limit` (1 ms to 50 ms).
  // kNever clears. `limit` is the shortest time limit in force.
  void set_deadline(Pollable& pollable, TimePoint when, Nanos limit);
  static void clear_deadline(Pollable& pollable) { pollable.deadline_ = kNever; }

  // on_ready(events) will be called in the next round, before the loop waits again.
  void defer(Pollable& pollable, std::uint32_t events);
  static void cancel_deferred(Pollable& pollable) { pollable.ListHook<DeferredTag>::unlink(); }

  TimePoint stamp() { return newest_ = Clock::now(); }
  TimePoint newest() const { return newest_; }

  Inbox& inbox() { return inbox_; }
  Inbox& sealed_inbox() { return sealed_inbox_; }  // TLS records, not yet decrypted
  ScratchPool& scratch_pool() { return scratch_pool_; }

 private:
  static constexpr std::size_t kBatch = 128;  // larger is not faster, smaller is fairer to sends that are due

  int wait(TimePoint wake_at);
  int poll_until(TimePoint until);
  int poll(std::optional<Nanos> timeout);
  void handle_events(int count);
  void handle_deferred();
  void after_event();
  TimePoint next_scan() const;
  void scan_deadlines();

  Pacing pacing_;
  int epoll_fd_ = -1, wake_fd_ = -1;
  bool precise_ = true, slack_set_ = false;
  std::size_t sockets_ = 0;
  TimePoint newest_{};
  std::optional<SystemError> failure_;

  std::array<epoll_event, kBatch> events_{};
  int event_at_ = 0, event_count_ = 0;

  const TimePoint* due_ = nullptr;
  std::function<void(TimePoint)> action_;

  IntrusiveList<Pollable, DeadlineTag>
      watched_;  // may hold some whose deadline was cleared: dropped by the next scan
  IntrusiveList<Pollable, DeferredTag> deferred_;
  TimePoint earliest_deadline_ = kNever, last_scan_{};
  Nanos scan_spacing_ = std::chrono::milliseconds(50);

  Inbox inbox_, sealed_inbox_;
  ScratchPool scratch_pool_;
};

inline void EventLoop::set_deadline(Pollable& pollable, TimePoint when, Nanos limit) {
  pollable.deadline_ = when;
  if (when == kNever) return;
  if (!pollable.ListHook<DeadlineTag>::linked()) watched_.push_back(pollable);
  earliest_deadline_ = std::min(earliest_deadline_, when);
  scan_spacing_ = std::min(scan_spacing_, std::max<Nanos>(limit / 20, std::chrono::milliseconds(1)));
}

}  // namespace assay::net
