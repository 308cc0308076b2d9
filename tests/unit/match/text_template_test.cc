#include "match/text_template.h"

#include <doctest/doctest.h>

#include <vector>

#include "tests/unit/match/match_fixture.h"

using namespace assay;
using namespace assay::match;

namespace {

std::string encoded(const Value& value, Encoding encoding) {
  std::string out;
  append_encoded(value, encoding, out);
  return out;
}

}  // namespace

TEST_CASE("a template renders literals and slots in order") {
  TextTemplate greeting;
  greeting.add_literal("a=");
  greeting.add_slot(1, Encoding::plain);
  greeting.add_literal("&b=");
  greeting.add_slot(0, Encoding::plain);
  const std::vector<Value> values{{"x", false}, {"y", false}};
  std::string out = "> ";
  greeting.render(values, out);
  CHECK(out == "> a=y&b=x");
  CHECK_FALSE(greeting.is_static());
}

TEST_CASE("literals alone are static and stay one text") {
  TextTemplate text;
  text.add_literal("a");
  text.add_literal("b");
  CHECK(text.is_static());
  CHECK(text.literal() == "ab");
}

TEST_CASE("appending a template keeps its slots") {
  TextTemplate first, second;
  first.add_literal("a");
  second.add_slot(0, Encoding::plain);
  second.add_literal("c");
  first.append(second);
  std::string out;
  first.render(std::vector<Value>{{"b", false}}, out);
  CHECK(out == "abc");
}

TEST_CASE("a value cannot leave its place") {
  const Value hostile{"a/b?c=d&e\r\nX: y \"\\\x01é", false};
  CHECK(encoded(hostile, Encoding::header) == "a/b?c=d&e%0D%0AX: y \"\\%01é");
  CHECK(encoded(hostile, Encoding::url_component) == "a%2Fb%3Fc%3Dd%26e%0D%0AX%3A%20y%20%22%5C%01%C3%A9");
  CHECK(encoded(hostile, Encoding::json_string) == "a/b?c=d&e\\r\\nX: y \\\"\\\\\\u0001é");
  CHECK(encoded(hostile, Encoding::json_value).front() == '"');
  CHECK(encoded({"a.b", false}, Encoding::pattern) == "a\\.b");
}

TEST_CASE("a JSON value stays what it is") {
  CHECK(encoded({"[1,2]", true}, Encoding::json_value) == "[1,2]");
  CHECK(encoded({"5", false}, Encoding::json_value) == "\"5\"");
  CHECK(encoded({"5", true}, Encoding::json_string) == "5");
}
