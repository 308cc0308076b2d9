#include "cli/explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "cli/arm_planner.h"
#include "cli/forecast.h"
#include "cli/load_planner.h"
#include "cli/prospect_text.h"
#include "cli/requirement_text.h"
#include "probes/metric_queries.h"
#include "probes/registry.h"
#include "verdict/wording.h"

namespace assay::cli {
namespace {

using config::GateSpec;

std::string item(std::string_view label, std::string_view text) {
  return fmt::format("  {:<12}{}\n", label, text);
}

std::string about(double count) {
  return "about " + format_count(static_cast<std::uint64_t>(std::llround(count)));
}

std::string targets_text(const GateSpec& gate) {
  std::string text = "Targets\n";
  for (const config::TargetSpec& target : gate.targets) {
    std::string line = redacted(target.url, gate);
    if (!target.connect_to.empty()) line += ", reached at " + redacted(target.connect_to, gate);
    for (const auto& [host, address] : target.resolve) line += fmt::format(", {} is {}", host, address);
    if (!target.tls.verify) line += ", CERTIFICATE NOT VERIFIED";
    text += item(name(target.arm), line);
  }
  return text;
}

// Only open ramps need it: constant rates and user counts are in the description.
std::string rate_over_time(const config::LoadSpec& load) {
  if (load.shape != config::Shape::ramping_arrival_rate) return {};
  constexpr int kPoints = 6;
  const engine::PhasePlan phase = plan_phase(load);
  const schedule::RateCurve& rate = std::get<engine::OpenLoad>(phase.load).rate;
  std::string text;
  for (int i = 0; i <= kPoints; ++i) {
    // The curve has ended at its very end.
    const Nanos at = std::min(rate.length() * i / kPoints, rate.length() - Nanos{1});
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", format_duration(rate.length() * i / kPoints),
                        format_rate(rate.rate_at(at)));
  }
  return item("", "rate: " + text);
}

std::string load_text(const GateSpec& gate) {
  std::string text = "Load, one after the other\n";
  for (const config::LoadSpec& load : gate.load) {
    text += fmt::format("  {}: {}", config::name(load.shape), describe_load(load));
    if (load.warm_up > Nanos{0})
      text += fmt::format("; the first {} are not judged", format_duration(load.warm_up));
    text += "\n" + rate_over_time(load);
  }
  return text;
}

std::uint64_t connections_at_most(const GateSpec& gate) {
  engine::RunPlan plan;
  plan.arms.resize(gate.targets.size());
  for (const config::LoadSpec& load : gate.load) plan.phases.push_back(plan_phase(load));
  return plan.connections_at_most();
}

std::string amount_text(const GateSpec& gate, const Forecast& expected, const RunOptions& options) {
  const bool extends = gate.judgement.on_inconclusive == config::OnInconclusive::extend;
  std::string text = item("duration", fmt::format("{:.6g} s {}, {:.6g} s of it judged", expected.planned_s,
                                                  extends ? "as planned" : "at most", expected.judged_s));
  text += item("iterations",
               expected.known ? about(expected.iterations) : "as many as the target's answers allow");
  text += item("connections", format_count(connections_at_most(gate)) + " at most");
  text += item("workers", options.workers ? std::to_string(*options.workers)
                                          : "one less than there are cores, at least 1");
  const Segment segment = options.segment_part();
  if (segment.count > 1) {
    text += item("segment", fmt::format("{} of {}: this machine takes its part of all that", segment.index,
                                        segment.count));
  }
  return text;
}

std::string requests_text(const Forecast& expected) {
  std::string text = expected.arms > 1 ? "Judged requests, to each arm\n" : "Judged requests\n";
  for (const StepForecast& step : expected.steps) {
    text += fmt::format("  {}: {}: {}\n", step.scenario, step.step,
                        expected.known ? about(step.requests_per_arm) : "not known in advance");
  }
  return text;
}

std::string requirements_text(const GateSpec& gate) {
  std::string text = "To pass\n";
  for (const config::ThresholdSpec& threshold : gate.thresholds)
    text += "  - " + threshold_text(threshold) + "\n";
  for (const config::CompareSpec& compare : gate.compare) text += "  - " + comparison_text(compare) + "\n";
  for (const config::ServerCompareSpec& compare : gate.server_compare)
    text += "  - " + comparison_text(compare) + "\n";
  if (gate.comparisons() > 0) {
    text += fmt::format("  every comparison is proven with {} confidence\n",
                        format_ratio(gate.judgement.confidence));
  }
  if (!gate.probes.empty()) text += "  - every probe with severity blocker passes\n";
  for (const std::string& ending : ending_texts(gate)) text += "  " + ending + "\n";
  if (gate.comparisons() == 0 && gate.thresholds.empty() && gate.probes.empty()) {
    text += "  nothing is required, so this run could never pass: add `thresholds` or a baseline\n";
  }
  return text;
}

std::string source_text(const config::ServerMetricSpec& metric) {
  using Kind = config::ServerMetricSpec::Kind;
  switch (metric.kind) {
    case Kind::share:
      return fmt::format("share of {} in {}", metric.errors, metric.requests);
    case Kind::slower:
      return fmt::format("share of requests slower than {} in {}",
                         verdict::in_unit(metric.bound, metric.unit), metric.histogram);
    case Kind::quantile:
      return fmt::format("p{} of {}", format_number(metric.quantile * 100), metric.histogram);
    case Kind::value:
      break;
  }
  return metric.query;
}

std::string server_metrics_text(const GateSpec& gate) {
  if (!gate.server_metrics) return "";
  const config::ServerMetricsSpec& all = *gate.server_metrics;
  std::string text = fmt::format("\nServer metrics, asked of {} in blocks of {}\n",
                                 redacted(all.prometheus, gate), format_duration(all.block));
  for (const config::ServerMetricSpec& metric : all.metrics)
    text += fmt::format("  - {}: {}\n", metric.name, redacted(source_text(metric), gate));
  for (const auto& [arm, labels] : all.arms)
    text += fmt::format("  {} is {{{}}}\n", name(arm), redacted(probes::arm_matchers(all, arm), gate));
  return text;
}

std::string when_text(const config::ProbeSpec& probe) {
  switch (probe.phase) {
    case ProbePhase::pre:
      return "before the load";
    case ProbePhase::post:
      return "after the load";
    case ProbePhase::during:
      if (probe.every == Nanos(0)) return "once while load runs";
      return fmt::format("every {} while load runs", format_duration(probe.every));
    case ProbePhase::continuous:
      break;
  }
  return fmt::format("every {} from before the load until after it", format_duration(probe.every));
}

// What a repeated probe can see at all: an outage shorter than that may fall between two ticks.
std::string resolution_text(const config::ProbeSpec& probe) {
  if (probe.every == Nanos(0)) return "";
  return fmt::format("; outages longer than {} are seen with certainty",
                     format_duration(probe.every + probe.timeout));
}

std::string probes_text(const GateSpec& gate) {
  std::string text = "\nProbes\n";
  for (const config::ProbeSpec& probe : gate.probes) {
    text += fmt::format("  - {} ({}): {}\n    {}{}{}\n", redacted(probe.name, gate), probe.kind,
                        probes::find_kind(probe.kind)->purpose, when_text(probe), resolution_text(probe),
                        probe.dangerous.empty() ? "" : "; MAY DISTURB ITS TARGET");
  }
  return gate.probes.empty() ? "" : text;
}

std::string shortfalls_text(const GateSpec& gate, const Forecast& expected) {
  const std::vector<std::string> sentences = shortfalls(gate, expected);
  if (sentences.empty()) return {};
  std::string text = "\nToo little to judge, so the run cannot pass\n";
  for (const std::string& sentence : sentences) text += "  - " + sentence + "\n";
  return text;
}

}  // namespace

std::string explanation(const GateSpec& gate, const RunOptions& options, const Knowledge& known) {
  const Forecast expected = forecast(gate);
  std::string text = fmt::format("{}: what `assay run` would do.\n", gate.name);
  if (!gate.description.empty()) text += gate.description + "\n";
  if (!gate.targets.empty()) text += "\n" + targets_text(gate);
  if (gate.load.empty()) return text + probes_text(gate);
  if (!gate.offers_load())
    return text + "\nNo load; watches " + describe_load(gate.load.front()) + "\n" +
           server_metrics_text(gate) + probes_text(gate) + "\n" + requirements_text(gate);
  text += "\n" + load_text(gate) + amount_text(gate, expected, options);
  text += "\n" + requests_text(expected);
  text += server_metrics_text(gate) + probes_text(gate);
  text += "\n" + requirements_text(gate);
  text += prospect_text(gate, expected, known);
  return text + shortfalls_text(gate, expected);
}

}  // namespace assay::cli
