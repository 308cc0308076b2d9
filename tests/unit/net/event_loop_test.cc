#include <doctest/doctest.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "net/event_loop.h"

using namespace assay;
using namespace assay::net;
using namespace std::chrono_literals;

namespace {

// Waits for an eventfd and notes what happens to it.
class Bell final : public Pollable {
 public:
  explicit Bell(EventLoop& loop) : loop_(loop), fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    loop_.add(*this, fd_, EPOLLIN | EPOLLET);
  }
  ~Bell() override { hang_up(); }

  void ring() const {
    const std::uint64_t one = 1;
    CHECK(::write(fd_, &one, sizeof one) == sizeof one);
  }
  void hang_up() {
    if (fd_ < 0) return;
    loop_.remove(*this, fd_);
    ::close(fd_);
    fd_ = -1;
  }

  int rung = 0, expired = 0;
  std::function<void()> then;

 private:
  void on_ready(std::uint32_t) override {
    loop_.stamp();
    ++rung;
    if (then) then();
  }
  void on_deadline(TimePoint now) override {
    expired_at = now;
    ++expired;
    if (then) then();
  }

  EventLoop& loop_;
  int fd_;

 public:
  TimePoint expired_at{};
};

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

}  // namespace

TEST_CASE("every pacing returns when the wake time has come, and not before") {
  for (const Pacing pacing : {Pacing::sleep, Pacing::hybrid, Pacing::spin}) {
    EventLoop loop(pacing);
    REQUIRE_FALSE(loop.failure().has_value());
    for (const Nanos wait : {Nanos{0}, Nanos{30us}, Nanos{2ms}}) {
      const TimePoint wake_at = Clock::now() + wait;
      CHECK(loop.run_once(wake_at) >= wake_at);
      CHECK(Clock::now() >= wake_at);
    }
  }
}

TEST_CASE("a sleeping loop costs no CPU time") {
  for (const Pacing pacing : {Pacing::sleep, Pacing::hybrid}) {
    EventLoop loop(pacing);
    const double before = cpu_seconds();
    loop.run_once(Clock::now() + 100ms);
    CHECK(cpu_seconds() - before < 0.05);
  }
}

TEST_CASE("writing to wake_fd from another thread ends a wait without end") {
  EventLoop loop(Pacing::sleep);
  for (int round = 0; round < 3; ++round) {
    std::thread other([fd = loop.wake_fd()] {
      const std::uint64_t one = 1;
      CHECK(::write(fd, &one, sizeof one) == sizeof one);
    });
    loop.run_once(kNever);
    other.join();
  }
}

TEST_CASE("the due action is called between two events of a batch") {
  EventLoop loop(Pacing::sleep);
  Bell first(loop), second(loop);
  TimePoint due = kNever;
  std::vector<int> order;
  first.then = second.then = [&] {
    order.push_back(1);
    due = loop.newest();
  };
  loop.set_due(&due, [&](TimePoint now) {
    CHECK(now >= due);
    order.push_back(2);
    due = kNever;
  });
  first.ring();
  second.ring();
  loop.run_once(kNever);
  CHECK(order == std::vector<int>{1, 2, 1, 2});
}

TEST_CASE("an action that does not move its due time on is called once for each event, not for ever") {
  EventLoop loop(Pacing::sleep);
  Bell bell(loop);
  const TimePoint due = Clock::now();
  int called = 0;
  loop.set_due(&due, [&](TimePoint) { ++called; });
  bell.ring();
  loop.run_once(kNever);
  CHECK(called == 1);
}

TEST_CASE("something that is closed in a batch gets no event of that batch any more") {
  EventLoop loop(Pacing::sleep);
  auto first = std::make_unique<Bell>(loop), second = std::make_unique<Bell>(loop);
  int destroyed = 0;
  first->then = [&] { second.reset(), ++destroyed; };
  second->then = [&] { first->hang_up(), ++destroyed; };
  first->ring();
  second->ring();
  loop.run_once(kNever);
  CHECK(destroyed == 1);
  CHECK(loop.sockets() == 1);
}

TEST_CASE("a deadline is noticed by a loop that would otherwise sleep for ever") {
  EventLoop loop(Pacing::sleep);
  Bell bell(loop), unlimited(loop);
  const TimePoint deadline = Clock::now() + 20ms;
  loop.set_deadline(bell, deadline, 20ms);
  loop.set_deadline(unlimited, kNever, Nanos::max());
  while (bell.expired == 0) loop.run_once(kNever);
  CHECK(bell.expired_at >= deadline);
  CHECK(bell.expired == 1);
  CHECK(unlimited.expired == 0);
}

TEST_CASE("a cleared deadline does not come, a renewed one comes later") {
  EventLoop loop(Pacing::sleep);
  Bell cleared(loop), renewed(loop), last(loop);
  const TimePoint start = Clock::now();
  loop.set_deadline(cleared, start + 5ms, 5ms);
  loop.set_deadline(renewed, start + 5ms, 5ms);
  loop.set_deadline(last, start + 15ms, 15ms);
  EventLoop::clear_deadline(cleared);
  loop.set_deadline(renewed, start + 30ms, 30ms);
  while (renewed.expired == 0) loop.run_once(kNever);
  CHECK(last.expired == 1);
  CHECK(renewed.expired_at >= start + 30ms);
  CHECK(cleared.expired == 0);
}

TEST_CASE("one that expires may destroy another that expires too") {
  EventLoop loop(Pacing::sleep);
  auto first = std::make_unique<Bell>(loop), second = std::make_unique<Bell>(loop);
  const TimePoint deadline = Clock::now() + 2ms;
  loop.set_deadline(*first, deadline, 2ms);
  loop.set_deadline(*second, deadline, 2ms);
  first->then = [&] { second.reset(); };
  while (first->expired == 0) loop.run_once(kNever);
  CHECK(second == nullptr);
  CHECK(loop.sockets() == 1);
}

TEST_CASE("what is deferred is served in the next round, and what it defers in the round after that") {
  EventLoop loop(Pacing::sleep);
  Bell bell(loop);
  bell.then = [&] {
    if (bell.rung < 3) loop.defer(bell, EPOLLIN);
  };
  loop.defer(bell, EPOLLIN);
  for (int round = 1; round <= 3; ++round) {
    loop.run_once(kNever);
    CHECK(bell.rung == round);
  }
}
