#include "engine/worker_result.h"

#include <algorithm>
#include <map>
#include <utility>

#include "model/merge.h"

namespace assay::engine {
namespace {

double share_of(const WorkerSecond& second, Nanos part) {
  return second.length > Nanos{0} ? seconds(part) / seconds(second.length) : 0;
}

HealthSecond merge_second(const std::vector<const WorkerSecond*>& parts) {
  HealthSecond merged;
  stats::Histogram lag;
  for (const WorkerSecond* part : parts) {
    merged.second = part->second;
    merged.intended += part->intended;
    merged.started += part->started;
    merged.waited += part->waited;
    merged.shed += part->shed;
    merged.completed += part->completed;
    merged.unanswered += part->unanswered;
    merged.no_port += part->no_port;
    merged.no_file += part->no_file;
    merged.in_flight += part->in_flight;
    merged.waiting += part->waiting;
    merged.sockets += part->sockets;
    const double cpu = share_of(*part, part->cpu);
    merged.cpu_ratio += cpu;
    merged.busiest_worker_ratio = std::max(merged.busiest_worker_ratio, cpu);
    if (part->run_delay)
      merged.run_delay_ratio =
          std::max(merged.run_delay_ratio.value_or(0), share_of(*part, *part->run_delay));
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
  health.polling = plan.pacing != net::Pacing::sleep;

  std::map<std::uint32_t, std::vector<const WorkerSecond*>> by_second;
  for (const WorkerResult& worker : workers) {
    health.peak_in_flight += worker.peak_in_flight;
    for (const WorkerSecond& second : worker.seconds) {
      health.intended += second.intended;
      health.started += second.started;
      health.shed += second.shed;
      health.waited += second.waited;
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

// A worker has at least one virtual user, see OpenPacer.
std::uint64_t max_in_flight(const PhasePlan& phase, const schedule::Lane& lane) {
  const auto* open = std::get_if<OpenLoad>(&phase.load);
  return open == nullptr ? 0 : std::max<std::uint64_t>(lane.share(open->max_in_flight), 1);
}

// One worker's part as a result of its own, so that workers are put together like the segments of a run.
RunResult part_of(const RunPlan& plan, WorkerResult worker, std::uint32_t index) {
  RunResult part;
  for (const ArmPlan& arm : plan.arms) part.targets.push_back(target_facts(arm, worker));
  part.load = std::move(worker.phases);
  const auto lane = schedule::lane(plan.segment.index - 1, plan.segment.count, index, plan.workers);
  for (std::size_t i = 0; i < part.load.size(); ++i)
    part.load[i].max_in_flight = max_in_flight(plan.phases[i], lane);
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
  for (std::uint32_t i = 0; i < workers.size(); ++i)
    add_measured(result, part_of(plan, std::move(workers[i]), i));
  for (const LoadPhaseFacts& phase : result.load)
    result.health.max_in_flight = std::max(result.health.max_in_flight, phase.max_in_flight);
  return result;
}

}  // namespace assay::engine
