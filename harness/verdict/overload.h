// The seconds of a run in which more was asked for than came about, by who kept it back: the workers, other
// work on their cores, or the virtual users that a slow target held. A second without late dispatches or
// waiting arrivals is in none of them, however busy it was. Pure functions; the pointers refer into the
// result.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "model/run_result.h"

namespace assay::verdict {

inline constexpr double kWholeCore = 0.95;  // a worker's own use, within one second
inline constexpr double kStolen = 0.05;     // of the cores, by the hypervisor

using Seconds = std::vector<const HealthSecond*>;  // ascending

struct Overload {
  Seconds own_cpu;                      // a worker wanted more than a core gives
  Seconds crowded;                      // a worker wanted a core and had to wait for it
  Seconds exhausted;                    // every virtual user was busy, and the workers were not the reason
  std::uint64_t waited_for_worker = 0;  // arrivals that waited in the first two
};

Overload overload_of(const RunResult& result);

// The index of the load phase that a second belongs to; nothing where the run has no phases.
std::optional<std::size_t> phase_of(const RunResult& result, const HealthSecond& second);

// Seconds of phases of the open model, or of the others.
Seconds seconds_of(const RunResult& result, bool open_model);

// What a generator second holds on average. Zero where there are no seconds.
double mean_of(const Seconds& seconds, double (*value)(const HealthSecond&));

// Without those in which only the rest of the queue was served.
Seconds offering(const Seconds& seconds);

// Arrivals a second that the open phases meant to offer, over the whole run. Zero where there are none.
double mean_offered_rate(const RunResult& result);

double started_of(const HealthSecond& second);   // iterations
double intended_of(const HealthSecond& second);  // arrivals
double steal_of(const HealthSecond& second);     // 0 where the kernel does not tell
double busy_ratio(const HealthSecond& second);   // of the busiest worker
double delay_ratio(const HealthSecond& second);  // 0 where the kernel does not tell

// The highest mean of `value` over three seconds in a row, or over all of them where there are fewer.
double sustained(const Seconds& seconds, double (*value)(const HealthSecond&));

}  // namespace assay::verdict
