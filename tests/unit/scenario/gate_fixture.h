// Hand-made gates, as the gate reader would make them, compiled and walked. For the tests of scenario.
#pragma once
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "config/template_text.h"
#include "scenario/compiler.h"
#include "scenario/virtual_user.h"

namespace assay::scenario {

using Json = nlohmann::ordered_json;
using config::MatcherKind;

inline config::TemplateSpec text(std::string_view source) { return {config::split_references(source), {}}; }

inline config::FieldSpec field(std::string name, std::string_view value) {
  return {std::move(name), text(value), {}};
}

inline config::MatcherSpec matcher(MatcherKind kind, Json operand) {
  return {kind, config::JsonValue(std::move(operand)), {}, {}};
}

inline config::RequestSpec request(std::string method, std::string_view path) {
  config::RequestSpec spec;
  spec.method = std::move(method);
  spec.path = text(path);
  return spec;
}

inline config::RequestSpec with_json(config::RequestSpec spec, Json body) {
  spec.body.kind = config::BodySpec::Kind::json;
  spec.body.json = config::JsonValue(std::move(body));
  return spec;
}

inline config::RequestSpec with_text(config::RequestSpec spec, std::string_view body) {
  spec.body.kind = config::BodySpec::Kind::text;
  spec.body.text = text(body);
  return spec;
}

inline config::TargetSpec target(std::string url, Arm arm = Arm::candidate) {
  config::TargetSpec spec;
  spec.arm = arm;
  spec.url = std::move(url);
  return spec;
}

inline config::ScenarioSpec scenario_of(std::string name, std::vector<config::RequestSpec> requests) {
  config::ScenarioSpec spec;
  spec.name = std::move(name);
  for (config::RequestSpec& each : requests) {
    std::string step = each.method + " " + each.path.source_text();
    spec.steps.push_back({std::move(step), {}, std::move(each)});
  }
  return spec;
}

inline config::GateSpec gate(std::vector<config::RequestSpec> requests) {
  config::GateSpec spec;
  spec.targets = {target("http://shop.test:8080")};
  spec.scenarios = {scenario_of("main", std::move(requests))};
  return spec;
}

inline void set_variable(config::GateSpec& spec, std::string name, Json value) {
  spec.variables.push_back({std::move(name), config::JsonValue(std::move(value)), {}});
}

inline ScenarioSet compiled(const config::GateSpec& spec) {
  auto set = compile(spec);
  if (!set) FAIL(set.error().render());
  return std::move(set).value();
}

// A user at the first request of the first scenario.
inline VirtualUser started(const ScenarioSet& set, Arm arm = Arm::candidate) {
  VirtualUser user(set, 1);
  user.begin({0, arm, 0, true});
  user.advance();
  return user;
}

inline std::string rendered(const config::GateSpec& spec, Arm arm = Arm::candidate) {
  const ScenarioSet set = compiled(spec);
  VirtualUser user = started(set, arm);
  return std::string(user.render());
}

inline std::string rendered(config::RequestSpec spec) { return rendered(gate({std::move(spec)})); }

// What our own headers look like when nothing replaces them.
inline const std::string kOwnHeaders =
    "Host: shop.test:8080\r\nUser-Agent: assay/" ASSAY_VERSION "\r\nAccept: */*\r\n";

// An answer by hand.
struct Reply {
  int status = 200;
  std::vector<HeaderField> headers;
  std::string_view body;

  ResponseView view() const { return {status, headers, body, body.size()}; }
};

}  // namespace assay::scenario
