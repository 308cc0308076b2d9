// The distribution functions that the tests of this folder need, and Holm's procedure. Pure functions;
// callers keep arguments inside the stated ranges.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace assay::stats {

double normal_cdf(double z);
double normal_quantile(double p);  // 0 < p < 1

// Student's t; freedom > 0, infinite for the normal distribution.
double student_cdf(double t, double freedom);
double student_quantile(double p, double freedom);  // 0 < p < 1

// Quantile of the gamma distribution with scale 1; shape > 0, 0 < p < 1.
double gamma_quantile(double shape, double p);

// P(X >= hits) for X ~ Binomial(trials, 1/2).
double binomial_half_upper(std::uint64_t hits, std::uint64_t trials);

// P(X >= statistic) for the chi-square distribution with one degree of freedom.
double chi_square_upper(double statistic);

// Holm (1979): which of the hypotheses are rejected while the chance of any wrong rejection stays below
// alpha.
std::vector<bool> holm_rejects(std::span<const double> p_values, double alpha);

// The same with a level for each number of hypotheses that are left: levels[k - 1] in place of alpha / k. One
// level for each p-value.
std::vector<bool> holm_rejects(std::span<const double> p_values, std::span<const double> levels);

// Benjamini and Hochberg (1995): for each p-value the smallest share of false ones among all that are named
// together with it. Holds for independent and positively dependent tests.
std::vector<double> benjamini_hochberg(std::span<const double> p_values);

}  // namespace assay::stats
