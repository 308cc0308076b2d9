#include "probes/set_cookie.h"
#include "tests/unit/probes/web_world.h"

using namespace assay;
using namespace assay::probes;

namespace {

constexpr std::string_view kProbe =
    "kind: cookies\npath: /login\nmethod: POST\nbody: user=a\n"
    "expect: { session: { secure: true, http_only: true, same_site: lax, path: /, max_age: \"<= 1d\" } }";

std::string found(std::string_view probe, const std::vector<std::string>& cookies, int status = 200) {
  std::vector<client::Field> fields{{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}};
  for (const std::string& cookie : cookies) fields.push_back({"Set-Cookie", cookie});
  return summary(judged(made(probe, "https://shop.example"), same_answer(status, fields)));
}

std::string refusal(std::string_view text) { return parse_set_cookie(text).refusal("www.shop.example"); }

}  // namespace

TEST_CASE("cookies: a good session cookie") {
  CHECK(
      found(kProbe, {"session=x; Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age=3600"}).starts_with("pass"));
  CHECK(found(kProbe,
              {"session=x;secure ; HTTPONLY;samesite = lax ; path=/;expires=Sun, 06-Nov-1994 09:49:37 GMT"})
            .starts_with("pass"));
}

TEST_CASE("cookies: each flag that is missing is named") {
  const auto bad = [](std::string_view rest) {
    return found(kProbe, {"session=SECRET; " + std::string(rest)});
  };
  CHECK(contains(bad("HttpOnly; SameSite=Lax; Path=/; Max-Age=60"),
                 "Secure of cookie session of POST /login (200)"));
  CHECK(contains(bad("Secure; SameSite=Lax; Path=/; Max-Age=60"), "HttpOnly of cookie session"));
  CHECK(contains(bad("Secure; HttpOnly; Path=/; Max-Age=60"),
                 "SameSite of cookie session of POST /login (200): expected lax, got absent"));
  CHECK(contains(bad("Secure; HttpOnly; SameSite=Laxx; Path=/; Max-Age=60"), "expected lax, got unknown"));
  CHECK(contains(bad("Secure; HttpOnly; SameSite=Lax; Path=/app; Max-Age=60"), "Path of cookie session"));
  CHECK(contains(
      bad("Secure; HttpOnly; SameSite=Lax; Path=/"),
      "lifetime of cookie session of POST /login (200): expected <= 1d, got until the browser is closed"));
  CHECK(contains(bad("Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age=604800"), "expected <= 1d, got 7d"));
  CHECK(contains(bad("Secure; HttpOnly; SameSite=Lax; Path=/; Expires=Sun, 13 Nov 1994 08:49:37 GMT"),
                 "got 7d"));
  CHECK_FALSE(contains(bad("Path=/"), "SECRET"));
}

TEST_CASE("cookies: never set, deleted, set twice") {
  CHECK(found(kProbe, {}) == "fail: cookie session of POST /login (200): expected set, got not set");
  CHECK(contains(found(kProbe, {}, 401), "POST /login (401): expected set, got not set"));
  CHECK(contains(found(kProbe, {"session=; Max-Age=0"}), "expected set, got deleted"));
  CHECK(contains(found(kProbe, {"session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"}), "got deleted"));
  CHECK(contains(found(kProbe, {"Session=x; Secure"}), "expected set, got not set"));
  const std::string good = "session=x; Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age=60";
  CHECK(found(kProbe, {good, good})
            .starts_with("warn: cookie session of POST /login (200): expected set once"));
  CHECK(contains(found(kProbe, {good, "session=y; Path=/; Max-Age=60"}), "fail: Secure of cookie session"));
  CHECK(contains(found("kind: cookies\nabsent: [debug]", {"debug=1"}),
                 "cookie debug of GET / (200): expected not set, got set"));
  CHECK(found("kind: cookies\nabsent: [debug]", {"debug=; Max-Age=0"}).starts_with("pass"));
  CHECK(contains(found("kind: cookies\nabsent: [debug]", {}, 502), "fail: status of GET / (502)"));
}

