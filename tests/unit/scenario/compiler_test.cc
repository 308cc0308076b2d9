#include "scenario/compiler.h"

#include <doctest/doctest.h>

#include <chrono>

#include "tests/unit/scenario/gate_fixture.h"

using namespace assay;
using namespace assay::scenario;
using namespace std::chrono_literals;

namespace {

const RequestPlan& only_request(const ScenarioSet& set) { return set.scenarios[0].steps[0].request; }

ResponseInterest interest_of(const config::RequestSpec& spec) {
  return only_request(compiled(gate({spec}))).interest;
}

}  // namespace

TEST_CASE("steps are numbered over all scenarios, and pauses have no number") {
  auto spec = gate({request("GET", "/a"), request("HEAD", "/b")});
  spec.scenarios[0].steps.insert(spec.scenarios[0].steps.begin() + 1, {"", {}, config::PauseSpec{1s, 2s}});
  spec.scenarios.push_back(scenario_of("second", {request("POST", "/c")}));
  spec.scenarios[1].weight = 3;
  const ScenarioSet set = compiled(spec);
  const auto& steps = set.scenarios[0].steps;
  REQUIRE(steps.size() == 3);
  CHECK(steps[0].index == 0);
  CHECK(steps[1].index == kPauseStep);
  CHECK(steps[1].is_pause);
  CHECK(steps[1].pause_max == 2s);
  CHECK(steps[2].index == 1);
  CHECK(steps[2].request.head);
  CHECK(set.scenarios[1].steps[0].index == 2);
  CHECK(set.total_weight == 4);
  CHECK(set.step_names[2].scenario == "second");
}

TEST_CASE("step names show the target as it was written") {
  auto step = request("GET", "/items/${id}");
  step.query = {field("token", "${key}")};
  auto spec = gate({step});
  set_variable(spec, "id", 7);
  spec.secrets = {{"key", "hidden", {}}};
  const ScenarioSet set = compiled(spec);
  CHECK(set.step_names[0].target == "/items/${id}?token=${key}");
  CHECK(set.step_names[0].method == "GET");
}

TEST_CASE("a step's timeout goes before the target's") {
  auto step = request("GET", "/");
  step.timeout = 2s;
  auto spec = gate({step, request("GET", "/")});
  spec.targets[0].timeouts.total = 7s;
  const ScenarioSet set = compiled(spec);
  CHECK(set.scenarios[0].steps[0].request.timeout == 2s);
  CHECK(set.scenarios[0].steps[1].request.timeout == 7s);
  CHECK(set.step_names[1].timeout == 7s);
}

TEST_CASE("a step that checks only the status wants nothing kept but cookies") {
  const ResponseInterest interest = interest_of(request("GET", "/"));
  CHECK_FALSE(interest.body);
  CHECK_FALSE(interest.all_headers);
  CHECK(interest.headers == std::vector<std::string>{"set-cookie"});
}

TEST_CASE("headers of checks and extractors are wanted once, in lower case") {
  auto step = request("GET", "/");
  step.expect.headers = {{"X-Id", {}, {matcher(MatcherKind::present, true)}}};
  step.extract = {{"id", config::ExtractSpec::From::header, "x-ID", {}}};
  CHECK(interest_of(step).headers == std::vector<std::string>{"set-cookie", "x-id"});
}

TEST_CASE("the body is wanted only by what looks into it") {
  auto step = request("GET", "/");
  step.expect.body = {matcher(MatcherKind::max_size, 1024)};
  CHECK_FALSE(interest_of(step).body);
  step.expect.body.push_back(matcher(MatcherKind::contains, "x"));
  CHECK(interest_of(step).body);
  CHECK(interest_of(step).body_limit == 1 << 20);
  step.expect.body[0] = matcher(MatcherKind::max_size, 4 << 20);
  CHECK(interest_of(step).body_limit == 4 << 20);
  step.expect.body.clear();
  step.extract = {{"id", config::ExtractSpec::From::json, "/id", {}}};
  CHECK(interest_of(step).body);
}

TEST_CASE("an extracted variable exists in later steps only") {
  auto login = request("POST", "/login");
  login.extract = {{"token", config::ExtractSpec::From::json, "/token", {}}};
  CHECK(compile(gate({login, request("GET", "/${token}")})));
  auto early = compile(gate({request("GET", "/${token}"), login}));
  REQUIRE_FALSE(early);
  CHECK(early.error().all().front().title == "undefined variable \"token\"");
}

TEST_CASE("an extracted variable does not leak into another scenario") {
  auto login = request("POST", "/login");
  login.extract = {{"token", config::ExtractSpec::From::json, "/token", {}}};
  auto spec = gate({login});
  spec.scenarios.push_back(scenario_of("other", {request("GET", "/${token}")}));
  CHECK_FALSE(compile(spec));
}

TEST_CASE("a mistake shows once, not once for each arm, with its place") {
  const auto file = std::make_shared<const SourceFile>("gate.yaml", "get: /${nme}\n");
  auto step = request("GET", "/");
  step.path.parts.push_back({"", "nme", {file, 6, 12}});
  auto spec = gate({step});
  spec.targets.push_back(target("http://old.test", Arm::baseline));
  set_variable(spec, "name", "x");
  auto set = compile(spec);
  REQUIRE_FALSE(set);
  REQUIRE(set.error().size() == 1);
  CHECK(set.error().all()[0].where.location() == "gate.yaml:1:7");
  CHECK(set.error().all()[0].hint == "did you mean \"name\"?");
}

TEST_CASE("a scenario that only waits is a mistake") {
  auto spec = gate({});
  spec.scenarios[0].steps = {{"", {}, config::PauseSpec{1s, 1s}}};
  auto set = compile(spec);
  REQUIRE_FALSE(set);
  CHECK(set.error().all()[0].title == "scenario \"main\" sends nothing");
}

TEST_CASE("pointers that are none are mistakes") {
  auto step = request("GET", "/");
  step.expect.json = {{"a/b", {}, {matcher(MatcherKind::present, true)}}};
  step.extract = {{"x", config::ExtractSpec::From::json, "~", {}}};
  auto set = compile(gate({step}));
  REQUIRE_FALSE(set);
  CHECK(set.error().size() == 2);
}

TEST_CASE("secrets are known, without those that are empty") {
  auto spec = gate({request("GET", "/")});
  spec.secrets = {{"key", "a \"b\"", {}}, {"empty", "", {}}};
  const ScenarioSet set = compiled(spec);
  CHECK(set.secrets == std::vector<std::string>{"a \"b\""});
}
