#include "scenario/cookie_jar.h"

#include <doctest/doctest.h>

using namespace assay::scenario;
using std::chrono::seconds;

namespace {

const Origin kPlain{"app.shop.test", false};
const Origin kSecure{"app.shop.test", true};
constexpr WallTime kStart{seconds(1'800'000'000)};

std::string sent(CookieJar& jar, std::string_view path, WallTime now = kStart) {
  std::string out;
  jar.append_cookies(path, now, out);
  return out;
}

// What a jar sends to `path` after one Set-Cookie that came with the answer to /app/login.
struct Rule {
  std::string_view set_cookie, path, sent;
  bool secure = false;
};

constexpr Rule kRules[] = {
    {"a=1", "/app/x", "a=1"},  // default path: the folder of the request
    {"a=1", "/app", "a=1"},
    {"a=1", "/application", ""},
    {"a=1", "/", ""},
    {"a=1; Path=/", "/", "a=1"},
    {"a=1; Path=/shop", "/shop/cart", "a=1"},
    {"a=1; Path=/shop/", "/shop", ""},
    {"a=1; Path=/shop", "/shopping", ""},
    {"a=1; Path=/; Domain=shop.test", "/", "a=1"},
    {"a=1; Path=/; Domain=.APP.shop.test", "/", "a=1"},
    {"a=1; Path=/; Domain=op.test", "/", ""},  // no whole label
    {"a=1; Path=/; Domain=other.test", "/", ""},
    {"a=1; Path=/; Domain=x.app.shop.test", "/", ""},
    {"a=1; Path=/; Secure", "/", ""},
    {"a=1; Path=/; Secure", "/", "a=1", true},
    {"a=1; Path=/; Max-Age=0", "/", ""},
    {"a=1; Path=/; Max-Age=-5", "/", ""},
    {"a=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "/", ""},
    {"a=1; Path=/; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "/", "a=1"},
};

}  // namespace

TEST_CASE("each cookie goes where RFC 6265 sends it") {
  for (const Rule& rule : kRules) {
    CAPTURE(rule.set_cookie);
    CAPTURE(rule.path);
    CookieJar jar;
    jar.store(rule.set_cookie, rule.secure ? kSecure : kPlain, "/app/login", kStart);
    CHECK(sent(jar, rule.path) == rule.sent);
  }
}

TEST_CASE("longer paths come first, then older cookies") {
  CookieJar jar;
  for (const std::string_view cookie : {"a=1; Path=/", "b=2; Path=/app", "c=3; Path=/", "d=4; Path=/app"}) {
    jar.store(cookie, kPlain, "/", kStart);
  }
  CHECK(sent(jar, "/app") == "b=2; d=4; a=1; c=3");
}

TEST_CASE("a cookie of the same name, domain and path replaces the old one in its place") {
  CookieJar jar;
  jar.store("a=1; Path=/", kPlain, "/", kStart);
  jar.store("b=2; Path=/", kPlain, "/", kStart);
  jar.store("a=3; Path=/", kPlain, "/", kStart);
  CHECK(sent(jar, "/") == "a=3; b=2");
  jar.store("a=; Path=/; Max-Age=0", kPlain, "/", kStart);
  CHECK(sent(jar, "/") == "b=2");
}

TEST_CASE("a cookie dies at its time") {
  CookieJar jar;
  jar.store("a=1; Path=/; Max-Age=60", kPlain, "/", kStart);
  CHECK(sent(jar, "/", kStart + seconds(59)) == "a=1");
  CHECK(sent(jar, "/", kStart + seconds(60)).empty());
  CHECK(jar.empty());
}

TEST_CASE("an address takes no cookie for a part of it") {
  CookieJar jar;
  const Origin address{"10.0.0.1", false};
  jar.store("a=1; Path=/; Domain=0.0.1", address, "/", kStart);
  CHECK(jar.empty());
  jar.store("a=1; Path=/; Domain=10.0.0.1", address, "/", kStart);
  CHECK(sent(jar, "/") == "a=1");
}

TEST_CASE("a jar is bounded: the oldest cookie goes, and large ones never enter") {
  CookieJar jar;
  for (std::size_t i = 0; i <= CookieJar::kMaxCookies; ++i) {
    jar.store("c" + std::to_string(i) + "=x; Path=/", kPlain, "/", kStart);
  }
  const std::string all = sent(jar, "/");
  CHECK(all.starts_with("c1=x; "));
  CHECK(all.ends_with("; c180=x"));
  CookieJar small;
  small.store("a=" + std::string(CookieJar::kMaxCookieBytes, 'x'), kPlain, "/", kStart);
  CHECK(small.empty());
}
