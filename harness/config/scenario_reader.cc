#include <algorithm>
#include <utility>

#include "config/parts.h"
#include "config/values.h"

namespace assay::config {
namespace {

constexpr WholeRange kWeightRange{0, 1'000'000};

// Where every extracted name comes from, so that a reference in the wrong place can be told where the right
// one is.
void note_extractions(ReadContext& context, const Node::Entry& scenario) {
  const Node* steps = scenario.value->is_map() ? scenario.value->find("steps") : nullptr;
  if (steps == nullptr) return;
  for (std::size_t i = 0; i < steps->items.size(); ++i) {
    const Node* extract = steps->items[i]->is_map() ? steps->items[i]->find("extract") : nullptr;
    if (extract == nullptr) continue;
    for (const Node::Entry& entry : extract->entries) {
      context.names.elsewhere.emplace(entry.key->text, "it is extracted by step " + std::to_string(i + 1) +
                                                           " of scenario " + in_quotes(scenario.key->text) +
                                                           ": only later steps of that scenario know it");
    }
  }
}

bool has_request(const ScenarioSpec& scenario) {
  return std::any_of(scenario.steps.begin(), scenario.steps.end(),
                     [](const StepSpec& step) { return std::holds_alternative<RequestSpec>(step.action); });
}

ScenarioSpec read_scenario(ReadContext& context, const Node::Entry& entry) {
  ScenarioSpec scenario;
  scenario.name = entry.key->text;
  scenario.span = context.span(*entry.key);
  context.names.extracted.clear();
  if (scenario.name.empty())
    context.error(*entry.key, "a scenario needs a name", "write it like browse-invoices");
  const ErrorMark mark(context);
  const MapReader map(context, *entry.value, kScenarioKeys, scenario.name);
  if (const Node* weight = map.find("weight")) {
    assign(scenario.weight, read_whole(context, *weight, "weight", kWeightRange));
  }
  if (const Node* steps = map.require("steps")) scenario.steps = read_steps(context, *steps);
  if (mark.clean() && !has_request(scenario)) {
    context.error(*entry.key, "scenario " + in_quotes(scenario.name) + " sends no request",
                  "add a step like get: /path");
  }
  context.names.extracted.clear();
  return scenario;
}

}  // namespace

void read_scenarios(ReadContext& context, const MapReader& gate, GateSpec& spec) {
  const Node* scenarios = gate.require("scenarios", "write it like { home: { steps: [ { get: / } ] } }");
  if (scenarios == nullptr) return;
  if (!is_filled_map(context, *scenarios, "scenarios", "each scenario is a name with its steps")) return;
  for (const Node::Entry& entry : scenarios->entries) note_extractions(context, entry);
  for (const Node::Entry& entry : scenarios->entries) {
    ScenarioSpec scenario = read_scenario(context, entry);
    (scenario.weight > 0 ? spec.scenarios : spec.fault_scenarios).push_back(std::move(scenario));
  }
}

}  // namespace assay::config
