// One worker: an event loop, its users, its connections, its recorder. Shares nothing with other workers but
// the const RunPlan; speaks to the main thread through the LiveMailbox once a second. Constructed on the main
// thread, then run() on its own, then read by the main thread after the join.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/system_error.h"
#include "engine/connection_pool.h"
#include "engine/health_recorder.h"
#include "engine/live_mailbox.h"
#include "engine/pacer.h"
#include "engine/phase_sequence.h"
#include "engine/recorder.h"
#include "engine/run_plan.h"
#include "engine/worker_result.h"
#include "net/event_loop.h"
#include "net/exchange.h"
#include "net/route.h"

namespace assay::engine {

class Worker final : private net::ExchangeHandler, private IterationHost {
 public:
  struct Options {
    std::uint32_t index = 0;  // among the workers of this machine
    TimePoint start{};        // common to all workers
  };
  // `routes` by arm; an arm that the plan does not have stays empty.
  Worker(const RunPlan& plan, LiveMailbox& mailbox, std::array<net::Route, kArmCount> routes,
         const Options& options);

  void run();  // blocks until all phases are over, or a stop was requested
  int wake_fd() const { return loop_.wake_fd(); }
  const std::optional<SystemError>& failure() const { return loop_.failure(); }  // set: it cannot run
  WorkerResult take_result();

 private:
  // IterationHost
  void begin_iteration(ActiveUser& user, const Start& start, TimePoint now) override;
  void wake_later(ActiveUser& user, TimePoint at) override;
  TimePoint last_sent() const override { return last_sent_; }
  void arrival_due() override { health_.arrival_due(); }
  void arrival_waited() override { health_.arrival_waited(); }
  void shed(const Start& start, Pacer& pacer, TimePoint now) override;
  // net::ExchangeHandler
  void on_exchange_end(net::Http1Connection& connection, const net::ExchangeResult& result) override;

  void heed_stop(TimePoint now);
  void dispatch(TimePoint now);  // everything that is due
  void fire_timers(TimePoint now);
  void close_seconds(TimePoint now);
  void close_second(TimePoint end);
  TimePoint next_due() const;

  void next_step(ActiveUser& user, TimePoint from);
  void send(ActiveUser& user);
  void end_iteration(ActiveUser& user, TimePoint now, Outcome outcome);
  void abort(ActiveUser& user, TimePoint now);
  net::Http1Connection& connection_for(ActiveUser& user);
  void release(ActiveUser& user, net::Http1Connection& connection);

  struct Timer {
    TimePoint due;
    ActiveUser* user;
    friend bool operator<(const Timer& a, const Timer& b) {
      return a.due > b.due;
    }  // a heap: earliest on top
  };

  const RunPlan& plan_;
  LiveMailbox& mailbox_;
  TimePoint start_;
  net::EventLoop loop_;
  std::array<net::Route, kArmCount> routes_;
  std::array<net::Timeouts, kArmCount> timeouts_{};
  std::array<ConnectionPool, kArmCount> pools_;
  Recorder recorder_;
  HealthRecorder health_;
  PhaseSequence phases_;
  std::vector<Timer> timers_;
  Stop stopped_ = Stop::no;
  TimePoint due_{}, last_sent_{};
  TimePoint last_done_{};
  std::uint64_t iterations_completed_ = 0;
};

}  // namespace assay::engine
