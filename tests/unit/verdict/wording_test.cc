#include "verdict/wording.h"

#include <doctest/doctest.h>

using namespace assay::verdict;

TEST_CASE("wording: a range names its side once, and both where it spans none") {
  CHECK(change_range(0.12, 0.31) == "12 % to 31 % slower");
  CHECK(change_range(-0.12, -0.031) == "3.1 % to 12 % faster");
  CHECK(change_range(-0.034, 0.026) == "3.4 % faster to 2.6 % slower");
  CHECK(change_range(0.05, 0.05) == "5 % slower");
  CHECK(change_range(0.283, 328) == "28.3 % to more than 1000 % slower");
  CHECK(points_range(0.0012, 0.0058) == "0.12 pp to 0.58 pp higher");
  CHECK(points_range(-0.0012, 0) == "0 pp to 0.12 pp lower");
}
