#include "cli/pilot.h"

#include <algorithm>
#include <utility>

#include "cli/interrupts.h"
#include "cli/live_feed.h"
#include "cli/live_terminal.h"
#include "cli/run_planner.h"
#include "engine/run.h"
#include "verdict/arm_series.h"
#include "verdict/judge.h"
#include "verdict/run_noise.h"

namespace assay::cli {
namespace {

using config::LoadSpec;

// Stages until `left` is used up; the last one ends where its ramp is by then.
template <class Stage, class Value>
Nanos cut_stages(std::vector<Stage>& stages, Value Stage::*value, Value start, Nanos left) {
  Nanos used{0};
  std::vector<Stage> kept;
  for (Stage stage : stages) {
    if (used >= left) break;
    if (used + stage.duration > left) {
      const double part = seconds(left - used) / seconds(stage.duration);
      const auto from = static_cast<double>(start), to = static_cast<double>(stage.*value);
      stage.*value = static_cast<Value>(from + (to - from) * part);
      stage.duration = left - used;
    }
    used += stage.duration;
    start = stage.*value;
    kept.push_back(stage);
  }
  stages = std::move(kept);
  return used;
}

// How long the entry lasts now.
Nanos cut(LoadSpec& load, Nanos most) {
  if (load.shape == config::Shape::ramping_arrival_rate)
    return cut_stages(load.rate_stages, &config::RateStage::per_second, load.rate_per_s, most);
  if (load.shape == config::Shape::ramping_vus)
    return cut_stages(load.user_stages, &config::UserStage::users, load.users, most);
  return load.duration = std::min(load.duration, most);
}

// Margins as the judge will have them: a floor is more than the margin where answers are fast.
void widen_by_floors(config::GateSpec& gate, const Verdict& verdict) {
  for (config::CompareSpec& compare : gate.compare) {
    const auto found = std::ranges::find_if(verdict.findings, [&](const Finding& finding) {
      return finding.kind == FindingKind::comparison && finding.margin &&
             finding.subject.starts_with(compare.source_text);
    });
    if (found != verdict.findings.end()) compare.margin = std::max(compare.margin, *found->margin);
  }
}

Expected<RunResult, SystemError> offer(const Context& context, const Gate& gate, const RunOptions& options) {
  const auto plan = plan_run(gate, options);
  if (!plan) return Unexpected(plan.error());
  Interrupts interrupts;
  const probes::ProbeBoard no_probes({});
  LiveRun about;
  about.gate = gate.spec.name;
  about.judged = false;
  LiveFeed feed(std::move(about), no_probes);
  LiveTerminal terminal(context);
  feed.add(terminal);
  engine::RunControl control;
  control.interrupt_fd = interrupts.fd();
  control.interrupted_by = [&] { return interrupts.take(); };
  control.on_snapshot = [&](const LiveSnapshot& snapshot, const engine::RunSoFar&) {
    feed.second(snapshot, [] { return std::nullopt; });
  };
  auto result = engine::run(plan.value(), control);
  feed.finish();
  return result;
}

}  // namespace

std::vector<LoadSpec> beginning_of(const std::vector<LoadSpec>& load, Nanos length) {
  std::vector<LoadSpec> cut_load;
  Nanos left = length;
  for (LoadSpec part : load) {
    if (left <= Nanos{0}) break;
    const Nanos lasts = cut(part, part.warm_up + left);
    left -= lasts - std::min(lasts, part.warm_up);
    cut_load.push_back(std::move(part));
  }
  return cut_load;
}

config::GateSpec pilot_gate(const config::GateSpec& gate, Nanos length) {
  config::GateSpec pilot = gate;
  pilot.load = beginning_of(gate.load, length);
  pilot.judgement.on_inconclusive = config::OnInconclusive::hold;
  pilot.judgement.max_duration = Nanos{0};
  return pilot;
}

Expected<Pilot, PilotFailure> run_pilot(const Context& context, const Gate& gate, const RunOptions& options,
                                        Nanos length) {
  Gate short_gate = gate;
  short_gate.spec = pilot_gate(gate.spec, length);
  const Expected<RunResult, SystemError> result = offer(context, short_gate, options);
  if (!result) return Unexpected(PilotFailure{result.error().message()});
  const Verdict verdict = verdict::judge(result.value(), short_gate.spec);
  if (result.value().interrupted_by)
    return Unexpected(PilotFailure{verdict.reason, interrupted_exit(*result.value().interrupted_by)});
  if (verdict.grade == Grade::invalid) return Unexpected(PilotFailure{verdict.reason});

  Pilot pilot{verdict::run_noise(verdict::arm_series(result.value()), short_gate.spec), gate.spec};
  pilot.noise.source = "a pilot";
  if (pilot.noise.metrics.empty())
    return Unexpected(PilotFailure{"it measured too little for any of the comparisons: make it longer"});
  widen_by_floors(pilot.as_measured, verdict);
  return pilot;
}

}  // namespace assay::cli
