#include "stats/power.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace assay::stats;

TEST_CASE("power: 2.49 standard errors lie between the margin and what is decided four times in five") {
  CHECK(planning_distance(0.05) == doctest::Approx(2.486).epsilon(0.001));
  const Precision precision{0.02, 0.10, 0.05};
  CHECK(precision.smallest_detectable() == doctest::Approx(0.1497).epsilon(0.001));
  CHECK(precision.largest_passing() == doctest::Approx(0.0503).epsilon(0.001));
  CHECK(precision.chance_to_pass(precision.largest_passing()) == doctest::Approx(0.8));
  CHECK(precision.chance_to_pass(0.10) == doctest::Approx(0.05));
}

TEST_CASE("power: the evidence needed decides four times in five") {
  const Precision precision{0.08, 0.10, 0.05};
  const double needed = precision.evidence_needed();
  CHECK(needed > 1);
  const Precision longer{0.08 / std::sqrt(needed), 0.10, 0.05};
  CHECK(longer.chance_to_pass() == doctest::Approx(0.8));
  CHECK(std::isinf(precision.evidence_needed(0.10)));
}

TEST_CASE("power: rate replaces time only where the noise is white") {
  CHECK(rate_needed(2, 0) == doctest::Approx(2));
  CHECK(rate_needed(2, 0.25) == doctest::Approx(3));
  CHECK(std::isinf(rate_needed(2, 0.5)));
}

TEST_CASE("power: without noise the margin decides") {
  CHECK(Precision{0, 0.1, 0.05}.chance_to_pass(0.05) == 1);
  CHECK(Precision{0, 0.1, 0.05}.chance_to_pass(0.15) == 0);
}
