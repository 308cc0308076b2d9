#include "ui/secret_token.h"

#include <doctest/doctest.h>

using namespace assay::ui;

TEST_CASE("token: 128 bits, another each time, equal only to itself") {
  const auto one = make_token(), other = make_token();
  REQUIRE(one);
  REQUIRE(other);
  CHECK(one->size() == 32);
  CHECK(one->find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(*one != *other);
  CHECK(same_secret(*one, *one));
  CHECK_FALSE(same_secret(*one, *other));
  CHECK_FALSE(same_secret(*one, one->substr(1)));
  CHECK_FALSE(same_secret("", ""));
}
