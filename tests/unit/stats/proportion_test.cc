#include "stats/proportion.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace assay::stats;

TEST_CASE("proportion: Clopper and Pearson's interval, as in tables") {
  const auto five_of_twenty = proportion_interval(5, 20, 0.05);
  CHECK(five_of_twenty.low == doctest::Approx(0.08657).epsilon(1e-4));
  CHECK(five_of_twenty.high == doctest::Approx(0.49105).epsilon(1e-4));
}

TEST_CASE("proportion: none and all have closed forms") {
  const auto none = proportion_interval(0, 20, 0.05);
  CHECK(none.low == 0);
  CHECK(none.high == doctest::Approx(1 - std::pow(0.025, 1.0 / 20)));
  const auto all = proportion_interval(20, 20, 0.05);
  CHECK(all.low == doctest::Approx(std::pow(0.025, 1.0 / 20)));
  CHECK(all.high == 1);
}

TEST_CASE("proportion: without trials everything is possible") {
  const auto unknown = proportion_interval(0, 0, 0.05);
  CHECK(unknown.low == 0);
  CHECK(unknown.high == 1);
}
