#include "engine/worker_result.h"

#include <algorithm>
#include <map>
#include <utility>

#include "model/merge.h"

namespace assay::engine {
namespace {

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

TargetFacts target_facts(const ArmPlan& arm, const WorkerResult& worker) {
  const WorkerResult::ArmFacts& measured = worker.arms[static_cast<std::size_t>(arm.arm)];
  TargetFacts facts;
  facts.arm = arm.arm;
  facts.url = arm.url;
  facts.verify = arm.tls.verify;
  for (const net::Address& address : arm.addresses) facts.addresses.push_back(address.text);
  facts.tls = measured.tls;
  facts.connections_opened = measured.connections_opened;
  facts.stale_retries = measured.stale_retries;
  for (const Series& series : worker.recorded.series)
    if (series.key.arm == arm.arm)
      facts.requests_on_new_connections += series.times[static_cast<std::size_t>(Metric::connect)].count();
  return facts;
}

// One worker's part as a result of its own, so that workers are put together like the segments of a run.
RunResult part_of(const RunPlan& plan, WorkerResult worker) {
  RunResult part;
  for (const ArmPlan& arm : plan.arms) part.targets.push_back(target_facts(arm, worker));
  part.load = std::move(worker.phases);
  part.series = std::move(worker.recorded.series);
  part.failures = std::move(worker.recorded.failures);
  part.warm_up_requests = worker.recorded.warm_up_requests;
  part.warm_up_errors = worker.recorded.warm_up_errors;
  part.iterations_completed = worker.iterations_completed;
  part.duration = worker.last_done;
  return part;
}

}  // namespace

RunResult merge_workers(const RunPlan& plan, std::vector<WorkerResult> workers) {
  RunResult result;
  result.seed = plan.seed;
  result.segment = plan.segment;
  result.slot_length = plan.slot_length;
  for (const scenario::StepName& step : plan.scenarios.step_names)
    result.steps.push_back({step.scenario, step.name, step.method, step.target, step.timeout});
  result.health = merge_health(plan, workers);
  for (WorkerResult& worker : workers) add_measured(result, part_of(plan, std::move(worker)));
  return result;
}

}  // namespace assay::engine
