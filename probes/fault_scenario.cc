// A scenario as a fault: its steps become requests that need no virtual user.
#include <algorithm>
#include <utility>

#include "base/suggest.h"
#include "config/values.h"
#include "match/answer.h"
#include "match/request_compiler.h"
#include "probes/fault_keys.h"

namespace assay::probes {
namespace {

class ScenarioReader {
 public:
  explicit ScenarioReader(const config::ProbeReading& reading) : reading_(reading) {
    for (const config::VariableSpec& variable : reading.gate.variables)
      declare(variable.name, match::value_of(variable.value));
    for (const config::SecretSpec& secret : reading.gate.secrets) declare(secret.name, {secret.value, false});
  }

  std::vector<FaultStep> read(const config::ScenarioSpec& scenario) {
    std::vector<FaultStep> steps;
    for (const config::StepSpec& step : scenario.steps) {
      const auto* request = std::get_if<config::RequestSpec>(&step.action);
      if (request == nullptr) {
        error(step.span, "a fault has no pauses", "each step is sent one \"poll\" after the one before");
        continue;
      }
      check(step, *request);
      steps.push_back({made(*request), request->timeout});
    }
    return steps;
  }

 private:
  void declare(const std::string& name, match::Value value) {
    scope_.declare(name, values_.size());
    values_.push_back(std::move(value));
  }

  void error(const SourceSpan& where, std::string title, std::string hint) {
    reading_.context.error(where, std::move(title), std::move(hint));
  }

  void check(const config::StepSpec& step, const config::RequestSpec& request) {
    if (!request.extract.empty())
      error(request.extract[0].span, "a fault extracts nothing: nobody looks into the answers to it",
            "use values that are known before, or another scenario");
    const config::ExpectSpec& expect = request.expect;
    if (expect.status || !expect.headers.empty() || !expect.json.empty() || !expect.body.empty())
      error(step.span, "a fault expects nothing: nobody looks into the answers to it",
            "remove its \"expect\"");
  }

  std::string rendered(const match::TextTemplate& text) const {
    std::string out;
    text.render(values_, out);
    return out;
  }

  Request made(const config::RequestSpec& spec) {
    Request request;
    request.method = spec.method;
    request.path = rendered(match::compile_target(spec, context_));
    if (const std::string_view type = match::content_type(spec.body); !type.empty()) {
      request.body = rendered(match::compile_body(spec.body, context_));
      request.headers.push_back({"Content-Type", std::string(type)});
    }
    for (const config::FieldSpec& field : spec.headers) {
      std::erase_if(request.headers,
                    [&](const client::Field& one) { return match::same_name(one.name, field.name); });
      const auto value = match::compile_text(field.value, match::Encoding::header, context_);
      request.headers.push_back({field.name, rendered(value)});
    }
    return request;
  }

  const config::ProbeReading& reading_;
  match::Scope scope_;
  std::vector<match::Value> values_;
  match::CompileContext context_{scope_, reading_.context.errors};
};

const config::ScenarioSpec* find(const std::vector<config::ScenarioSpec>& all, const std::string& name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::vector<FaultStep> read_fault_scenario(const config::ProbeReading& reading, const config::Node& node) {
  const std::string name = config::read_text(reading.context, node, "scenario").value_or("");
  reading.spec.scenario = name;
  if (const config::ScenarioSpec* scenario = find(reading.gate.fault_scenarios, name))
    return ScenarioReader(reading).read(*scenario);
  if (find(reading.gate.scenarios, name) != nullptr) {
    reading.error(node, "scenario " + config::in_quotes(name) + " is offered as load as well",
                  "write weight: 0 there, so that only the fault sends it");
    return {};
  }
  std::vector<std::string> names;
  for (const config::ScenarioSpec& one : reading.gate.fault_scenarios) names.push_back(one.name);
  std::string hint = did_you_mean(name, std::span<const std::string>(names));
  if (hint.empty()) hint = "describe it under \"scenarios\", with weight: 0";
  reading.error(node, "there is no scenario " + config::in_quotes(name), std::move(hint));
  return {};
}

}  // namespace assay::probes
