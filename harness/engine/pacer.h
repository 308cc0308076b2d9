// Decides when an iteration begins and which virtual user runs it: at its intended start (open model), or
// when its user is free (closed model). One pacer for each phase and worker; the worker's thread only. Knows
// no socket.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "engine/run_plan.h"
#include "scenario/virtual_user.h"
#include "schedule/open_schedule.h"
#include "schedule/slice.h"

namespace assay::net {
class Http1Connection;
}

namespace assay::engine {

class Pacer;

// One virtual user at work: its script, and where it stands.
struct ActiveUser {
  ActiveUser(const scenario::ScenarioSet& scenarios, std::uint64_t seed, Pacer& home)
      : script(scenarios, seed), pacer(home) {}

  scenario::VirtualUser script;
  Pacer& pacer;
  std::uint64_t number = 0;                            // global, among the users of its phase (closed model)
  std::uint64_t iterations = 0;                        // begun so far
  TimePoint active_until{};                            // of the stretch it is known to be in (closed model)
  const scenario::StepPlan* step = nullptr;            // null: between iterations
  TimePoint intended{};                                // of the current request
  net::Http1Connection* exchange = nullptr;            // the connection that serves the current request
  std::array<net::Http1Connection*, kArmCount> own{};  // ConnectionUse::per_user
};

// One iteration that is due.
struct Start {
  TimePoint intended{};
  bool paced = false;  // begins when the pacer says so: any delay after `intended` is the generator's own
  scenario::VirtualUser::Iteration iteration;
};

// What a pacer asks of its worker.
class IterationHost {
 public:
  virtual void begin_iteration(ActiveUser& user, const Start& start, TimePoint now) = 0;
  virtual void wake_later(ActiveUser& user,
                          TimePoint at) = 0;  // then Pacer::user_woke, if between iterations
  virtual TimePoint last_sent()
      const = 0;  // newest stamp of a request: time goes on while many are due at once
  virtual void arrival_due() = 0;
  virtual void arrival_waited() = 0;
  virtual void shed(const Start& start, Pacer& pacer, TimePoint now) = 0;

 protected:
  ~IterationHost() = default;
};

struct PacerContext {
  const RunPlan& plan;
  std::size_t phase = 0;
  schedule::Lane lane;
  IterationHost& host;
};

class Pacer {
 public:
  virtual ~Pacer() = default;

  virtual void begin(TimePoint start) = 0;
  virtual TimePoint next_due() const = 0;   // when release() has something to do; kNever: nothing planned
  virtual void release(TimePoint now) = 0;  // starts what is due
  virtual void user_free(ActiveUser& user, TimePoint now, bool back_off) = 0;  // its iteration is over
  virtual void user_woke(ActiveUser& user, TimePoint now) = 0;
  virtual void stop_offering() = 0;         // nothing new is scheduled; what waits still starts
  virtual void give_up(TimePoint now) = 0;  // what waits is shed
  virtual bool exhausted() const = 0;       // nothing waits and nothing will ever be due again
  virtual std::uint64_t waiting() const { return 0; }
  // Requests of this phase that were intended before it have ended; others may have too.
  virtual TimePoint settled_until(TimePoint now) const;

  std::size_t phase() const { return context_.phase; }
  // Every user that this pacer has made; those at work have a step.
  const std::vector<std::unique_ptr<ActiveUser>>& users() const { return users_; }
  std::uint64_t active() const { return active_; }

 protected:
  explicit Pacer(const PacerContext& context);
  ActiveUser& make_user();
  // The `number`-th of a stream: to which arm it goes, and what it draws from. With two arms, what one gets
  // the other gets too, within the same block of four.
  scenario::VirtualUser::Iteration iteration(std::uint64_t stream, std::uint64_t number) const;

  PacerContext context_;
  std::vector<std::unique_ptr<ActiveUser>> users_;
  std::uint64_t active_ = 0;  // users in an iteration
};

std::unique_ptr<Pacer> make_pacer(const PacerContext& context);

}  // namespace assay::engine
