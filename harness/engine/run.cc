#include "engine/run.h"

#include <poll.h>

#include <array>
#include <utility>

#include "base/utc.h"
#include "engine/live_view.h"
#include "engine/worker_pool.h"
#include "net/limits.h"

namespace assay::engine {
namespace {

// Long enough for every worker's thread to stand ready before the common start.
constexpr Nanos kLeadTime{50'000'000};

using WallClock = std::chrono::system_clock;

TimePoint common_start(const RunPlan& plan) {
  const TimePoint soon = Clock::now() + kLeadTime;
  if (!plan.start_at) return soon;
  return std::max(soon, Clock::now() + std::chrono::duration_cast<Nanos>(*plan.start_at - WallClock::now()));
}

Expected<void, SystemError> check_capacity(const RunPlan& plan) {
  std::vector<net::Address> addresses;
  for (const ArmPlan& arm : plan.arms)
    addresses.insert(addresses.end(), arm.addresses.begin(), arm.addresses.end());
  return net::ensure_capacity(plan.connections_at_most(), addresses);
}

// Waits for the workers, shows what they tell, and asks them to stop when the caller is interrupted.
// Returns the signal that interrupted, if one did.
std::optional<int> watch(WorkerPool& pool, LiveView& view, const RunControl& control) {
  std::optional<int> interrupted_by;
  std::array<pollfd, 2> fds{{{pool.mailbox().ready_fd(), POLLIN, 0}, {control.interrupt_fd, POLLIN, 0}}};
  while (pool.mailbox().finished() < pool.size()) {
    ::poll(fds.data(), fds.size(), -1);
    if ((fds[1].revents & POLLIN) != 0) {
      interrupted_by = control.interrupted_by();
      fds[1].fd = -1;
      pool.stop();
    }
    view.add(pool.mailbox().collect(), control.on_snapshot);
  }
  return interrupted_by;
}

}  // namespace

Expected<RunResult, SystemError> run(const RunPlan& plan, const RunControl& control) {
  if (auto capacity = check_capacity(plan); !capacity) return Unexpected{std::move(capacity).error()};
  const TimePoint start = common_start(plan);
  const std::string started_utc =
      utc_text(WallClock::now() + std::chrono::duration_cast<WallClock::duration>(start - Clock::now()));
  auto pool = WorkerPool::create(plan, start);
  if (!pool) return Unexpected{std::move(pool).error()};

  LiveView view(plan, (*pool)->size());
  (*pool)->start();
  const std::optional<int> interrupted_by = watch(**pool, view, control);
  RunResult result = merge_workers(plan, (*pool)->join());
  result.started_utc = started_utc;
  result.interrupted_by = interrupted_by;
  return result;
}

}  // namespace assay::engine
