#include "stats/distributions.h"

#include <doctest/doctest.h>

#include <vector>

using namespace assay::stats;

TEST_CASE("distributions: the normal quantile inverts the normal distribution function") {
  CHECK(normal_quantile(0.95) == doctest::Approx(1.6448536));
  CHECK(normal_cdf(normal_quantile(0.123)) == doctest::Approx(0.123));
}

TEST_CASE("distributions: gamma quantiles give the exact Poisson limits") {
  CHECK(gamma_quantile(1, 0.95) == doctest::Approx(2.995732));  // nothing seen: the rule of three
  CHECK(gamma_quantile(5, 0.05) == doctest::Approx(1.970150));  // five seen, lower 95 % limit
}

TEST_CASE("distributions: extreme arguments give numbers, not exceptions") {
  CHECK(gamma_quantile(0.01, 1e-9) >= 0);
  CHECK(gamma_quantile(1e7, 1e-9) > 9.9e6);
  CHECK(gamma_quantile(1e7, 1e-9) < 1e7);
}

TEST_CASE("distributions: only six episodes to none prove anything at 5 % over three tests") {
  CHECK(binomial_half_upper(6, 6) == doctest::Approx(1.0 / 64));
  CHECK(binomial_half_upper(6, 6) <= 0.05 / 3);
  CHECK(binomial_half_upper(5, 5) > 0.05 / 3);
  CHECK(binomial_half_upper(3, 4) == doctest::Approx(5.0 / 16));
  CHECK(binomial_half_upper(0, 0) == 1);
}

TEST_CASE("distributions: chi-square with one degree of freedom") {
  CHECK(chi_square_upper(3.841459) == doctest::Approx(0.05));
  CHECK(chi_square_upper(0) == 1);
}

TEST_CASE("distributions: Holm rejects in order and stops at the first that holds") {
  const std::vector<double> p = {0.03, 0.001, 0.02, 0.8};
  CHECK(holm_rejects(p, 0.05) == std::vector<bool>{false, true, false, false});
  CHECK(holm_rejects(std::vector<double>{0.024, 0.01}, 0.05) == std::vector<bool>{true, true});
  CHECK(holm_rejects({}, 0.05).empty());
}

// By hand: sorted 0.01, 0.02, 0.04, 0.8; times 4/rank 0.04, 0.04, 0.0533, 0.8, then the least from above.
TEST_CASE("distributions: q-values of Benjamini and Hochberg") {
  const auto q = benjamini_hochberg(std::vector<double>{0.02, 0.8, 0.01, 0.04});
  CHECK(q[0] == doctest::Approx(0.04));
  CHECK(q[1] == doctest::Approx(0.8));
  CHECK(q[2] == doctest::Approx(0.04));
  CHECK(q[3] == doctest::Approx(0.16 / 3));
  CHECK(benjamini_hochberg(std::vector<double>{1, 0.9}) == std::vector<double>{1, 1});
  CHECK(benjamini_hochberg({}).empty());
}
