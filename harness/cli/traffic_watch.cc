#include "cli/traffic_watch.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>

#include "base/units.h"
#include "cli/gate_watch.h"
#include "cli/load_planner.h"
#include "verdict/looks.h"

namespace assay::cli {
namespace {

constexpr Nanos kSecond = std::chrono::seconds(1);
constexpr Nanos kSlot = std::chrono::milliseconds(500);  // that of runs with load

LoadPhaseFacts phase_until(const config::LoadSpec& load, Nanos end) {
  LoadPhaseFacts phase;
  phase.shape = kNoLoad;
  phase.description = describe_load(load);
  phase.warm_up = load.warm_up;
  phase.end = end;
  return phase;
}

// Waits until the moment, soon; whether a signal came before.
bool signal_before(TimePoint moment, const Interrupts& interrupts) {
  for (;;) {
    const Nanos left = moment - Clock::now();
    if (left <= Nanos{0}) return false;
    pollfd polled{interrupts.fd(), POLLIN, 0};
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left);
    if (poll(&polled, 1, static_cast<int>(milliseconds.count())) > 0) return true;
  }
}

class Watching {
 public:
  explicit Watching(const TrafficWatch& watch)
      : watch_(watch), load_(watch.gate.load.front()), looks_(watch.gate, {}, {}, watch.feed) {}

  RunResult carried_out() {
    start_ = Clock::now();
    watch_.metrics.began(std::chrono::system_clock::now());
    watch_.on_start(start_);
    watch_.feed.say(fmt::format("watching {}", describe_load(load_)));
    while (const auto next = looks_.next()) {
      if (ended_before(*next)) return early();
      RunResult so_far = seen_until(*next);
      if (looks_.look(Clock::now() - start_, so_far)) return ended(std::move(so_far));
    }
    const Nanos end = verdict::longest_length(watch_.gate);
    if (ended_before(end)) return early();
    return ended(seen_until(end));
  }

 private:
  // Shows every second how long it has been. Whether it ended: by a signal, or by hand.
  bool ended_before(Nanos at) {
    LiveSnapshot snapshot;
    snapshot.planned = verdict::longest_length(watch_.gate);
    snapshot.has_baseline = true;
    for (;;) {
      const Nanos elapsed = Clock::now() - start_;
      if (elapsed >= at) return false;
      if (signal_before(start_ + std::min(at, elapsed + kSecond), watch_.interrupts)) return true;
      snapshot.elapsed = Clock::now() - start_;
      watch_.feed.second(snapshot, [] { return std::nullopt; });
      if (looks_.asked_to_stop(snapshot.elapsed)) return true;
    }
  }

  RunResult seen_until(Nanos end) const {
    RunResult result;
    result.slot_length = kSlot;
    result.load = {phase_until(load_, end)};
    watch_.metrics.put_into(result);
    return result;
  }

  RunResult early() {
    std::optional<int> signal;
    if (watch_.interrupts.came()) signal = watch_.interrupts.take();
    RunResult result = ended(seen_until(Clock::now() - start_));
    result.interrupted_by = signal;
    return result;
  }

  RunResult ended(RunResult result) const {
    result.duration = Clock::now() - start_;
    looks_.note_in(result);
    return result;
  }

  const TrafficWatch& watch_;
  const config::LoadSpec& load_;
  GateWatch looks_;
  TimePoint start_{};
};

}  // namespace

RunResult watch_traffic(const TrafficWatch& watch) { return Watching(watch).carried_out(); }

}  // namespace assay::cli
