#include "engine/run.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/utc.h"
#include "engine/live_view.h"
#include "engine/machine_watch.h"
#include "engine/run_ledger.h"
#include "engine/worker_pool.h"
#include "model/merge.h"
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

// The first that leads away from this machine: both arms are usually reached through the same one.
std::optional<std::string> interface_to_targets(const RunPlan& plan) {
  for (const ArmPlan& arm : plan.arms)
    for (const net::Address& address : arm.addresses)
      if (auto name = net::interface_to(address)) return name;
  return std::nullopt;
}

// The newest second stands for all that came with it: a late reading cannot be divided.
void note_machine(MachineWatch& machine, const std::vector<WorkerSecond>& posted) {
  if (posted.empty()) return;
  const auto newest = std::ranges::max_element(posted, {}, &WorkerSecond::second);
  machine.second_over(newest->second);
}

// What the main thread does with what workers tell.
struct Listener {
  const RunPlan& plan;
  RunLedger ledger;
  LiveView view;
  MachineWatch machine;
  const RunControl& control;
  bool enough = false;

  void collect(LiveMailbox& mailbox) {
    std::vector<WorkerSecond> posted = mailbox.collect();
    note_machine(machine, posted);
    ledger.add(std::move(posted), [this](const std::vector<WorkerSecond>& parts) {
      const LiveSnapshot snapshot = view.add(parts);
      if (control.on_snapshot) control.on_snapshot(snapshot, {plan, ledger});
      if (control.enough && !enough) enough = control.enough(snapshot, {plan, ledger});
    });
  }
};

// Waits for the workers, hears what they tell, and asks them to stop when the caller is interrupted or has
// enough. Returns the signal that interrupted, if one did.
std::optional<int> watch(WorkerPool& pool, Listener& listener) {
  const RunControl& control = listener.control;
  std::optional<int> interrupted_by;
  std::array<pollfd, 2> fds{{{pool.mailbox().ready_fd(), POLLIN, 0}, {control.interrupt_fd, POLLIN, 0}}};
  while (pool.mailbox().finished() < pool.size()) {
    ::poll(fds.data(), fds.size(), -1);
    if ((fds[1].revents & POLLIN) != 0) {
      interrupted_by = control.interrupted_by();
      fds[1].fd = -1;
      pool.stop(Stop::all);
    }
    listener.collect(pool.mailbox());
    if (listener.enough && !interrupted_by) pool.stop(Stop::offering);
  }
  listener.collect(pool.mailbox());  // what was told between the last look and the last word
  return interrupted_by;
}

// The slots that were taken from the workers while they ran.
RunResult with_slots(RunResult result, std::vector<Series> slots) {
  RunResult part;
  part.series = std::move(slots);
  add_measured(result, part);
  return result;
}

// Load as it is planned, up to `until`.
std::vector<LoadPhaseFacts> load_until(const RunPlan& plan, Nanos until) {
  std::vector<LoadPhaseFacts> load;
  Nanos start{0};
  for (const PhasePlan& phase : plan.phases) {
    if (start >= until) break;
    LoadPhaseFacts& facts = load.emplace_back();
    facts.shape = phase.shape;
    facts.description = phase.description;
    facts.open_model = std::holds_alternative<OpenLoad>(phase.load);
    facts.start = start;
    facts.end = std::min(start + phase.length(), until);
    facts.warm_up = std::min(phase.warm_up, facts.end - start);
    facts.judged_until_end = facts.end == start + phase.length();
    start += phase.length();
  }
  return load;
}

}  // namespace

Expected<RunResult, SystemError> RunSoFar::measured(Nanos until) const {
  auto slots = ledger_.slots().read();
  if (!slots) return Unexpected{std::move(slots).error()};
  RunResult result = empty_result(plan_);
  result.load = load_until(plan_, until);
  result.series = *std::move(slots);
  for (Series& series : result.series)
    for (const SeriesSlot& slot : series.slots) series.count += slot.count;
  return result;
}

Expected<RunResult, SystemError> run(const RunPlan& plan, const RunControl& control) {
  if (auto capacity = check_capacity(plan); !capacity) return Unexpected{std::move(capacity).error()};
  const TimePoint start = common_start(plan);
  const std::string started_utc =
      utc_text(WallClock::now() + std::chrono::duration_cast<WallClock::duration>(start - Clock::now()));
  auto pool = WorkerPool::create(plan, start);
  if (!pool) return Unexpected{std::move(pool).error()};

  Listener listener{plan,
                    {plan, (*pool)->size(), control.directory},
                    LiveView(plan),
                    MachineWatch(interface_to_targets(plan)),
                    control};
  if (control.on_start) control.on_start(start);
  (*pool)->start();
  const std::optional<int> interrupted_by = watch(**pool, listener);
  RunResult result = merge_workers(plan, (*pool)->join(), listener.ledger.take_health());
  auto slots = listener.ledger.slots().read();
  if (!slots) return Unexpected{std::move(slots).error()};
  result = with_slots(std::move(result), *std::move(slots));
  listener.machine.write_into(result.health);
  result.health.local_ports = net::local_ports();
  result.started_utc = started_utc;
  result.interrupted_by = interrupted_by;
  return result;
}

}  // namespace assay::engine
