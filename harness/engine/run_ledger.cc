#include "engine/run_ledger.h"

#include <algorithm>
#include <utility>

namespace assay::engine {
namespace {

// A sliver at the end of a run has too little time in it for a CPU ratio to mean anything.
constexpr Nanos kShortestSecond{100'000'000};

double share_of(const WorkerSecond& second, Nanos part) {
  return second.length > Nanos{0} ? seconds(part) / seconds(second.length) : 0;
}

HealthSecond merge_second(const std::vector<WorkerSecond>& parts) {
  HealthSecond merged;
  stats::Histogram lag;
  for (const WorkerSecond& part : parts) {
    if (part.length < kShortestSecond) continue;
    merged.second = part.second;
    merged.intended += part.intended;
    merged.started += part.started;
    merged.waited += part.waited;
    merged.shed += part.shed;
    merged.completed += part.completed;
    merged.unanswered += part.unanswered;
    merged.no_port += part.no_port;
    merged.no_file += part.no_file;
    merged.in_flight += part.in_flight;
    merged.waiting += part.waiting;
    merged.sockets += part.sockets;
    const double cpu = share_of(part, part.cpu);
    merged.cpu_ratio += cpu;
    merged.busiest_worker_ratio = std::max(merged.busiest_worker_ratio, cpu);
    if (part.run_delay)
      merged.run_delay_ratio = std::max(merged.run_delay_ratio.value_or(0), share_of(part, *part.run_delay));
    lag.merge(part.dispatch_lag);
  }
  merged.lag_p50 = Nanos{lag.quantile(0.5)};
  merged.lag_p99 = Nanos{lag.quantile(0.99)};
  merged.lag_max = Nanos{lag.max()};
  return merged;
}

}  // namespace

RunLedger::RunLedger(const RunPlan& plan, std::uint32_t workers, const std::filesystem::path& directory)
    : workers_(workers), slots_(directory) {
  health_.workers = workers;
  health_.polling = plan.pacing != net::Pacing::sleep;
}

void RunLedger::add(std::vector<WorkerSecond> posted, const OnSecond& on_second) {
  for (WorkerSecond& second : posted) {
    slots_.add(std::exchange(second.slots, {}));
    pending_[second.second].push_back(std::move(second));
  }
  while (!pending_.empty() && pending_.begin()->second.size() == workers_) {
    const auto complete = pending_.extract(pending_.begin());
    note(complete.mapped());
    settled_ = std::ranges::min(complete.mapped(), {}, &WorkerSecond::settled).settled;
    if (on_second) on_second(complete.mapped());
  }
}

GeneratorHealth RunLedger::take_health() {
  for (const auto& [second, parts] : std::exchange(pending_, {})) note(parts);
  return std::move(health_);
}

void RunLedger::note(const std::vector<WorkerSecond>& parts) {
  for (const WorkerSecond& part : parts) {
    health_.intended += part.intended;
    health_.started += part.started;
    health_.shed += part.shed;
    health_.waited += part.waited;
    health_.dispatch_lag.merge(part.dispatch_lag);
  }
  if (std::ranges::any_of(parts, [](const WorkerSecond& part) { return part.length >= kShortestSecond; }))
    health_.seconds.push_back(merge_second(parts));
}

}  // namespace assay::engine
