#include <doctest/doctest.h>

#include <cstdlib>
#include <new>

#include "tests/unit/scenario/gate_fixture.h"

namespace {

std::size_t allocations = 0;

}  // namespace

// Counts every allocation of this test program; the test cases look at differences.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

using namespace assay;
using namespace assay::scenario;

namespace {

std::size_t allocations_of_iteration(VirtualUser& user, const Reply& reply) {
  const ResponseView response = reply.view();
  const std::size_t before = allocations;
  user.begin({0, Arm::candidate, 0, true});
  user.advance();
  const std::string_view bytes = user.render();
  const Judged judged = user.finish(response);
  const std::size_t made = allocations - before;
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
