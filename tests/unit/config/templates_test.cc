#include "config/template_text.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "reading.h"

using namespace assay;
using namespace assay::config;

namespace {

std::string path_of(const std::string& path, Reading reading = {}) {
  const auto gate = reading.read(gate_with_steps("      - get: \"" + path + "\"\n", "variables: { v: 1 }\n"));
  return gate ? request(*gate).path.source_text() : gate.error().all().at(0).title;
}

}  // namespace

TEST_CASE("declared names stay references, others come from the environment") {
  Reading reading;
  reading.environment["HOST"] = "a";
  CHECK(path_of("/${v}/${HOST}/${NONE:-d}", reading) == "/${v}/a/d");
  CHECK(path_of("/${missing}", reading) == "undefined variable \"missing\"");
}

TEST_CASE("$${ is a literal ${, and a lone $ is itself") {
  Reading reading;
  const auto gate = reading.read(
      gate_with_steps("      - { post: /, text: \"$${v} $5 ${v}\" }\n", "variables: { v: 1 }\n"));
  REQUIRE(gate);
  const TemplateSpec& text = request(*gate).body.text;
  REQUIRE(text.parts.size() == 2);
  CHECK(text.parts.at(0).literal == "${v} $5 ");
  CHECK(text.parts.at(1).variable == "v");
}

TEST_CASE("a reference knows its place in the file") {
  Reading reading;
  const auto gate = reading.read(gate_with_steps("      - get: \"/a/${v}\"\n", "variables: { v: 1 }\n"));
  REQUIRE(gate);
  CHECK(request(*gate).path.parts.at(1).span.location() == "gate.yaml:6:18");
}

TEST_CASE("extracted names are known to later steps only") {
  Reading reading;
  const auto gate = reading.read(
      gate_with_steps("      - { get: /a, extract: { id: { json: /id } } }\n      - get: \"/b/${id}\"\n"));
  REQUIRE(gate);
  CHECK(request(*gate, 1).path.parts.at(1).variable == "id");
  CHECK_FALSE(
      reading.read(gate_with_steps("      - { get: \"/a/${id}\", extract: { id: { json: /id } } }\n")));
}

TEST_CASE("a JSON body keeps types and run-time references, and escapes what the environment brings") {
  Reading reading;
  reading.environment["RAW"] = "${v}";
  const auto gate = reading.read(gate_with_steps(
      "      - { post: /, json: { a: 1, b: \"1\", c: \"x${v}\", d: \"${RAW}\", e: [true, null] } }\n",
      "variables: { v: 1 }\n"));
  REQUIRE(gate);
  const auto& body = request(*gate).body.json.get();
  CHECK(body["a"] == 1);
  CHECK(body["b"] == "1");
  CHECK(body["c"] == "x${v}");
  CHECK(body["d"] == "$${v}");
  CHECK(body["e"].dump() == "[true,null]");
}

TEST_CASE("splitting is the inverse of escaping") {
  for (const char* text : {"", "plain", "${a}", "a ${b} c", "$${a}", "$$", "${", "$${$${x"}) {
    CAPTURE(text);
    const std::vector<TextPart> parts = split_references(escape_references(text));
    std::string joined;
    for (const TextPart& part : parts) {
      CHECK(part.variable.empty());
      joined += part.literal;
    }
    CHECK(joined == text);
  }
}

TEST_CASE("split text alternates literals and references") {
  const std::vector<TextPart> parts = split_references("a${b}c${d}$${e}");
  REQUIRE(parts.size() == 5);
  CHECK(parts.at(0).literal == "a");
  CHECK(parts.at(1).variable == "b");
  CHECK(parts.at(2).literal == "c");
  CHECK(parts.at(3).variable == "d");
  CHECK(parts.at(4).literal == "${e}");
}
