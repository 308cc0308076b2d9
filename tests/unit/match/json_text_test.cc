#include "match/json_text.h"

#include <doctest/doctest.h>

#include <string>

using namespace assay;
using namespace assay::match;

namespace {

std::string found(std::string_view json, std::string_view pointer) {
  REQUIRE(valid_json(json));
  const auto parsed = JsonPointer::parse(pointer);
  REQUIRE(parsed);
  return std::string(parsed->find(json).value_or("(nothing)"));
}

}  // namespace

TEST_CASE("a pointer finds values in their own text") {
  const std::string_view json =
      R"( {"items": [ {"id": 7, "price": 10.00}, {"id": "x,]}\""} ], "page" : 1 , "a/b": {"~": null}} )";
  CHECK(found(json, "/items/0/id") == "7");
  CHECK(found(json, "/items/0/price") == "10.00");
  CHECK(found(json, "/items/1/id") == R"("x,]}\"")");
  CHECK(found(json, "/items/1") == R"({"id": "x,]}\""})");
  CHECK(found(json, "/page") == "1");
  CHECK(found(json, "/a~1b/~0") == "null");
  CHECK(found("[1]", "") == "[1]");
}

TEST_CASE("a pointer to nothing finds nothing") {
  const std::string_view json = R"({"items": [1, 2], "": 3, "empty": [], "none": {}})";
  CHECK(found(json, "/items/2") == "(nothing)");
  CHECK(found(json, "/items/-") == "(nothing)");
  CHECK(found(json, "/items/01") == "(nothing)");
  CHECK(found(json, "/items/0/deeper") == "(nothing)");
  CHECK(found(json, "/missing") == "(nothing)");
  CHECK(found(json, "/empty/0") == "(nothing)");
  CHECK(found(json, "/none/x") == "(nothing)");
  CHECK(found(json, "/") == "3");
}

TEST_CASE("keys match with their escapes resolved") {
  CHECK(found(R"({"caf\u00e9": 1})", "/café") == "1");
  CHECK(found(R"({"a\"b": {"c": 2}})", "/a\"b/c") == "2");
}

TEST_CASE("malformed pointers are refused") {
  CHECK_FALSE(JsonPointer::parse("items/0"));
  CHECK_FALSE(JsonPointer::parse("/a~2"));
  CHECK_FALSE(JsonPointer::parse("/a~"));
}

TEST_CASE("validation is strict and takes integers of any size") {
  CHECK(valid_json(R"({"wei": 123456789012345678901234567890})"));
  CHECK(valid_json(" null "));
  for (const std::string_view bad :
       {"", "{", "{} x", "[1,]", "{\"a\":1,}", "01", "'a'", "\"\x80\"", "nul", "[1 2]"}) {
    CAPTURE(bad);
    CHECK_FALSE(valid_json(bad));
  }
}

TEST_CASE("types follow the value, so 1.0 is an integer") {
  CHECK(json_type("1.0") == JsonType::integer);
  CHECK(json_type("-3") == JsonType::integer);
  CHECK(json_type("1e2") == JsonType::integer);
  CHECK(json_type("1.5") == JsonType::number);
  CHECK(json_type("\"1\"") == JsonType::string);
  CHECK(json_type("true") == JsonType::boolean);
  CHECK(json_type("null") == JsonType::null);
  CHECK(json_type("[]") == JsonType::array);
  CHECK(json_type("{}") == JsonType::object);
}

TEST_CASE("numbers are equal by value, and long integers digit by digit") {
  CHECK(json_equal("1", "1.0"));
  CHECK(json_equal("100", "1e2"));
  CHECK(json_equal("-0", "0"));
  CHECK_FALSE(json_equal("9007199254740993", "9007199254740992"));
  CHECK_FALSE(json_equal("1", "\"1\""));
  CHECK_FALSE(json_equal("1e999", "2e999"));
}

TEST_CASE("strings and containers are equal by meaning") {
  CHECK(json_equal(R"("caf\u00e9")", "\"café\""));
  CHECK(json_equal(R"({"a": 1, "b": [1, 2]})", R"({"b":[1,2.0],"a":1})"));
  CHECK_FALSE(json_equal("[1,2]", "[2,1]"));
  CHECK_FALSE(json_equal("null", "false"));
}

TEST_CASE("items are counted without looking into them") {
  CHECK(json_item_count("[]") == 0);
  CHECK(json_item_count(R"([1, [2, 3], {"a": [4]}, "]"])") == 4);
  CHECK(json_item_count(R"({"a": 1, "b": {"c": 2}})") == 2);
}

TEST_CASE("only whole decimal numbers are numbers") {
  CHECK(number_from(" 1.5 ") == 1.5);
  CHECK(number_from("-2") == -2.0);
  for (const std::string_view bad : {"", "5ms", "nan", "inf", "0x10", "1e999", "1 2"}) {
    CAPTURE(bad);
    CHECK_FALSE(number_from(bad));
  }
}
