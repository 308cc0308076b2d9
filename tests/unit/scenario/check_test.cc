#include "match/check.h"

#include <doctest/doctest.h>

#include "tests/unit/scenario/gate_fixture.h"

using namespace assay;
using namespace assay::scenario;

namespace {

// The outcome of one request with these expectations, as "outcome: detail".
std::string judged(const config::ExpectSpec& expect, const ResponseView& response) {
  auto step = request("GET", "/");
  step.expect = expect;
  const ScenarioSet set = compiled(gate({step}));
  VirtualUser user = started(set);
  user.render();
  const Judged judged = user.finish(response);
  if (judged.outcome == Outcome::ok) return "ok";
  return std::string(name(judged.outcome)) + ": " + std::string(judged.detail);
}

config::ExpectSpec status(std::vector<config::StatusSpec::Range> accepted) {
  config::ExpectSpec expect;
  expect.status = config::StatusSpec{std::move(accepted), "", {}};
  return expect;
}

config::ExpectSpec header(std::string name, config::MatcherSpec spec) {
  config::ExpectSpec expect;
  expect.headers = {{std::move(name), {}, {std::move(spec)}}};
  return expect;
}

config::ExpectSpec json(std::string pointer, config::MatcherSpec spec) {
  config::ExpectSpec expect;
  expect.json = {{std::move(pointer), {}, {std::move(spec)}}};
  return expect;
}

config::ExpectSpec body(config::MatcherSpec spec) {
  config::ExpectSpec expect;
  expect.body = {std::move(spec)};
  return expect;
}

}  // namespace

TEST_CASE("without an expectation 2xx and 3xx are good") {
  for (const int good : {200, 204, 304, 399}) CHECK(judged({}, Reply{good, {}, {}}.view()) == "ok");
  CHECK(judged({}, Reply{404, {}, {}}.view()) == "status: expected status 2xx or 3xx, got 404");
  CHECK(judged({}, Reply{199, {}, {}}.view()) == "status: expected status 2xx or 3xx, got 199");
  CHECK(judged({}, Reply{0, {}, {}}.view()) == "status: expected status 2xx or 3xx, got none");
}

TEST_CASE("a status must lie in one of the ranges") {
  const auto expect = status({{200, 200}, {404, 404}, {500, 599}});
  CHECK(judged(expect, Reply{404, {}, {}}.view()) == "ok");
  CHECK(judged(expect, Reply{599, {}, {}}.view()) == "ok");
  CHECK(judged(expect, Reply{201, {}, {}}.view()) == "status: expected status 200 or 404 or 5xx, got 201");
  CHECK(judged(status({{200, 200}}), Reply{503, {}, {}}.view()) == "status: expected status 200, got 503");
}

TEST_CASE("a header compares its name without case") {
  const auto expect = header("Content-Type", matcher(MatcherKind::starts_with, "text/"));
  CHECK(judged(expect, Reply{200, {{"content-TYPE", "text/html"}}, {}}.view()) == "ok");
  CHECK(judged(expect, Reply{200, {{"content-type", "image/png"}}, {}}.view()) ==
        R"(check: header content-type: expected text starting with "text/", got "image/png")");
  CHECK(judged(expect, Reply{200, {}, {}}.view()) ==
        R"(check: header content-type: expected text starting with "text/", got nothing)");
}

TEST_CASE("one of several headers must match, and none may match a negative matcher") {
  const Reply two{200, {{"Via", "a"}, {"Via", "b"}}, {}};
  CHECK(judged(header("via", matcher(MatcherKind::equals, "b")), two.view()) == "ok");
  CHECK(judged(header("via", matcher(MatcherKind::not_equals, "b")), two.view()) ==
        R"(check: header via: expected anything but "b", got "b")");
  CHECK(judged(header("via", matcher(MatcherKind::not_equals, "c")), two.view()) == "ok");
  CHECK(judged(header("via", matcher(MatcherKind::absent, true)), two.view()) ==
        R"(check: header via: expected nothing, got "a")");
  CHECK(judged(header("x-via", matcher(MatcherKind::absent, true)), two.view()) == "ok");
}

TEST_CASE("a json value is typed and named by its pointer") {
  const Reply page{200, {}, R"({"page": "1"})"};
  CHECK(judged(json("/page", matcher(MatcherKind::equals, "1")), page.view()) == "ok");
  CHECK(judged(json("/page", matcher(MatcherKind::equals, 1)), page.view()) ==
        R"(check: json /page: expected integer 1, got string "1")");
  CHECK(judged(json("/size", matcher(MatcherKind::equals, 1)), page.view()) ==
        "check: json /size: expected integer 1, got nothing");
  CHECK(judged(json("/size", matcher(MatcherKind::absent, true)), page.view()) == "ok");
  CHECK(judged(json("", matcher(MatcherKind::type, "array")), page.view()) ==
        R"(check: json (whole body): expected type array, got object {"page": "1"})");
}

TEST_CASE("a body that is not JSON satisfies no json check, not even absent") {
  const auto expect = json("/x", matcher(MatcherKind::absent, true));
  CHECK(judged(expect, Reply{200, {}, "<html>"}.view()) == R"(check: json /x: expected JSON, got "<html>")");
  CHECK(judged(expect, Reply{200, {}, ""}.view()) == "check: json /x: expected JSON, got an empty body");
}

TEST_CASE("the body is matched as text") {
  const Reply reply{200, {}, "all good"};
  CHECK(judged(body(matcher(MatcherKind::contains, "good")), reply.view()) == "ok");
  CHECK(judged(body(matcher(MatcherKind::equals, "bad")), reply.view()) ==
        R"(check: body: expected "bad", got "all good")");
}

TEST_CASE("a size is checked without the body") {
  ResponseView counted;
  counted.status = 200;
  counted.body_bytes = 3'000'000;
  CHECK(judged(body(matcher(MatcherKind::min_size, 3'000'000)), counted) == "ok");
  CHECK(judged(body(matcher(MatcherKind::max_size, 1024)), counted) ==
        "check: body: expected at most 1024 bytes, got 3000000 bytes");
}

TEST_CASE("a body too large to keep fails what looks into it, and says so") {
  const std::string kept(16, ' ');
  const ResponseView large{200, {}, kept, 5000};
  const std::string because =
      "the body has 5000 bytes, and only the first 16 were kept: too large to look into";
  CHECK(judged(body(matcher(MatcherKind::contains, " ")), large) == "check: body: " + because);
  CHECK(judged(json("/a", matcher(MatcherKind::equals, 1)), large) == "check: json /a: " + because);
}

TEST_CASE("the status comes first, and its failure ends the reading") {
  auto expect = json("/a", matcher(MatcherKind::equals, 1));
  expect.status = config::StatusSpec{{{200, 200}}, "200", {}};
  CHECK(judged(expect, Reply{500, {}, "<html>"}.view()) == "status: expected status 200, got 500");
}
