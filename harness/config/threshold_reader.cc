#include <algorithm>
#include <utility>

#include "base/suggest.h"
#include "base/units.h"
#include "config/parts.h"
#include "config/threshold_expression.h"
#include "config/values.h"

namespace assay::config {
namespace {

SourceSpan word_in(const ReadContext& context, const Node& node, const std::string& word) {
  const std::size_t at = node.text.find(word);
  return at == std::string::npos || word.empty() ? context.span(node)
                                                 : context.part(node, node.text, at, word.size());
}

void unknown(ReadContext& context, const Node& node, std::string_view what, const std::string& word,
             const std::vector<std::string>& known) {
  std::string hint = did_you_mean(word, std::span<const std::string>(known));
  if (hint.empty() && !known.empty()) {
    hint = "there is";
    for (const std::string& one : known)
      hint.append(&one == &known.front() ? " " : ", ").append(in_quotes(one));
  }
  context.error(word_in(context, node, word), "there is no " + std::string(what) + " " + in_quotes(word),
                std::move(hint));
}

void check_scenario(ReadContext& context, const Node& node, const FilterSpec& filter, const GateSpec& spec) {
  if (!filter.scenario) return;
  std::vector<std::string> known;
  for (const ScenarioSpec& scenario : spec.scenarios) known.push_back(scenario.name);
  if (std::find(known.begin(), known.end(), *filter.scenario) != known.end()) return;
  unknown(context, node, "scenario", *filter.scenario, known);
}

void check_step(ReadContext& context, const Node& node, const FilterSpec& filter, const GateSpec& spec) {
  if (!filter.step) return;
  std::vector<std::string> known;
  for (const ScenarioSpec& scenario : spec.scenarios) {
    if (filter.scenario && scenario.name != *filter.scenario) continue;
    for (const StepSpec& step : scenario.steps) {
      if (std::holds_alternative<RequestSpec>(step.action)) known.push_back(step.name);
    }
  }
  if (std::find(known.begin(), known.end(), *filter.step) != known.end()) return;
  unknown(context, node, "step", *filter.step, known);
}

// The longest stretch that is judged; zero where the load is counted in iterations, whose time nobody knows.
Nanos longest_judged(const GateSpec& spec) {
  Nanos longest{0};
  for (const LoadSpec& load : spec.load) {
    if (load.shape == Shape::per_vu_iterations || load.shape == Shape::shared_iterations) return Nanos(0);
    Nanos length = load.duration;
    for (const RateStage& stage : load.rate_stages) length += stage.duration;
    for (const UserStage& stage : load.user_stages) length += stage.duration;
    longest = std::max(longest, length - load.warm_up);
  }
  return longest;
}

void check_server_threshold(ReadContext& context, const Node& node, const ThresholdSpec& threshold,
                            const ServerMetricsSpec& metrics) {
  if (threshold.filter.arm == Arm::baseline && !metrics.arms.contains(Arm::baseline))
    context.error(word_in(context, node, "baseline"), "there is no baseline to measure",
                  "add its labels under server_metrics.arms");
  if (threshold.window && *threshold.window % metrics.block != Nanos{0})
    context.error(word_in(context, node, "over"), "windows of server metrics are made of whole blocks",
                  "a block is " + format_duration(metrics.block));
}

void check_threshold(ReadContext& context, const Node& node, const ThresholdSpec& threshold,
                     const GateSpec& spec) {
  check_scenario(context, node, threshold.filter, spec);
  check_step(context, node, threshold.filter, spec);
  if (threshold.aggregate == Aggregate::server_metric) {
    check_server_threshold(context, node, threshold, *spec.server_metrics);
  } else if (threshold.filter.arm == Arm::baseline && spec.target(Arm::baseline) == nullptr) {
    context.error(word_in(context, node, "baseline"), "there is no baseline to measure",
                  "add targets.baseline");
  }
  const Nanos judged = longest_judged(spec);
  if (threshold.window && judged > Nanos(0) && *threshold.window > judged) {
    context.error(word_in(context, node, "over"), "these windows are longer than the load",
                  "only " + format_duration(judged) + " are judged at a stretch");
  }
}

void read_one(ReadContext& context, const Node& node, Severity severity, GateSpec& spec) {
  const std::optional<std::string> text = read_text(context, node, "threshold");
  if (!text) return;
  std::span<const ServerMetricSpec> metrics;
  if (spec.server_metrics) metrics = spec.server_metrics->metrics;
  std::optional<ThresholdSpec> threshold = ThresholdParser(context, node, *text, metrics).parse();
  if (!threshold) return;
  threshold->severity = severity;
  check_threshold(context, node, *threshold, spec);
  spec.thresholds.push_back(std::move(*threshold));
}

void read_item(ReadContext& context, const Node& node, GateSpec& spec) {
  if (!node.is_map()) return read_one(context, node, Severity::blocker, spec);
  const MapReader map(context, node, kThresholdKeys, "thresholds");
  Severity severity = Severity::blocker;
  if (const Node* word = map.find("severity"))
    assign(severity, read_choice(context, *word, "severity", kSeverities));
  if (const Node* text = map.require("threshold", "write it like p99(response_time) < 2s")) {
    read_one(context, *text, severity, spec);
  }
}

}  // namespace

void read_thresholds(ReadContext& context, const MapReader& gate, GateSpec& spec) {
  const Node* thresholds = gate.find("thresholds");
  if (thresholds == nullptr) return;
  if (!is_filled_list(context, *thresholds, "thresholds", "write it like [ p99(response_time) < 2s ]"))
    return;
  for (const Node* item : thresholds->items) read_item(context, *item, spec);
}

}  // namespace assay::config
