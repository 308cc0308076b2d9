#include "tests/unit/probes/web_world.h"

using namespace assay;
using namespace assay::probes;

namespace {

constexpr std::string_view kTarget = "https://shop.example";

std::string found(std::string_view probe, std::vector<client::Field> headers, int status = 200) {
  return summary(judged(made(probe, kTarget), same_answer(status, std::move(headers))));
}

std::string hsts(std::string_view value, std::string_view rule = "{ max_age: \">= 365d\" }") {
  return found("kind: headers\nexpect: { strict-transport-security: " + std::string(rule) + " }",
               {{"Strict-Transport-Security", std::string(value)}});
}

std::string csp(std::string_view value, std::string_view rule) {
  return found("kind: headers\nexpect: { content-security-policy: " + std::string(rule) + " }",
               {{"Content-Security-Policy", std::string(value)}});
}

constexpr std::string_view kStrict =
    "default-src 'none'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'";

}  // namespace

TEST_CASE("headers: every path is judged by itself") {
  const Probe probe = made(
      "kind: headers\npaths: [/, /missing, /app.js]\n"
      "expect: { x-frame-options: DENY, x-content-type-options: nosniff, x-debug: absent }");
  const std::vector<client::Field> good{{"X-Frame-Options", "DENY"}, {"X-Content-Type-Options", "nosniff"}};
  CHECK(summary(judged(probe, same_answer(200, good))) == "pass: all 9 facts hold");
  // nginx's add_header without `always`.
  CHECK(summary(judged(probe, [&](const client::Ask& ask) {
          return path_of(ask) == "/missing" ? http_answer(404) : http_answer(200, good);
        })) == "fail: x-frame-options on /missing (404): expected \"DENY\", got nothing (and 1 more)");
  // An add_header in one location drops all that were inherited.
  CHECK(summary(judged(probe, [&](const client::Ask& ask) {
          if (path_of(ask) != "/app.js") return http_answer(200, good);
          return http_answer(200, {{"X-Content-Type-Options", "nosniff"}});
        })) == "fail: x-frame-options on /app.js (200): expected \"DENY\", got nothing");
  CHECK(contains(summary(judged(probe, same_answer(503, good))), "status of / (503)"));
  CHECK(contains(
      summary(judged(probe, [](const client::Ask&) { return trouble(client::Trouble::refused, "why"); })),
      "fail: GET /: expected an answer, got refused: why (and 2 more)"));
}

TEST_CASE("headers: a header of which browsers take one value") {
  const std::string probe = "kind: headers\nexpect: { x-frame-options: { one_of: [DENY, SAMEORIGIN] } }";
  CHECK(found(probe, {{"X-Frame-Options", "SameOrigin"}}).starts_with("pass"));
  CHECK(contains(found(probe, {{"X-Frame-Options", "ALLOW-FROM https://x.example"}}), "fail"));
  CHECK(found(probe, {{"X-Frame-Options", "DENY"}, {"X-Frame-Options", "SAMEORIGIN"}}) ==
        "fail: x-frame-options on / (200): expected one value, got 2 times: \"DENY\", \"SAMEORIGIN\"");
  CHECK(found(probe, {{"X-Frame-Options", "DENY"}, {"X-Frame-Options", "deny"}}).starts_with("warn"));
}

TEST_CASE("headers: HSTS is what browsers make of it") {
  CHECK(hsts("max-age=31536000") ==
        "pass: max-age of strict-transport-security on / (200): 365d (31536000 s)");
  CHECK(hsts("Max-Age=\"63072000\" ; IncludeSubDomains").starts_with("pass"));
  CHECK(contains(hsts("max-age=15724800"), "expected >= 365d, got 182d (15724800 s)"));
  CHECK(contains(hsts("max-age=0", "present"), "expected more than 0, got 0, which switches it off"));
  CHECK(contains(hsts("includeSubDomains"), "got max-age is missing"));
  CHECK(contains(hsts("max-age"), "max-age is not a number of seconds"));
  CHECK(contains(hsts("max-age=1y"), "max-age is not a number of seconds"));
  CHECK(contains(hsts("max-age=31536000, max-age=31536000"), "max-age is not a number of seconds"));
  CHECK(contains(hsts("max-age=31536000; max-age=0"), "max-age stands in it twice"));
  CHECK(contains(hsts("max-age=31536000; includeSubDomains=false"), "includesubdomains takes no value"));
  CHECK(contains(hsts("max-age=31536000; \"x"), "is no directive"));
  CHECK(contains(found("kind: headers\nexpect: { strict-transport-security: present }", {}),
                 "expected one valid header, got absent"));
  CHECK(contains(found("kind: headers\nexpect: { strict-transport-security: present }",
                       {{"Strict-Transport-Security", "max-age=31536000"},
                        {"strict-transport-security", "max-age=31536000"}}),
                 "the header came 2 times"));
  CHECK(contains(hsts("max-age=31536000", "{ include_subdomains: true }"),
                 "includeSubDomains of strict-transport-security on / (200): expected set, got not set"));
  CHECK(contains(hsts("max-age=31536000; includeSubDomains", "{ preload: true }"),
                 "preload of strict-transport-security on / (200): expected set, got not set"));
  CHECK(contains(hsts("max-age=86400; includeSubDomains; preload", "{ preload: true }"),
                 "terms of preloading"));
  CHECK(hsts("max-age=31536000; includeSubDomains; preload", "{ preload: true }").starts_with("pass"));
}

