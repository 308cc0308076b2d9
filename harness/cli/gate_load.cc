#include "cli/gate_load.h"

#include <chrono>
#include <utility>

#include "base/utc.h"
#include "cli/gate_metrics.h"
#include "cli/gate_watch.h"
#include "cli/run_planner.h"
#include "cli/traffic_watch.h"
#include "engine/run.h"

namespace assay::cli {
namespace {

using Moment = std::chrono::system_clock::time_point;

// On the clock of the world, for what keeps time by it.
Moment wall_time_of(TimePoint moment) {
  return std::chrono::system_clock::now() +
         std::chrono::duration_cast<std::chrono::system_clock::duration>(moment - Clock::now());
}

TargetFacts planned_target(const engine::ArmPlan& arm) {
  TargetFacts facts;
  facts.arm = arm.arm;
  facts.url = arm.url;
  facts.verify = arm.tls.verify;
  for (const net::Address& address : arm.addresses) facts.addresses.push_back(address.text);
  return facts;
}

ResultSoFar result_of(const engine::RunPlan& plan, const engine::RunSoFar& so_far) {
  return [&]() -> std::optional<RunResult> {
    auto measured = so_far.measured(so_far.settled());
    if (!measured) return std::nullopt;
    measured->health = so_far.health();
    for (const engine::ArmPlan& arm : plan.arms) measured->targets.push_back(planned_target(arm));
    return *std::move(measured);
  };
}

RunResult offered(const GateLoad& load, GateMetrics& metrics) {
  const auto could_not = [](const SystemError& error) {
    RunResult result;
    result.could_not_run = error.message();
    return result;
  };
  const auto plan = plan_run(load.gate, load.options);
  if (!plan) return could_not(plan.error());

  engine::RunControl control;
  control.directory = load.directory;
  control.interrupt_fd = load.interrupts.fd();
  control.interrupted_by = [&] { return load.interrupts.take(); };
  control.on_start = [&](TimePoint start) {
    metrics.began(wall_time_of(start));
    load.probes.load_began(start);
    load.feed.began(utc_text(wall_time_of(start)), plan->seed);
  };
  GateWatch watch(load.gate.spec, load.known, plan->segment, load.feed,
                  [&](RunResult& so_far) { metrics.put_into(so_far); });
  control.on_snapshot = [&](const LiveSnapshot& snapshot, const engine::RunSoFar& so_far) {
    load.feed.second(snapshot, result_of(*plan, so_far));
  };
  control.enough = [&](const LiveSnapshot& snapshot, const engine::RunSoFar& so_far) {
    return watch.enough(snapshot, so_far);
  };
  auto result = engine::run(plan.value(), control);
  load.feed.finish();
  if (!result) return could_not(result.error());
  watch.note_in(*result);
  return std::move(result).value();
}

RunResult watched(const GateLoad& load, GateMetrics& metrics) {
  RunResult result = watch_traffic({.gate = load.gate.spec,
                                    .metrics = metrics,
                                    .interrupts = load.interrupts,
                                    .on_start =
                                        [&](TimePoint start) {
                                          load.probes.load_began(start);
                                          load.feed.began(utc_text(wall_time_of(start)), 0);
                                        },
                                    .feed = load.feed});
  load.feed.finish();
  return result;
}

}  // namespace

RunResult carry_out(const GateLoad& load) {
  GateMetrics metrics(load.gate.spec, load.interrupts);
  const bool offers = load.gate.spec.offers_load();
  load.probes.load_begins();
  RunResult result = offers ? offered(load, metrics) : watched(load, metrics);
  load.probes.load_ended(result);
  // Not before: a server that is slow to answer would make the load look longer to the probes. Of several
  // machines, the first asks.
  if (offers && result.segment.index == 1) metrics.put_into(result);
  return result;
}

}  // namespace assay::cli
