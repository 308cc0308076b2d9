#include "stats/cluster_limits.h"

#include <doctest/doctest.h>

using namespace assay::stats;

TEST_CASE("cluster limits: without an event the upper limit is the rule of three") {
  const ClusterLimits none{0, 0, 1e-3, 1e-3};
  CHECK(none.high(0.05) == doctest::Approx(2.995732e-3));
  CHECK(none.low(0.05) == doctest::Approx(-2.995732e-3));
  CHECK(none.p_below(2.995733e-3) == doctest::Approx(0.05).epsilon(1e-4));
  CHECK(none.p_above(0) == 1);
}

TEST_CASE("cluster limits: swapping the arms mirrors them") {
  const ClusterLimits one{7.5, 2, 1e-2, 1e-2}, other{2, 7.5, 1e-2, 1e-2};
  CHECK(one.high(0.1) == doctest::Approx(-other.low(0.1)));
  CHECK(one.p_above(0.01) == doctest::Approx(other.p_below(-0.01)));
}

TEST_CASE("cluster limits: p-values are the levels at which the limits reach the margin") {
  const ClusterLimits limits{30, 10, 1e-3, 1e-3};
  CHECK(limits.high(limits.p_below(0.05)) == doctest::Approx(0.05).epsilon(1e-6));
  CHECK(limits.low(limits.p_above(0.005)) == doctest::Approx(0.005).epsilon(1e-6));
}

TEST_CASE("cluster limits: what the run cannot show moves both limits out") {
  const ClusterLimits seen{30, 10, 1e-3, 1e-3}, unseen{30, 10, 1e-3, 1e-3, {4e-4, 10}};
  CHECK(unseen.high(0.05) > seen.high(0.05) + 0.01);
  CHECK(unseen.low(0.05) < seen.low(0.05) - 0.01);
}