TEST_CASE("headers: HSTS over http proves nothing") {
  const Probe probe = made("kind: headers\nexpect: { strict-transport-security: present }");
  const std::vector<client::Field> sent{{"Strict-Transport-Security", "max-age=31536000"}};
  CHECK(
      contains(summary(judged(probe, same_answer(200, sent))), "warn: strict-transport-security on / (200)"));
  CHECK(contains(summary(judged(probe, same_answer(200, sent))), "sent over http, where browsers ignore it"));
  CHECK(contains(summary(judged(probe, same_answer(200, {}))), "warn"));
  const Probe absent = made("kind: headers\nexpect: { strict-transport-security: absent }");
  CHECK(summary(judged(absent, same_answer(200, {}))).starts_with("pass"));
  CHECK(summary(judged(absent, same_answer(200, sent))).starts_with("fail"));
}

TEST_CASE("headers: a policy that is there but does not protect") {
  CHECK(csp(kStrict, "{ grade: strict }").starts_with("pass"));
  const auto strict = [](std::string_view value) { return csp(value, "{ grade: strict }"); };
  CHECK(contains(strict("img-src 'self'"), "neither script-src nor default-src restricts scripts"));
  CHECK(contains(strict("default-src 'self' 'unsafe-inline'"), "'unsafe-inline' without a nonce or hash"));
  CHECK(contains(strict("script-src-elem 'self'; default-src 'unsafe-inline'"), "scripts may be inline"));
  CHECK(contains(strict("default-src 'self'; script-src 'self' 'unsafe-eval'"), "eval()"));
  CHECK(contains(strict("default-src *"), "scripts may come from any host"));
  CHECK(contains(strict("default-src 'self' https:"), "scripts may come from any host"));
  CHECK(contains(strict("default-src 'self'; script-src 'self' data:"), "scripts may be data: URLs"));
  CHECK(contains(strict("script-src 'self'; base-uri 'none'; frame-ancestors 'none'"), "plugins"));
  CHECK(contains(strict("default-src 'self'; frame-ancestors 'none'"), "base-uri is missing"));
  CHECK(contains(strict("default-src 'self'; base-uri 'none'"), "frame-ancestors is missing"));
  CHECK(csp("default-src 'self'", "{ grade: moderate }").starts_with("pass"));
  CHECK(contains(csp("default-src 'self' 'unsafe-inline'", "{ grade: moderate }"), "fail"));
  CHECK(contains(csp(" ; ", "present"), "expected a policy in force, got an empty policy"));
  CHECK(contains(csp("", "{ grade: moderate }"), "got an empty policy"));
}

TEST_CASE("headers: beside a nonce or 'strict-dynamic' the old words do nothing") {
  const Probe probe = made("kind: headers\nexpect: { content-security-policy: { grade: strict } }", kTarget);
  const std::string policy =
      "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
      "script-src 'strict-dynamic' 'unsafe-inline' https: 'nonce-";
  int count = 0;
  std::vector<std::string> asked;
  const Judgement fresh = judged(
      probe,
      [&](const client::Ask&) {
        return http_answer(200, {{"Content-Security-Policy", policy + std::to_string(++count) + "'"}});
      },
      &asked);
  CHECK(fresh.state() == ProbeState::pass);
  CHECK(asked == std::vector<std::string>{"GET /", "GET / again"});
  CHECK(
      summary(judged(probe, same_answer(200, {{"Content-Security-Policy", policy + "x'"}}))) ==
      "fail: nonce in content-security-policy on / (200): expected another one in every answer, got the same "
      "one in two answers");
}

TEST_CASE("headers: policies that come together are in force together") {
  const std::string probe = "kind: headers\nexpect: { content-security-policy: { grade: strict } }";
  const auto both = [&](std::string first, std::string second) {
    return found(probe, {{"Content-Security-Policy", std::move(first)},
                         {"Content-Security-Policy", std::move(second)}});
  };
  CHECK(both("default-src 'self' 'unsafe-inline'", std::string(kStrict)).starts_with("pass"));
  CHECK(both("default-src 'self'", "base-uri 'none'; frame-ancestors 'none'").starts_with("pass"));
  // The second says nothing about scripts, so it forbids no inline ones.
  CHECK(contains(both("default-src 'unsafe-inline'", "base-uri 'none'; frame-ancestors 'none'"),
                 "scripts may be inline"));
  CHECK(found(probe, {{"Content-Security-Policy", "default-src *, " + std::string(kStrict)}})
            .starts_with("pass"));
  CHECK(found(probe, {{"Content-Security-Policy-Report-Only", std::string(kStrict)}}) ==
        "fail: content-security-policy on / (200): expected a policy in force, got "
        "content-security-policy-report-only alone, which only reports");
  CHECK(contains(csp("script-src 'self'; script-src *", "present"),
                 "warn: content-security-policy on / (200): expected each directive once in a policy, got "
                 "script-src twice"));
}

