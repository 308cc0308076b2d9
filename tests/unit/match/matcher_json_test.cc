#include <doctest/doctest.h>

#include "tests/unit/match/match_fixture.h"

using namespace assay;
using namespace assay::match;

TEST_CASE("equals on JSON is typed") {
  const Tried tried(constant(MatcherKind::equals, 1));
  CHECK(tried.json("1"));
  CHECK(tried.json("1.0"));
  CHECK_FALSE(tried.json("\"1\""));
  CHECK(tried.json_sentence("\"1\"") == R"(expected integer 1, got string "1")");
  CHECK(tried.absent_sentence() == "expected integer 1, got nothing");
}

TEST_CASE("equals reads strings, booleans and null as themselves") {
  CHECK(Tried(constant(MatcherKind::equals, "ready")).json("\"ready\""));
  CHECK(Tried(constant(MatcherKind::equals, true)).json("true"));
  CHECK(Tried(constant(MatcherKind::equals, nullptr)).json("null"));
  CHECK_FALSE(Tried(constant(MatcherKind::equals, nullptr)).absent());
  CHECK(Tried(constant(MatcherKind::equals, true)).json_sentence("\"true\"") ==
        R"(expected boolean true, got string "true")");
}

TEST_CASE("equals compares whole objects whatever their order") {
  const Tried tried(constant(MatcherKind::equals, {{"a", 1}, {"b", {1, 2}}}));
  CHECK(tried.json(R"({"b": [1, 2], "a": 1})"));
  CHECK_FALSE(tried.json(R"({"b": [1, 2], "a": 2})"));
}

TEST_CASE("an operand that is one reference has the type of the variable") {
  const Tried number(templated(MatcherKind::equals, "${number}"));
  CHECK(number.json("5"));
  CHECK_FALSE(number.json("\"5\""));
  const Tried word(templated(MatcherKind::equals, "${word}"));
  CHECK(word.json(R"("a\"b")"));
  const Tried mixed(templated(MatcherKind::equals, "n${number}"));
  CHECK(mixed.json("\"n5\""));
}

TEST_CASE("one_of on JSON is typed too") {
  const Tried tried(constant(MatcherKind::one_of, {1, "two"}));
  CHECK(tried.json("1"));
  CHECK(tried.json("\"two\""));
  CHECK_FALSE(tried.json("\"1\""));
  CHECK(tried.json_sentence("3") == R"(expected one of integer 1, string "two", got integer 3)");
}

TEST_CASE("text matchers need a JSON string") {
  CHECK(Tried(constant(MatcherKind::matches, "^a\nb$")).json(R"("a\nb")"));
  CHECK(Tried(templated(MatcherKind::starts_with, "caf")).json(R"("caf\u00e9")"));
  CHECK_FALSE(Tried(templated(MatcherKind::starts_with, "1")).json("12"));
  CHECK(Tried(templated(MatcherKind::starts_with, "1")).json_sentence("12") ==
        R"(expected text starting with "1", got integer 12)");
}

TEST_CASE("contains looks into strings for text and into arrays for elements") {
  const Tried word(templated(MatcherKind::contains, "b"));
  CHECK(word.json("\"abc\""));
  CHECK(word.json(R"(["a", "b"])"));
  CHECK_FALSE(word.json(R"(["abc"])"));
  CHECK_FALSE(word.json(R"({"b": 1})"));
  CHECK(word.json_sentence("[1]") == R"(expected an array containing string "b", got array [1])");
  CHECK(Tried(constant(MatcherKind::contains, 5)).json("[4, 5.0]"));
}

TEST_CASE("bounds on JSON need a number") {
  CHECK(Tried(constant(MatcherKind::min, 1.5)).json("1.5"));
  CHECK_FALSE(Tried(constant(MatcherKind::min, 1)).json("\"2\""));
  CHECK(Tried(templated(MatcherKind::less_than, "${number}")).json("4.9"));
  CHECK_FALSE(Tried(templated(MatcherKind::less_than, "${number}")).json("5"));
  CHECK(Tried(constant(MatcherKind::more_than, 3)).json_sentence("3") ==
        "expected more than 3, got integer 3");
  CHECK(Tried(templated(MatcherKind::max, "${word}")).json_sentence("3") ==
        R"(expected a number as limit, which "a"b" is not, got integer 3)");
}

TEST_CASE("item bounds count elements and members") {
  const Tried least(constant(MatcherKind::min_items, 1));
  CHECK(least.json("[0]"));
  CHECK(least.json(R"({"a": 1})"));
  CHECK_FALSE(least.json("[]"));
  CHECK(least.json_sentence("[]") == "expected at least 1 item, got 0 items");
  CHECK(least.json_sentence("\"x\"") == R"(expected at least 1 item, got string "x")");
  CHECK(Tried(constant(MatcherKind::max_items, 2)).json_sentence("[1,2,3]") ==
        "expected at most 2 items, got 3 items");
}

TEST_CASE("sizes on JSON count the bytes of a string without its quotes") {
  CHECK(Tried(constant(MatcherKind::max_size, 3)).json("\"abc\""));
  CHECK(Tried(constant(MatcherKind::min_size, 1)).json(R"("\n")"));
  CHECK(Tried(constant(MatcherKind::max_size, 2)).json_sentence("\"abc\"") ==
        "expected at most 2 bytes, got 3 bytes");
  CHECK_FALSE(Tried(constant(MatcherKind::max_size, 100)).json("5"));
}

TEST_CASE("type names the JSON type, and an integer is a number") {
  CHECK(Tried(constant(MatcherKind::type, "integer")).json("7"));
  CHECK(Tried(constant(MatcherKind::type, "number")).json("7"));
  CHECK_FALSE(Tried(constant(MatcherKind::type, "integer")).json("7.5"));
  CHECK(Tried(constant(MatcherKind::type, "null")).json("null"));
  CHECK(Tried(constant(MatcherKind::type, "integer")).json_sentence("\"1\"") ==
        R"(expected type integer, got string "1")");
}

TEST_CASE("what cannot be meant is a mistake of the user") {
  CHECK(Tried(constant(MatcherKind::matches, "(")).errors().size() == 1);
  CHECK(Tried(constant(MatcherKind::type, "float")).errors().size() == 1);
  CHECK(Tried(constant(MatcherKind::one_of, "a")).errors().size() == 1);
  CHECK(Tried(constant(MatcherKind::min, "much")).errors().size() == 1);
  CHECK(Tried(constant(MatcherKind::min_items, 1), Subject::text).errors().size() == 1);
  const Tried unknown(templated(MatcherKind::equals, "${nmber}"));
  REQUIRE(unknown.errors().size() == 1);
  CHECK(unknown.errors().all().front().title == "undefined variable \"nmber\"");
  CHECK(unknown.errors().all().front().hint == "did you mean \"number\"?");
}
