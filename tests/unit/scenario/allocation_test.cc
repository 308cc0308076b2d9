#include <doctest/doctest.h>

#include "tests/support/allocation_counter.h"
#include "tests/unit/scenario/gate_fixture.h"

using namespace assay;
using namespace assay::scenario;

namespace {

std::uint64_t allocations_of_iteration(VirtualUser& user, const Reply& reply) {
  const ResponseView response = reply.view();
  const std::uint64_t before = allocations();
  user.begin({0, Arm::candidate, 0, true});
  user.advance();
  const std::string_view bytes = user.render();
  const Judged judged = user.finish(response);
  const std::uint64_t made = allocations() - before;
  CHECK_FALSE(bytes.empty());
  CHECK(judged.outcome == Outcome::ok);
  return made;
}

}  // namespace

TEST_CASE("a static step with a status check allocates nothing") {
  const ScenarioSet set = compiled(gate({request("GET", "/")}));
  VirtualUser user(set, 1);
  CHECK(allocations_of_iteration(user, {}) == 0);
}

TEST_CASE("a static step returns the plan's own bytes") {
  const ScenarioSet set = compiled(gate({request("GET", "/")}));
  VirtualUser first = started(set), second = started(set);
  CHECK(first.render().data() == second.render().data());
}

TEST_CASE("variables, checks and extraction allocate nothing once the buffers have grown") {
  auto step = with_json(request("POST", "/items/${id}"), {{"id", "${id}"}});
  step.expect.headers = {{"content-type", {}, {matcher(MatcherKind::starts_with, "application/json")}}};
  step.expect.json = {
      {"/items", {}, {matcher(MatcherKind::min_items, 1)}},
      {"/state", {}, {matcher(MatcherKind::equals, "a state that is longer than any small string")}}};
  step.extract = {{"token", config::ExtractSpec::From::json, "/token", {}}};
  auto spec = gate({step});
  set_variable(spec, "id", "a value that is longer than any small string");
  const ScenarioSet set = compiled(spec);
  VirtualUser user(set, 1);
  const Reply reply{200,
                    {{"Content-Type", "application/json"}},
                    R"({"items": [1], "state": "a state that is longer than any small string",
                        "token": "a token that is longer than any small string"})"};
  allocations_of_iteration(user, reply);
  CHECK(allocations_of_iteration(user, reply) == 0);
}