TEST_CASE("headers: sources that are forbidden, directives that are demanded") {
  const std::string_view rule = "{ forbid: [unsafe-inline, \"data:\"] }";
  CHECK(csp(kStrict, rule).starts_with("pass"));
  CHECK(contains(csp("default-src 'self'; style-src 'UNSAFE-inline'", rule),
                 "unsafe-inline in content-security-policy on / (200): expected not allowed, got allowed by "
                 "style-src"));
  CHECK(contains(csp("default-src 'self'; img-src data:", rule), "allowed by img-src"));
  CHECK(csp("style-src 'unsafe-inline', default-src 'self'", rule).starts_with("pass"));
  const std::string_view directives =
      "{ directives: { frame-ancestors: { one_of: [\"'none'\", \"'self'\"] } } }";
  CHECK(csp("frame-ancestors 'self'", directives).starts_with("pass"));
  CHECK(contains(csp("default-src 'self'", directives),
                 "fail: frame-ancestors in content-security-policy on / (200)"));
}

TEST_CASE("headers: what gives the server away") {
  const std::string probe = "kind: headers\nforbid: [server-version, x-powered-by]";
  CHECK(found(probe, {{"Server", "nginx"}}).starts_with("pass"));
  CHECK(found(probe, {{"Server", "AmazonS3"}}).starts_with("pass"));
  CHECK(found(probe, {}).starts_with("pass"));
  for (const char* server : {"nginx/1.22.1", "Jetty(9.4.z)", "Apache/2 (Debian)", "x/v3"}) {
    CAPTURE(server);
    CHECK(contains(found(probe, {{"Server", server}}), "server on / (200): expected no version number"));
  }
  CHECK(contains(found(probe, {{"X-Powered-By", "Express"}}), "x-powered-by on / (200): expected absent"));
}

TEST_CASE("headers: a grade with the reason for each point") {
  const auto graded = [](std::string_view least, std::vector<client::Field> headers) {
    return found("kind: headers\ngrade_min: " + std::string(least), std::move(headers));
  };
  const std::vector<client::Field> good{{"Content-Security-Policy", std::string(kStrict)},
                                        {"Strict-Transport-Security", "max-age=31536000"},
                                        {"X-Content-Type-Options", "nosniff"},
                                        {"Referrer-Policy", "no-referrer"}};
  CHECK(contains(graded("A+", good), "pass: grade of / (200): A+ (120)"));
  // Nothing but penalties: 100 - 25 - 20 - 20 - 5.
  CHECK(
      graded("B", {}) ==
      "fail: grade of / (200): expected at least B (70), got D (30): content-security-policy is missing -25, "
      "strict-transport-security is missing, invalid or off -20, x-frame-options is missing or invalid -20, "
      "x-content-type-options is not nosniff -5");
  // A bonus does not make up for a missing policy.
  std::vector<client::Field> no_policy = good;
  no_policy[0] = {"X-Frame-Options", "deny"};
  CHECK(contains(graded("B", no_policy), "B (75)"));
  CHECK(contains(graded("B+", no_policy), "fail"));
  std::vector<client::Field> cookie = good;
  cookie.push_back({"Set-Cookie", "session=1; Secure; SameSite=Lax"});
  CHECK(contains(graded("A", cookie), "a session cookie is not HttpOnly -30"));
  std::vector<client::Field> short_hsts = good;
  short_hsts[1].value = "max-age=300";
  CHECK(contains(graded("A+", short_hsts), "strict-transport-security is shorter than half a year -10"));
}

TEST_CASE("headers: mistakes in the gate file") {
  CHECK(is_refused("kind: headers\npath: /", "demands nothing of the headers"));
  CHECK(is_refused("kind: headers\nexpect: {}", "\"expect\" is empty"));
  CHECK(is_refused("kind: headers\nforbid: []", "\"forbid\" is empty"));
  CHECK(is_refused("kind: headers\npath: /\npaths: [/]\ngrade_min: B", "both given"));
  CHECK(is_refused("kind: headers\ngrade_min: B++", "\"grade_min\" cannot be \"B++\""));
  CHECK(is_refused("kind: headers\nexpect: { \"x y\": a }", "is not the name of a header"));
  CHECK(is_refused("kind: headers\nexpect: { strict-transport-security: { maxage: 1h } }",
                   "did you mean \"max_age\"?"));
  CHECK(
      is_refused("kind: headers\nexpect: { strict-transport-security: { preload: true, "
                 "include_subdomains: false } }",
                 "\"preload\" needs includeSubDomains"));
  CHECK(is_refused("kind: headers\nexpect: { content-security-policy: { grade: stric } }",
                   "did you mean \"strict\"?"));
  CHECK(is_refused("kind: headers\nexpect: { content-security-policy: { forbid: [] } }", "is empty"));
  CHECK(is_refused("kind: headers\nexpect: { x-powered-by: PHP }\nforbid: [X-Powered-By]",
                   "is expected and forbidden"));
}
