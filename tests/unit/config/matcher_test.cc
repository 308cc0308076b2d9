#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "reading.h"

using namespace assay;
using namespace assay::config;

namespace {

// The matchers of `expect: { <expect> }`, which must be valid and hold one place.
std::vector<MatcherSpec> matchers(const std::string& expect) {
  Reading reading;
  const auto gate = reading.read(
      gate_with_steps("      - { get: /, expect: { " + expect + " } }\n", "variables: { v: 1 }\n"));
  REQUIRE_MESSAGE(gate, (gate ? "" : gate.error().render()));
  const ExpectSpec& spec = request(*gate).expect;
  if (!spec.headers.empty()) return spec.headers.at(0).matchers;
  return spec.json.empty() ? spec.body : spec.json.at(0).matchers;
}

}  // namespace

TEST_CASE("a bare value is equality, typed in JSON and text in headers") {
  CHECK(matchers("json: { /a: 1 }").at(0).operand.get() == 1);
  CHECK(matchers("json: { /a: \"1\" }").at(0).operand.get() == "1");
  CHECK(matchers("json: { /a: null }").at(0).operand.get().is_null());
  CHECK(matchers("json: { /a: [1, b] }").at(0).operand.get().dump() == "[1,\"b\"]");
  CHECK(matchers("header: { x: 1 }").at(0).operand.get() == "1");
  CHECK(matchers("json: { /a: 1 }").at(0).kind == MatcherKind::equals);
}

TEST_CASE("only text operands carry a template") {
  CHECK(matchers("json: { /a: 1 }").at(0).text.parts.empty());
  CHECK(matchers("json: { /a: x }").at(0).text.source_text() == "x");
  const MatcherSpec open = matchers("json: { /a: \"${v}\" }").at(0);
  CHECK(open.text.parts.at(0).variable == "v");
}

TEST_CASE("present and absent may be written bare, but not in quotes") {
  CHECK(matchers("header: { x: present }").at(0).kind == MatcherKind::present);
  CHECK(matchers("json: { /a: absent }").at(0).kind == MatcherKind::absent);
  CHECK(matchers("header: { x: \"present\" }").at(0).kind == MatcherKind::equals);
}

TEST_CASE("several matchers of one place all count") {
  const auto both = matchers("json: { /n: { min: 1, less_than: 2.5 } }");
  REQUIRE(both.size() == 2);
  CHECK(both.at(0).kind == MatcherKind::min);
  CHECK(both.at(1).operand.get() == 2.5);
}

TEST_CASE("sizes are kept in bytes") {
  const auto size = matchers("body: { max_size: 2KiB }");
  CHECK(size.at(0).kind == MatcherKind::max_size);
  CHECK(size.at(0).operand.get() == 2048);
}

TEST_CASE("equals takes an object, one_of a list, type a name") {
  CHECK(matchers("json: { /a: { equals: { b: 1 } } }").at(0).operand.get().dump() == "{\"b\":1}");
  CHECK(matchers("json: { /a: { one_of: [1, x] } }").at(0).operand.get().size() == 2);
  CHECK(matchers("header: { x: { one_of: [1, 2] } }").at(0).operand.get().dump() == "[\"1\",\"2\"]");
  CHECK(matchers("json: { /a: { type: array } }").at(0).operand.get() == "array");
}

TEST_CASE("a pattern is kept as it is written") {
  CHECK(matchers("body: { matches: \"^a+$\" }").at(0).operand.get() == "^a+$");
}
