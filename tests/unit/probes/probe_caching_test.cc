#include "tests/unit/probes/web_world.h"

using namespace assay;
using namespace assay::probes;

namespace {

std::string found(std::string_view rule, std::vector<client::Field> headers, int status = 200) {
  headers.push_back({"Date", "Sun, 06 Nov 1994 08:49:37 GMT"});
  return summary(
      judged(made("kind: caching\nexpect: { /: " + std::string(rule) + " }"), same_answer(status, headers)));
}

std::string said(std::string_view rule, std::string_view control) {
  return found(rule, {{"Cache-Control", std::string(control)}});
}

// Answers 304 to the validator that it sent.
World versioned(std::vector<client::Field> headers, int repeated = 304, std::string body = {}) {
  return [=](const client::Ask& ask) {
    const bool asks_again = !sent(ask, "If-None-Match").empty() || !sent(ask, "If-Modified-Since").empty();
    return asks_again ? http_answer(repeated, headers, body) : http_answer(200, headers, "page");
  };
}

}  // namespace

TEST_CASE("caching: an asset for long, a page never without asking") {
  const Probe probe = made(
      "kind: caching\nexpect:\n  /: { revalidated: true }\n  /app.1a2b.js: { max_age: \">= 365d\", "
      "immutable: true }");
  CHECK(summary(judged(probe, [](const client::Ask& ask) {
          return http_answer(
              200,
              {{"Cache-Control", path_of(ask) == "/" ? "no-cache" : "public, max-age=31536000, immutable"}});
        })) == "pass: all 3 facts hold");
  // The year that is meant for assets, on everything.
  CHECK(summary(judged(probe, same_answer(200, {{"Cache-Control", "max-age=31536000, immutable"}}))) ==
        "fail: use without asking again on / (200): expected never: no-cache, no-store or a max-age of 0, "
        "got used "
        "for 365d without asking (\"max-age=31536000, immutable\")");
}

TEST_CASE("caching: pages that are asked for again") {
  const std::string_view rule = "{ revalidated: true }";
  for (const char* control :
       {"no-cache", "no-store", "max-age=0", "max-age=\"0\"", "max-age=0, must-revalidate", "NO-CACHE"}) {
    CAPTURE(control);
    CHECK(said(rule, control).starts_with("pass"));
  }
  CHECK(found(rule, {{"Expires", "0"}}).starts_with("pass"));
  CHECK(found(rule, {{"Expires", "Sun, 06 Nov 1994 08:49:37 GMT"}}).starts_with("pass"));
  CHECK(contains(found(rule, {{"Expires", "Sun, 06 Nov 1994 09:49:37 GMT"}}), "used for 1h without asking"));
  CHECK(contains(found(rule, {}), "absent, so that browsers guess how long to keep it"));
  CHECK(contains(said(rule, "no-cache=\"set-cookie\""), "fail"));
  CHECK(contains(said(rule, "max-age=0, s-maxage=86400"),
                 "warn: use without asking again on / (200): expected never, got allowed by s-maxage=86400"));
  CHECK(contains(said(rule, "max-age=0, stale-while-revalidate=60"), "warn"));
}

TEST_CASE("caching: ages and flags") {
  CHECK(said("{ max_age: \">= 1h\" }", "max-age=3600").starts_with("pass"));
  CHECK(contains(said("{ max_age: \">= 1h\" }", "max-age=3599"), "expected >= 1h"));
  CHECK(found("{ max_age: \">= 1h\" }", {{"Expires", "Sun, 06 Nov 1994 09:49:37 GMT"}}).starts_with("pass"));
  CHECK(contains(said("{ max_age: \">= 1h\" }", "no-cache"), "got 0s by \"no-cache\""));
  CHECK(contains(found("{ max_age: \">= 1h\" }", {}), "nothing, so that browsers guess"));
  CHECK(said("{ s_maxage: 1d }", "s-maxage=86400").starts_with("pass"));
  CHECK(contains(said("{ s_maxage: 1d }", "max-age=86400"), "s-maxage on / (200): expected 1d, got absent"));
  CHECK(contains(said("{ no_store: true }", "no-cache"),
                 "no-store on / (200): expected set, got \"no-cache\""));
  CHECK(contains(said("{ private: true }", "public"), "private on / (200): expected set"));
  CHECK(contains(said("{ public: false }", "public"), "public on / (200): expected not set"));
  CHECK(contains(said("{ immutable: true }", "max-age=60"), "immutable on / (200)"));
  CHECK(found("{ max_age: \">= 1h\", public: true }",
              {{"Cache-Control", "max-age=3600"}, {"Cache-Control", "public"}})
            .starts_with("pass"));
}

