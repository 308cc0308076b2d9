#include "engine/worker_result.h"

#include <algorithm>
#include <utility>

#include "model/merge.h"

namespace assay::engine {
namespace {

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
  part.failed_stretches = std::move(worker.recorded.failed_stretches);
  part.warm_up_requests = worker.recorded.warm_up_requests;
  part.warm_up_errors = worker.recorded.warm_up_errors;
  part.iterations_completed = worker.iterations_completed;
  part.duration = worker.last_done;
  return part;
}

}  // namespace

RunResult empty_result(const RunPlan& plan) {
  RunResult result;
  result.seed = plan.seed;
  result.segment = plan.segment;
  result.slot_length = plan.slot_length;
  for (const scenario::StepName& step : plan.scenarios.step_names)
    result.steps.push_back({step.scenario, step.name, step.method, step.target, step.timeout});
  return result;
}

RunResult merge_workers(const RunPlan& plan, std::vector<WorkerResult> workers, GeneratorHealth health) {
  RunResult result = empty_result(plan);
  result.health = std::move(health);
  for (const WorkerResult& worker : workers) result.health.peak_in_flight += worker.peak_in_flight;
  for (std::uint32_t i = 0; i < workers.size(); ++i)
    add_measured(result, part_of(plan, std::move(workers[i]), i));
  for (const LoadPhaseFacts& phase : result.load)
    result.health.max_in_flight = std::max(result.health.max_in_flight, phase.max_in_flight);
  return result;
}

}  // namespace assay::engine
