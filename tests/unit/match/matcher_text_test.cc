#include <doctest/doctest.h>

#include "tests/unit/match/match_fixture.h"

using namespace assay;
using namespace assay::match;

namespace {

Tried on_text(const config::MatcherSpec& spec) { return Tried(spec, Subject::text); }

}  // namespace

TEST_CASE("equals compares text letter by letter") {
  const Tried tried = on_text(templated(MatcherKind::equals, "gzip"));
  CHECK(tried.text("gzip"));
  CHECK_FALSE(tried.text("GZIP"));
  CHECK_FALSE(tried.absent());
  CHECK(tried.text_sentence("br") == R"(expected "gzip", got "br")");
  CHECK(tried.absent_sentence() == R"(expected "gzip", got nothing)");
}

TEST_CASE("a number as operand equals text by value") {
  const Tried tried = on_text(constant(MatcherKind::equals, 5));
  CHECK(tried.text("5.0"));
  CHECK_FALSE(tried.text("50"));
  CHECK_FALSE(tried.text("five"));
  CHECK(tried.text_sentence("6") == R"(expected integer 5, got "6")");
}

TEST_CASE("an object as operand equals text that is the same JSON") {
  const Tried tried = on_text(constant(MatcherKind::equals, {{"a", 1}, {"b", 2}}));
  CHECK(tried.text(R"({"b": 2.0, "a": 1})"));
  CHECK_FALSE(tried.text(R"({"b": 2, "a": 1)"));
}

TEST_CASE("not_equals refuses one value and needs some value") {
  const Tried tried = on_text(templated(MatcherKind::not_equals, "PHP"));
  CHECK(tried.text("nginx"));
  CHECK_FALSE(tried.text("PHP"));
  CHECK_FALSE(tried.absent());
  CHECK(tried.matcher().negative());
  CHECK(tried.text_sentence("PHP") == R"(expected anything but "PHP", got "PHP")");
}

TEST_CASE("one_of accepts each of its values") {
  const Tried tried = on_text(constant(MatcherKind::one_of, {"a", "b"}));
  CHECK(tried.text("b"));
  CHECK_FALSE(tried.text("c"));
  CHECK(tried.text_sentence("c") == R"(expected one of "a", "b", got "c")");
}

TEST_CASE("matches finds a pattern anywhere in the text") {
  const Tried tried = on_text(constant(MatcherKind::matches, "v[0-9]+$"));
  CHECK(tried.text("api-v12"));
  CHECK_FALSE(tried.text("api-v"));
  CHECK(tried.text_sentence("api") == R"(expected text matching /v[0-9]+$/, got "api")");
}

TEST_CASE("starts_with, ends_with and contains look at their part of the text") {
  CHECK(on_text(templated(MatcherKind::starts_with, "text/")).text("text/html"));
  CHECK_FALSE(on_text(templated(MatcherKind::starts_with, "text/")).text("a text/html"));
  CHECK(on_text(templated(MatcherKind::ends_with, "html")).text("text/html"));
  CHECK_FALSE(on_text(templated(MatcherKind::ends_with, "html")).text("html; x"));
  CHECK(on_text(templated(MatcherKind::contains, "/h")).text("text/html"));
  CHECK(on_text(templated(MatcherKind::contains, "xml")).text_sentence("text/html") ==
        R"(expected text containing "xml", got "text/html")");
}

TEST_CASE("present and absent ask only whether there is a value") {
  const Tried present = on_text(constant(MatcherKind::present, true));
  CHECK(present.text(""));
  CHECK_FALSE(present.absent());
  CHECK(present.absent_sentence() == "expected a value, got nothing");
  const Tried absent = on_text(constant(MatcherKind::absent, true));
  CHECK(absent.absent());
  CHECK_FALSE(absent.text("x"));
  CHECK(absent.matcher().negative());
  CHECK(absent.text_sentence("x") == R"(expected nothing, got "x")");
}

TEST_CASE("present: false means absent") {
  CHECK(on_text(constant(MatcherKind::present, false)).absent());
  CHECK_FALSE(on_text(constant(MatcherKind::absent, false)).absent());
}

TEST_CASE("bounds compare text that is a number") {
  CHECK(on_text(constant(MatcherKind::min, 5)).text("5"));
  CHECK_FALSE(on_text(constant(MatcherKind::more_than, 5)).text("5"));
  CHECK(on_text(constant(MatcherKind::max, 5)).text("5"));
  CHECK_FALSE(on_text(constant(MatcherKind::less_than, 5)).text("5"));
  CHECK_FALSE(on_text(constant(MatcherKind::min, 5)).text("many"));
  CHECK(on_text(constant(MatcherKind::less_than, 5)).text_sentence("5") ==
        R"(expected less than 5, got "5")");
}

TEST_CASE("sizes count bytes, also of text that was not kept") {
  const Tried tried(constant(MatcherKind::max_size, 4), Subject::body);
  CHECK_FALSE(tried.text("café"));
  CHECK(tried.matcher().accepts(Actual::of_size(4), {}));
  CHECK_FALSE(tried.matcher().accepts(Actual::of_size(5), {}));
  CHECK(tried.matcher().needs_size_only());
  CHECK(tried.matcher().explain(Actual::of_size(5), {}) == "expected at most 4 bytes, got 5 bytes");
}

TEST_CASE("a body is present when it is not empty") {
  const Tried tried(constant(MatcherKind::present, true), Subject::body);
  CHECK(tried.matcher().accepts(Actual::of_size(1), {}));
  CHECK_FALSE(tried.matcher().accepts(Actual::of_size(0), {}));
  CHECK(tried.matcher().explain(Actual::of_size(0), {}) == "expected at least 1 byte, got 0 bytes");
}

TEST_CASE("variables in operands are rendered before they are compared") {
  CHECK(on_text(templated(MatcherKind::equals, "id-${number}")).text("id-5"));
  CHECK(on_text(templated(MatcherKind::starts_with, "${word}")).text("a\"b and more"));
  CHECK(on_text(templated(MatcherKind::matches, "^${word}.$")).text("a\"bc"));
  CHECK(on_text(templated(MatcherKind::equals, "id-${number}")).text_sentence("x") ==
        R"(expected "id-5", got "x")");
}
