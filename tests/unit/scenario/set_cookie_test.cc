#include "scenario/set_cookie.h"

#include <doctest/doctest.h>

using namespace assay::scenario;
using namespace std::chrono;

namespace {

// Seconds since 1970, or -1 where the text is no date.
long long date(std::string_view text) {
  const auto parsed = parse_cookie_date(text);
  return parsed ? duration_cast<seconds>(parsed->time_since_epoch()).count() : -1;
}

}  // namespace

TEST_CASE("a cookie is read with all its attributes") {
  const auto cookie = parse_set_cookie(
      "sid = a=b ; Domain=.Shop.Test; PATH=/app; secure; HttpOnly; SameSite=Lax; Max-Age=60");
  REQUIRE(cookie);
  CHECK(cookie->name == "sid");
  CHECK(cookie->value == "a=b");
  CHECK(cookie->domain == "shop.test");
  CHECK(cookie->path == "/app");
  CHECK(cookie->secure);
  CHECK(cookie->max_age == seconds(60));
}

TEST_CASE("a cookie without attributes has defaults") {
  const auto cookie = parse_set_cookie("a=");
  REQUIRE(cookie);
  CHECK(cookie->value.empty());
  CHECK(cookie->domain.empty());
  CHECK(cookie->path.empty());
  CHECK_FALSE(cookie->secure);
  CHECK_FALSE(cookie->max_age);
  CHECK_FALSE(cookie->expires);
}

TEST_CASE("a line without a name or with control characters is no cookie") {
  for (const std::string_view bad : {"", "=x", "name", ";a=b", "a=b\r\nEvil: 1", "a=b\x7f"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_set_cookie(bad));
  }
}

TEST_CASE("attributes that cannot be read are skipped") {
  const auto cookie = parse_set_cookie("a=b; Max-Age=soon; Expires=never; Path=relative; Domain=");
  REQUIRE(cookie);
  CHECK_FALSE(cookie->max_age);
  CHECK_FALSE(cookie->expires);
  CHECK(cookie->path.empty());
  CHECK(cookie->domain.empty());
}

TEST_CASE("an age beyond any number is long, not an error") {
  CHECK(parse_set_cookie("a=b; Max-Age=99999999999999999999")->max_age > hours(24 * 365));
  CHECK(parse_set_cookie("a=b; Max-Age=-99999999999999999999")->max_age < seconds(0));
}

TEST_CASE("dates are read in every form that servers write") {
  CHECK(date("Sun, 06 Nov 1994 08:49:37 GMT") == 784111777);
  CHECK(date("Sunday, 06-Nov-94 08:49:37 GMT") == 784111777);
  CHECK(date("Sun Nov  6 08:49:37 1994") == 784111777);
  CHECK(date("Thu, 01-Jan-1970 00:00:00 GMT") == 0);
  CHECK(date("1 jan 69 0:0:1") == 3124224001);
}

TEST_CASE("what is no date is refused") {
  for (const std::string_view bad : {"", "06 Nov 1994", "31 Feb 2020 00:00:00", "06 Nov 1994 24:00:00",
                                     "06 Nov 1994 08:60:00", "Nov 1994 08:49:37", "06 Nov 1500 08:49:37"}) {
    CAPTURE(bad);
    CHECK(date(bad) == -1);
  }
}

TEST_CASE("a date that the clock cannot count is far away") {
  CHECK(parse_cookie_date("Fri, 31 Dec 9999 23:59:59 GMT") == system_clock::time_point::max());
}
