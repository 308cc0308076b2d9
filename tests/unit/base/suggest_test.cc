#include "base/suggest.h"

#include <doctest/doctest.h>

#include <array>

using namespace assay;

namespace {
constexpr std::array<std::string_view, 4> kWords{"timeout", "expect", "headers", "get"};
}

TEST_CASE("each kind of typing error is one edit") {
  CHECK(edit_distance("timeout", "timeout") == 0);
  CHECK(edit_distance("timout", "timeout") == 1);
  CHECK(edit_distance("timeoout", "timeout") == 1);
  CHECK(edit_distance("timeaut", "timeout") == 1);
  CHECK(edit_distance("tiemout", "timeout") == 1);
  CHECK(edit_distance("", "get") == 3);
}

TEST_CASE("case is no edit") { CHECK(edit_distance("TimeOut", "timeout") == 0); }

TEST_CASE("the nearest word is suggested") {
  CHECK(suggest("timout", kWords) == "timeout");
  CHECK(suggest("header", kWords) == "headers");
  CHECK(suggest("exepct", kWords) == "expect");
}

TEST_CASE("words that are too different are not suggested") {
  CHECK(suggest("body", kWords).empty());
  CHECK(suggest("x", kWords).empty());
  CHECK(suggest("", kWords).empty());
}

TEST_CASE("a suggestion is a question, and silence without one") {
  CHECK(did_you_mean("timout", kWords) == "did you mean \"timeout\"?");
  CHECK(did_you_mean("body", kWords).empty());
}
