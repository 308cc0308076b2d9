#include "schedule/user_curve.h"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::schedule;
using namespace std::chrono_literals;

TEST_CASE("constant users are active for the whole shape, and no others") {
  const UserCurve curve = UserCurve::constant(3, 10s);
  CHECK(curve.peak() == 3);
  for (std::uint32_t user = 0; user < 3; ++user) {
    const auto times = curve.active(user);
    REQUIRE(times.size() == 1);
    CHECK(times[0].from == 0s);
    CHECK(times[0].until == 10s);
  }
  CHECK(curve.active(3).empty());
}

TEST_CASE("users come one by one on a ramp up and leave in reverse on the way down") {
  const UserCurve curve{0, {{10, 10s}, {10, 5s}, {0, 10s}}};
  for (std::uint32_t user = 0; user < 10; ++user) {
    const auto times = curve.active(user);
    REQUIRE(times.size() == 1);
    CHECK(times[0].from == std::chrono::seconds{user + 1});
    CHECK(times[0].until == 15s + std::chrono::seconds{9 - user});
  }
}

TEST_CASE("a user that leaves and comes back has two active times") {
  const UserCurve curve{4, {{2, 2s}, {4, 2s}}};
  CHECK(curve.active(3).empty());  // 4 users only in the first and the last instant
  CHECK(curve.active(2).size() == 2);
  CHECK(curve.active(1).size() == 1);
}

TEST_CASE("a jump changes the number of users at once") {
  const UserCurve curve{0, {{5, 0s}, {5, 10s}}};
  CHECK(curve.peak() == 5);
  CHECK(curve.active(4).at(0).from == 0s);
}