TEST_CASE("cookies: what browsers refuse") {
  CHECK(refusal("a=b; SameSite=None") == "SameSite=None demands Secure");
  CHECK(refusal("a=b; SameSite=None; Secure").empty());
  CHECK(refusal("a=b; Partitioned") == "Partitioned demands Secure");
  CHECK(refusal("__Host-a=b; Path=/") == "its prefix __Host- demands Secure");
  CHECK(refusal("__Host-a=b; Secure; Path=/; Domain=shop.example") == "its prefix __Host- allows no Domain");
  CHECK(refusal("__host-a=b; Secure; Path=/x") == "its prefix __Host- demands Path=/");
  CHECK(refusal("__Host-a=b; Secure") == "its prefix __Host- demands Path=/");
  CHECK(refusal("__Host-a=b; Secure; Path=/").empty());
  CHECK(refusal("__Secure-a=b") == "its prefix __Secure- demands Secure");
  CHECK(refusal("a=b; Domain=.Shop.Example").empty());
  CHECK(refusal("a=b; Domain=op.example") == "Domain=op.example does not cover www.shop.example");
  CHECK(refusal("a=b; Domain=x.www.shop.example") != "");
  CHECK(refusal("a=\x01") == "it holds a control character");
  CHECK(refusal("novalue") == "it has no name");
  CHECK(refusal("") == "it has neither name nor value");
  CHECK(contains(refusal("a=" + std::string(4096, 'x')), "browsers take 4096"));
  CHECK(parse_set_cookie("a=b; Domain=1.2.3").refusal("10.1.2.3") == "Domain=1.2.3 does not cover 10.1.2.3");
}

TEST_CASE("cookies: the last of an attribute counts, and what is malformed is ignored") {
  const SetCookie cookie =
      parse_set_cookie("a=b=c; Max-Age=1; max-age=x2; max-age=60; Path=/a; Path=b; Secure=no");
  CHECK(cookie.name == "a");
  CHECK_FALSE(cookie.path == "/a");
  CHECK(cookie.max_age == std::chrono::seconds(60));
  CHECK(cookie.secure);
  CHECK(parse_set_cookie("a=b; Max-Age=-5").max_age == Nanos(0));
  CHECK(default_cookie_path("/a/b?c=/d") == "/a");
  CHECK(default_cookie_path("/a") == "/");
}

TEST_CASE("cookies: rules for all of them") {
  const std::string probe = "kind: cookies\nall: { secure: true, host_only: true }";
  CHECK(found(probe, {"a=1; Secure", "b=2; Secure"}).starts_with("pass"));
  CHECK(contains(found(probe, {"a=1; Secure", "b=2"}), "Secure of cookie b"));
  CHECK(contains(found(probe, {"a=1; Secure; Domain=shop.example"}),
                 "Domain of cookie a of GET / (200): expected not set, got shop.example"));
  CHECK(contains(found(probe, {"a=1; SameSite=None"}), "refused: SameSite=None demands Secure"));
  CHECK(found(probe, {}).starts_with("warn: all cookies of GET / (200): expected at least one"));
  CHECK(found(probe, {"a=; Max-Age=0", "b=1; Secure"}).starts_with("pass"));
  CHECK(contains(found("kind: cookies\nexpect: { a: { session: true } }", {"a=1; Max-Age=5"}),
                 "lifetime of cookie a"));
  CHECK(contains(found("kind: cookies\nexpect: { a: { domain: .shop.example } }", {"a=1"}),
                 "Domain of cookie a"));
}

TEST_CASE("cookies: mistakes in the gate file") {
  CHECK(is_refused("kind: cookies", "demands nothing of the cookies"));
  CHECK(is_refused("kind: cookies\nexpect: {}", "\"expect\" is empty"));
  CHECK(is_refused("kind: cookies\nexpect: { a: {} }", "\"a\" is empty"));
  CHECK(is_refused("kind: cookies\nabsent: []", "\"absent\" is empty"));
  CHECK(is_refused("kind: cookies\nexpect: { a: { httponly: true } }", "did you mean \"http_only\"?"));
  CHECK(is_refused("kind: cookies\nexpect: { a: { same_site: lux } }", "did you mean \"lax\"?"));
  CHECK(is_refused("kind: cookies\nexpect: { \"a b\": { secure: true } }", "cannot name a cookie"));
  CHECK(is_refused("kind: cookies\nexpect: { a: { secure: true } }\nabsent: [a]", "is expected and absent"));
  CHECK(is_refused("kind: cookies\nexpect: { a: { same_site: none, secure: false } }",
                   "browsers drop such a cookie"));
  CHECK(
      is_refused("kind: cookies\nexpect: { a: { host_only: true, domain: x.y } }", "contradicts \"domain\""));
  CHECK(
      is_refused("kind: cookies\nexpect: { a: { session: true, max_age: 1h } }", "contradicts \"max_age\""));
}