TEST_CASE("caching: what contradicts itself") {
  const std::string_view rule = "{ must_revalidate: false }";
  CHECK(contains(
      said(rule, "no-store, max-age=3600"),
      "fail: cache-control on / (200): expected no contradiction, got no-store and a max-age of 1h"));
  CHECK(contains(said(rule, "public, private"), "public and private"));
  CHECK(contains(said(rule, "no-store, immutable"), "no-store and immutable"));
  CHECK(contains(said(rule, "max-age=60, max-age=3600"), "max-age came with two values"));
  CHECK(contains(said(rule, "max-age=60, max-age=60"),
                 "warn: cache-control on / (200): expected nothing without effect, got max-age came twice"));
  CHECK(contains(said(rule, "max-age=1h"), "max-age is not a number of seconds"));
  CHECK(contains(said(rule, "max-age=-1"), "max-age is not a number of seconds"));
  CHECK(contains(said(rule, "max-age=0, immutable"), "immutable and a max-age of 0"));
  CHECK(contains(said(rule, "max-age=60; public"), "max-age is not a number of seconds"));
  CHECK(contains(said(rule, "no-cache, max-age=60"), "warn"));
  CHECK(contains(said(rule, "private, s-maxage=60"), "warn"));
  CHECK(contains(said(rule, "\"x\""), "is no directive"));
  CHECK(said(rule, "no-cache, no-store, max-age=0").starts_with("pass"));
  CHECK(contains(found("{ public: true }", {{"Cache-Control", "public, max-age=60"}, {"Set-Cookie", "a=b"}}),
                 "warn: set-cookie on / (200)"));
}

TEST_CASE("caching: asking again with an ETag") {
  const Probe probe = made("kind: caching\nexpect: { /: { etag: true } }");
  std::vector<std::string> asked;
  CHECK(judged(probe, versioned({{"ETag", "W/\"v1\""}}), &asked).state() == ProbeState::pass);
  CHECK(asked == std::vector<std::string>{"GET /", "GET / with If-None-Match"});
  CHECK(contains(summary(judged(probe, versioned({}))),
                 "etag on / (200): expected a quoted tag with status 200, got absent"));
  CHECK(contains(summary(judged(probe, versioned({{"ETag", "v1"}}))), "etag on / (200)"));
  CHECK(contains(
      summary(judged(probe, versioned({{"ETag", "\"v1\""}}, 200, "page"))),
      "GET / with If-None-Match: expected 304 without a body, got 200, as if nothing had been asked"));
  CHECK(
      contains(summary(judged(probe, versioned({{"ETag", "\"v1\""}}, 304, "page"))), "304 with 4 B of body"));
  // Two servers that name the same content differently.
  int count = 0;
  CHECK(contains(summary(judged(probe,
                                [&](const client::Ask&) {
                                  return http_answer(200, {{"ETag", "\"v" + std::to_string(++count) + "\""}});
                                })),
                 "200 with another ETag: \"v2\""));
  CHECK(contains(summary(judged(probe, same_answer(404, {{"ETag", "\"v1\""}}))), "got status 404"));
  const Probe none = made("kind: caching\nexpect: { /: { etag: false } }");
  CHECK(summary(judged(none, versioned({{"ETag", "\"v1\""}}))).starts_with("fail"));
}

TEST_CASE("caching: asking again with a date") {
  const Probe probe = made("kind: caching\nexpect: { /: { last_modified: true } }");
  const client::Field date{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"};
  const auto modified = [&](std::string text) {
    return std::vector<client::Field>{date, {"Last-Modified", std::move(text)}};
  };
  CHECK(judged(probe, versioned(modified("Sat, 05 Nov 1994 08:49:37 GMT"))).state() == ProbeState::pass);
  CHECK(
      contains(summary(judged(probe, versioned(modified("yesterday")))), "expected a date with status 200"));
  CHECK(contains(summary(judged(probe, versioned(modified("Mon, 07 Nov 1994 08:49:37 GMT")))),
                 "expected a moment in the past"));
  CHECK(contains(summary(judged(probe, versioned(modified("Sat, 05 Nov 1994 08:49:37 GMT"), 200, "page"))),
                 "GET / with If-Modified-Since: expected 304"));
}

TEST_CASE("caching: no answer, and an error that pleases") {
  const Probe probe = made("kind: caching\nexpect: { /: { no_store: true } }");
  CHECK(contains(summary(judged(probe, same_answer(502, {{"Cache-Control", "no-store"}}))),
                 "status on / (502)"));
  CHECK(contains(
      summary(judged(probe, [](const client::Ask&) { return trouble(client::Trouble::reset, "why"); })),
      "reset: why"));
}

TEST_CASE("caching: mistakes in the gate file") {
  const auto rule = [](std::string_view text) {
    return "kind: caching\nexpect: { /: " + std::string(text) + " }";
  };
  CHECK(is_refused("kind: caching", "\"expect\" is missing"));
  CHECK(is_refused("kind: caching\nexpect: {}", "\"expect\" is empty"));
  CHECK(is_refused(rule("{}"), "\"/\" is empty"));
  CHECK(is_refused(rule("{ maxage: 1h }"), "did you mean \"max_age\"?"));
  CHECK(is_refused(rule("{ revalidated: true, max_age: \">= 1h\" }"),
                   "contradicts what forbids to use it again"));
  CHECK(is_refused(rule("{ no_store: true, immutable: true }"), "\"immutable\" contradicts"));
  CHECK(is_refused(rule("{ public: true, private: true }"), "\"public\" contradicts \"private\""));
  CHECK(is_refused(rule("{ revalidated: false }"), "can only be true"));
  CHECK(is_refused("kind: caching\nexpect: { app.js: { etag: true } }", "a path starts with \"/\""));
}
