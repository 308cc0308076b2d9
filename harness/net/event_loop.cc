#include "net/event_loop.h"

#include <linux/time_types.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "net/prefetch.h"

namespace assay::net {
namespace {

// A sleeping virtual core needs about 40 us to come back; no timer call removes that, only waking early does.
constexpr Nanos kEarlyWake = std::chrono::microseconds(60);

constexpr std::size_t kPollableBytes = 512;  // of a connection, which is what most of them are

int whole_milliseconds(std::optional<Nanos> timeout) {
  if (!timeout) return -1;
  constexpr Nanos kMax = std::chrono::hours(1);
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(std::min(*timeout, kMax)).count());
}

}  // namespace

EventLoop::EventLoop(Pacing pacing)
    : pacing_(pacing),
      epoll_fd_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      newest_(Clock::now()) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.ptr = nullptr;
  if (epoll_fd_ < 0 || wake_fd_ < 0 || ::epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, wake_fd_, &event) != 0) {
    failure_ = system_error("create", "an event loop", errno, "raise the file limit: ulimit -n");
  }
}

EventLoop::~EventLoop() {
  if (wake_fd_ >= 0) ::close(wake_fd_);
  if (epoll_fd_ >= 0) ::close(epoll_fd_);
}

void EventLoop::set_due(const TimePoint* due, std::function<void(TimePoint)> action) {
  due_ = due;
  action_ = std::move(action);
}

bool EventLoop::add(Pollable& pollable, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &pollable;
  if (::epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) != 0) return false;
  ++sockets_;
  return true;
}

void EventLoop::modify(Pollable& pollable, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &pollable;
  ::epoll_ctl(epoll_fd_, EPOLL_CTL_MOD, fd, &event);
}

void EventLoop::remove(Pollable& pollable, int fd) {
  ::epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd, nullptr);
  --sockets_;
  pollable.ListHook<DeferredTag>::unlink();
  // The pollable may be gone, or have another socket, when the loop comes to an event of this batch that is
  // about this one.
  for (int i = event_at_ + 1; i < event_count_; ++i) {
    auto& event = events_[static_cast<std::size_t>(i)];
    if (event.data.ptr == &pollable) event.data.ptr = nullptr;
  }
}

void EventLoop::defer(Pollable& pollable, std::uint32_t events) {
  pollable.deferred_events_ = events;
  deferred_.push_back(pollable);
}

TimePoint EventLoop::run_once(TimePoint wake_at) {
  handle_events(wait(wake_at));
  handle_deferred();
  if (newest_ >= next_scan()) scan_deadlines();
  return newest_;
}

int EventLoop::wait(TimePoint wake_at) {
  if (!std::exchange(slack_set_, true))
    ::prctl(PR_SET_TIMERSLACK, 1UL);  // here, because it counts for the calling thread
  if (!deferred_.empty()) return poll(Nanos{0});
  const TimePoint scan = next_scan();
  const TimePoint until = std::min(wake_at, scan);
  if (pacing_ == Pacing::spin) return poll_until(until);
  if (until == kNever) return poll(std::nullopt);

  // Waking early to poll is worth it for a send that is due, not for a timeout.
  const Nanos early = pacing_ == Pacing::hybrid && wake_at <= scan ? kEarlyWake : Nanos{0};
  const Nanos left = until - stamp() - early;
  if (left <= Nanos{0}) return poll_until(until);
  const int count = poll(left);
  if (count != 0 || early == Nanos{0} || until - newest_ > early) return count;
  return poll_until(until);
}

int EventLoop::poll_until(TimePoint until) {
  for (;;) {
    const int count = poll(Nanos{0});
    if (count != 0 || newest_ >= until) return count;
  }
}

// Leaves a fresh stamp when nothing is ready; otherwise the handlers stamp.
int EventLoop::poll(std::optional<Nanos> timeout) {
  long count = -1;
  if (precise_) {
    const auto ns = timeout.value_or(Nanos{0}).count();
    const __kernel_timespec spec{ns / 1'000'000'000, ns % 1'000'000'000};
    count =
        ::syscall(SYS_epoll_pwait2, epoll_fd_, events_.data(), kBatch, timeout ? &spec : nullptr, nullptr, 0);
    // Older kernels, strict seccomp filters, valgrind.
    if (count < 0 && (errno == ENOSYS || errno == EPERM)) precise_ = false;
  }
  if (!precise_) {
    count = ::epoll_wait(epoll_fd_, events_.data(), static_cast<int>(kBatch), whole_milliseconds(timeout));
  }
  if (count > 0) return static_cast<int>(count);
  stamp();
  return 0;
}

void EventLoop::handle_events(int count) {
  event_count_ = count;
  for (event_at_ = 0; event_at_ < event_count_; ++event_at_) {
    const epoll_event& event = events_[static_cast<std::size_t>(event_at_)];
    if (event_at_ + 1 < event_count_)
      prefetch(events_[static_cast<std::size_t>(event_at_) + 1].data.ptr, kPollableBytes);
    if (auto* pollable = static_cast<Pollable*>(event.data.ptr)) {
      pollable->on_ready(event.events);
    } else {
      stamp();  // wake_fd: edge-triggered, so nothing has to be read from it
    }
    after_event();
  }
  event_count_ = 0;
}

void EventLoop::handle_deferred() {
  IntrusiveList<Pollable, DeferredTag> batch;  // what is deferred from now on waits for the next round
  batch.take_all(deferred_);
  while (!batch.empty()) {
    Pollable& pollable = batch.pop_front();
    pollable.on_ready(pollable.deferred_events_);
    after_event();
  }
}

void EventLoop::after_event() {
  if (due_ != nullptr && *due_ <= newest_) action_(newest_);
}

TimePoint EventLoop::next_scan() const {
  return earliest_deadline_ == kNever ? kNever : std::max(earliest_deadline_, last_scan_ + scan_spacing_);
}

void EventLoop::scan_deadlines() {
  IntrusiveList<Pollable, DeadlineTag> batch;
  batch.take_all(watched_);
  earliest_deadline_ = kNever;
  last_scan_ = newest_;
  while (!batch.empty()) {
    Pollable& pollable = batch.pop_front();
    if (pollable.deadline_ == kNever) continue;  // ended in time; linked again by its next exchange
    if (pollable.deadline_ > newest_) {
      watched_.push_back(pollable);
      earliest_deadline_ = std::min(earliest_deadline_, pollable.deadline_);
    } else {
      pollable.deadline_ = kNever;
      pollable.on_deadline(newest_);
    }
  }
}

}  // namespace assay::net
