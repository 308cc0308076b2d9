#include "stats/distributions.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <numeric>

namespace assay::stats {
namespace {

// Out of range gives NaN or infinity, which no later comparison takes for proof, and never an exception.
using Quiet = boost::math::policies::policy<
    boost::math::policies::domain_error<boost::math::policies::ignore_error>,
    boost::math::policies::pole_error<boost::math::policies::ignore_error>,
    boost::math::policies::overflow_error<boost::math::policies::ignore_error>,
    boost::math::policies::evaluation_error<boost::math::policies::ignore_error>>;

}  // namespace

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

double normal_quantile(double p) {
  return boost::math::quantile(boost::math::normal_distribution<double, Quiet>(), p);
}

double student_cdf(double t, double freedom) {
  return boost::math::cdf(boost::math::students_t_distribution<double, Quiet>(freedom), t);
}

double student_quantile(double p, double freedom) {
  return boost::math::quantile(boost::math::students_t_distribution<double, Quiet>(freedom), p);
}

double gamma_quantile(double shape, double p) {
  return boost::math::quantile(boost::math::gamma_distribution<double, Quiet>(shape, 1.0), p);
}

double binomial_half_upper(std::uint64_t hits, std::uint64_t trials) {
  if (hits == 0) return 1;
  const boost::math::binomial_distribution<double, Quiet> coin(static_cast<double>(trials), 0.5);
  return boost::math::cdf(boost::math::complement(coin, static_cast<double>(hits - 1)));
}

double chi_square_upper(double statistic) { return std::erfc(std::sqrt(std::max(0.0, statistic) / 2)); }

std::vector<bool> holm_rejects(std::span<const double> p_values, double alpha) {
  std::vector<double> levels;
  for (std::size_t left = 1; left <= p_values.size(); ++left)
    levels.push_back(alpha / static_cast<double>(left));
  return holm_rejects(p_values, levels);
}

std::vector<bool> holm_rejects(std::span<const double> p_values, std::span<const double> levels) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<bool> rejected(p_values.size(), false);
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    if (p_values[order[rank]] > levels[order.size() - rank - 1]) break;
    rejected[order[rank]] = true;
  }
  return rejected;
}

std::vector<double> benjamini_hochberg(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return p_values[a] > p_values[b]; });
  std::vector<double> q_values(p_values.size());
  double least = 1;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto rank = static_cast<double>(order.size() - i);
    least = std::min(least, p_values[order[i]] * static_cast<double>(order.size()) / rank);
    q_values[order[i]] = least;
  }
  return q_values;
}

}  // namespace assay::stats
