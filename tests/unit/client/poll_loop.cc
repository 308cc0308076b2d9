#include "tests/unit/client/poll_loop.h"

#include <doctest/doctest.h>
#include <poll.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace assay::client {

void PollLoop::watch(int fd, short poll_events, std::function<void(short)> ready) {
  watched_.insert_or_assign(fd, Watched{poll_events, std::move(ready)});
}

std::uint64_t PollLoop::at(TimePoint when, std::function<void()> due) {
  moments_.emplace(++last_ticket_, Moment{when, std::move(due)});
  return last_ticket_;
}

void PollLoop::run_until(const std::function<bool()>& over) {
  const TimePoint give_up = Clock::now() + std::chrono::seconds(10);
  while (!over()) {
    REQUIRE(Clock::now() < give_up);
    turn();
  }
}

void PollLoop::turn() {
  std::vector<pollfd> polled;
  for (const auto& [fd, watched] : watched_) polled.push_back({fd, watched.events, 0});
  poll(polled.data(), polled.size(), 1);
  for (const pollfd& one : polled) {
    const auto found = watched_.find(one.fd);
    if (one.revents == 0 || found == watched_.end()) continue;
    const auto ready = found->second.ready;  // a copy: it may forget itself
    ready(one.revents);
  }
  const auto is_due = [](const auto& entry) { return entry.second.when <= Clock::now(); };
  for (auto due = std::find_if(moments_.begin(), moments_.end(), is_due); due != moments_.end();
       due = std::find_if(moments_.begin(), moments_.end(), is_due)) {
    const auto action = std::move(due->second.due);
    moments_.erase(due);
    action();
  }
}

}  // namespace assay::client
