#include "engine/worker_result.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace assay::engine {
namespace {

void add(Series& into, const Series& part) {
  into.count += part.count;
  for (std::size_t o = 0; o < kOutcomeCount; ++o) into.outcomes[o] += part.outcomes[o];
  into.bytes_sent += part.bytes_sent;
  into.bytes_received += part.bytes_received;
  for (std::size_t m = 0; m < kMetricCount; ++m) into.times[m].merge(part.times[m]);
}

std::vector<SeriesSlot> merge_slots(const std::vector<std::vector<SeriesSlot>>& parts) {
  std::map<std::uint32_t, SeriesSlot> slots;
  for (const auto& part : parts) {
    for (const SeriesSlot& slot : part) {
      SeriesSlot& into = slots[slot.index];
      into.index = slot.index;
      into.count += slot.count;
      for (std::size_t m = 0; m < kSlotMetricCount; ++m) into.times[m].merge(slot.times[m]);
    }
  }
  std::vector<SeriesSlot> merged;
  for (auto& [index, slot] : slots) merged.push_back(std::move(slot));
  return merged;
}

std::vector<Series> merge_series(const std::vector<WorkerResult>& workers) {
  std::map<SeriesKey, Series> merged;
  std::map<SeriesKey, std::vector<std::vector<SeriesSlot>>> slots;
  for (const WorkerResult& worker : workers) {
    for (const Series& part : worker.recorded.series) {
      Series& into = merged[part.key];
      into.key = part.key;
      add(into, part);
      slots[part.key].push_back(part.slots);
    }
  }
  std::vector<Series> series;
  for (auto& [key, s] : merged) {
    s.slots = merge_slots(slots[key]);
    series.push_back(std::move(s));
  }
  return series;
}

std::vector<FailureExample> merge_failures(const std::vector<WorkerResult>& workers) {
  std::map<std::tuple<std::uint16_t, Arm, Outcome>, FailureExample> merged;
  for (const WorkerResult& worker : workers) {
    for (const FailureExample& part : worker.recorded.failures) {
      auto [at, is_new] = merged.try_emplace({part.step, part.arm, part.outcome}, part);
      if (!is_new) at->second.count += part.count;
    }
  }
  std::vector<FailureExample> failures;
  for (auto& [key, failure] : merged) failures.push_back(std::move(failure));
  return failures;
}

HealthSecond merge_second(const std::vector<const WorkerSecond*>& parts) {
  HealthSecond merged;
  stats::Histogram lag;
  for (const WorkerSecond* part : parts) {
    merged.second = part->second;
    merged.intended += part->intended;
    merged.started += part->started;
    merged.completed += part->completed;
    merged.in_flight += part->in_flight;
    merged.waiting += part->waiting;
    merged.sockets += part->sockets;
    const double cpu = part->length > Nanos{0} ? seconds(part->cpu) / seconds(part->length) : 0;
    merged.cpu_ratio += cpu;
    merged.busiest_worker_ratio = std::max(merged.busiest_worker_ratio, cpu);
    lag.merge(part->dispatch_lag);
  }
  merged.lag_p50 = Nanos{lag.quantile(0.5)};
  merged.lag_p99 = Nanos{lag.quantile(0.99)};
  merged.lag_max = Nanos{lag.max()};
  return merged;
}

// A sliver at the end of a run has too little time in it for a CPU ratio to mean anything.
constexpr Nanos kShortestSecond{100'000'000};

GeneratorHealth merge_health(const RunPlan& plan, const std::vector<WorkerResult>& workers) {
  GeneratorHealth health;
  health.workers = static_cast<std::uint32_t>(workers.size());
  for (const PhasePlan& phase : plan.phases)
    if (const auto* open = std::get_if<OpenLoad>(&phase.load))
      health.max_in_flight = std::max<std::uint64_t>(health.max_in_flight, open->max_in_flight);

  std::map<std::uint32_t, std::vector<const WorkerSecond*>> by_second;
  for (const WorkerResult& worker : workers) {
    health.waited += worker.waited;
    health.peak_in_flight += worker.peak_in_flight;
    for (const WorkerSecond& second : worker.seconds) {
      health.intended += second.intended;
      health.started += second.started;
      health.shed += second.shed;
      health.dispatch_lag.merge(second.dispatch_lag);
      if (second.length >= kShortestSecond) by_second[second.second].push_back(&second);
    }
  }
  for (const auto& [second, parts] : by_second) health.seconds.push_back(merge_second(parts));
  return health;
}

std::vector<LoadPhaseFacts> merge_phases(const std::vector<WorkerResult>& workers) {
  std::vector<LoadPhaseFacts> merged;
  for (const WorkerResult& worker : workers) {
    for (std::size_t i = 0; i < worker.phases.size(); ++i) {
      if (i == merged.size()) merged.push_back(worker.phases[i]);
      merged[i].start = std::min(merged[i].start, worker.phases[i].start);
      merged[i].end = std::max(merged[i].end, worker.phases[i].end);
      merged[i].judged_until_end &= worker.phases[i].judged_until_end;
    }
  }
  return merged;
}

std::vector<TargetFacts> merge_targets(const RunPlan& plan, const std::vector<WorkerResult>& workers) {
  std::vector<TargetFacts> targets;
  for (const ArmPlan& arm : plan.arms) {
    TargetFacts& facts = targets.emplace_back();
    facts.arm = arm.arm;
    facts.url = arm.url;
    facts.verify = arm.tls.verify;
    for (const net::Address& address : arm.addresses) facts.addresses.push_back(address.text);
    for (const WorkerResult& worker : workers) {
      const auto& part = worker.arms[static_cast<std::size_t>(arm.arm)];
      facts.connections_opened += part.connections_opened;
      facts.stale_retries += part.stale_retries;
      if (!part.tls) continue;
      const bool resumed = (facts.tls && facts.tls->session_resumed) || part.tls->session_resumed;
      if (!facts.tls) facts.tls = part.tls;
      facts.tls->session_resumed = resumed;
    }
  }
  return targets;
}

}  // namespace

RunResult merge_workers(const RunPlan& plan, std::vector<WorkerResult> workers) {
  RunResult result;
  result.seed = plan.seed;
  result.segment = plan.segment;
  result.slot_length = plan.slot_length;
  for (const scenario::StepName& step : plan.scenarios.step_names)
    result.steps.push_back({step.scenario, step.name, step.method, step.target, step.timeout});
  result.series = merge_series(workers);
  result.failures = merge_failures(workers);
  result.health = merge_health(plan, workers);
  result.load = merge_phases(workers);
  result.targets = merge_targets(plan, workers);
  for (const Series& s : result.series)
    for (TargetFacts& target : result.targets)
      if (target.arm == s.key.arm)
        target.requests_on_new_connections += s.times[static_cast<std::size_t>(Metric::connect)].count();
  for (const WorkerResult& worker : workers) {
    result.warm_up_requests += worker.recorded.warm_up_requests;
    result.warm_up_errors += worker.recorded.warm_up_errors;
    result.iterations_completed += worker.iterations_completed;
    result.duration = std::max(result.duration, worker.last_done);
  }
  return result;
}

}  // namespace assay::engine
