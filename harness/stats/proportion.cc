#include "stats/proportion.h"

#include <boost/math/distributions/binomial.hpp>

namespace assay::stats {

Proportion proportion_interval(std::uint64_t hits, std::uint64_t trials, double alpha) {
  if (trials == 0) return {};
  using Binomial = boost::math::binomial_distribution<double>;
  const auto n = static_cast<double>(trials), k = static_cast<double>(hits);
  Proportion interval;
  if (hits > 0) interval.low = Binomial::find_lower_bound_on_p(n, k, alpha / 2);
  if (hits < trials) interval.high = Binomial::find_upper_bound_on_p(n, k, alpha / 2);
  return interval;
}

}  // namespace assay::stats
