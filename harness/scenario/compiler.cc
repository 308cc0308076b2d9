#include "scenario/compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "match/secret_search.h"
#include "scenario/http1_wire.h"
#include "scenario/step_compiler.h"

namespace assay::scenario {
namespace {

using match::Scope;
using match::Value;

class SetCompiler {
 public:
  explicit SetCompiler(const config::GateSpec& gate) : gate_(gate) {}

  Expected<ScenarioSet, ConfigErrors> compile() {
    declare_globals();
    set_.secrets = match::secret_values(gate_.secrets);
    for (const config::TargetSpec& target : gate_.targets) {
      set_.origins[static_cast<std::size_t>(target.arm)] = origin_of(target);
    }
    for (const config::ScenarioSpec& scenario : gate_.scenarios) add_scenario(scenario);
    if (!errors_.empty()) return Unexpected(without_repeats());
    return std::move(set_);
  }

 private:
  std::size_t slot_of(const std::string& name) {
    const auto [entry, added] = slots_.try_emplace(name, set_.variable_values.size());
    if (added) set_.variable_values.emplace_back();
    return entry->second;
  }

  void declare(const std::string& name, Value value) {
    const std::size_t slot = slot_of(name);
    set_.variable_values[slot] = std::move(value);
    globals_.declare(name, slot);
  }

  void declare_globals() {
    for (const config::VariableSpec& variable : gate_.variables)
      declare(variable.name, match::value_of(variable.value));
    for (const config::SecretSpec& secret : gate_.secrets) declare(secret.name, {secret.value, false});
  }

  void add_scenario(const config::ScenarioSpec& spec) {
    ScenarioPlan plan{spec.name, spec.weight, {}};
    Scope scope = globals_;  // and what earlier steps of this scenario have extracted
    bool has_request = false;
    for (const config::StepSpec& step : spec.steps) {
      if (const auto* pause = std::get_if<config::PauseSpec>(&step.action)) {
        plan.steps.push_back({kPauseStep, true, pause->min, pause->max, {}});
        continue;
      }
      has_request = true;
      plan.steps.push_back(request_step(spec, step, scope));
    }
    if (!has_request)
      errors_.add(spec.span, fmt::format("scenario \"{}\" sends nothing", spec.name), "add a request");
    set_.total_weight += spec.weight;
    set_.scenarios.push_back(std::move(plan));
  }

  StepPlan request_step(const config::ScenarioSpec& scenario, const config::StepSpec& step, Scope& scope) {
    const auto& request = std::get<config::RequestSpec>(step.action);
    StepPlan plan;
    plan.index = static_cast<std::uint16_t>(set_.step_names.size());
    plan.request = compile_request(request, gate_, {scope, errors_});
    for (Extractor& extractor : plan.request.extractors) {
      extractor.slot = slot_of(extractor.variable);
      scope.declare(extractor.variable, extractor.slot);
    }
    if (plan.index + 1 == kPauseStep)
      errors_.add(step.span, "too many steps", "a gate file can have 65,534 requests");
    set_.step_names.push_back(
        {scenario.name, step.name, request.method, target_of(request), plan.request.timeout});
    return plan;
  }

  static std::string target_of(const config::RequestSpec& request) {
    std::string target = request.path.source_text();
    char separator = target.find('?') == std::string::npos ? '?' : '&';
    for (const config::FieldSpec& field : request.query) {
      target += separator + field.name + "=" + field.value.source_text();
      separator = '&';
    }
    return target;
  }

  // A mistake in a step shows once for each arm.
  ConfigErrors without_repeats() const {
    ConfigErrors unique;
    std::set<std::pair<std::size_t, std::string>> seen;
    for (const ConfigError& error : errors_.all()) {
      if (seen.emplace(error.where.begin, error.title).second)
        unique.add(error.where, error.title, error.hint);
    }
    unique.sort();
    return unique;
  }

  const config::GateSpec& gate_;
  ScenarioSet set_;
  ConfigErrors errors_;
  Scope globals_;
  std::map<std::string, std::size_t> slots_;
};

}  // namespace

Expected<ScenarioSet, ConfigErrors> compile(const config::GateSpec& gate) {
  return SetCompiler(gate).compile();
}

}  // namespace assay::scenario
