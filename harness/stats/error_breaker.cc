#include "stats/error_breaker.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>

namespace assay::stats {
namespace {

using Quiet = boost::math::policies::policy<
    boost::math::policies::domain_error<boost::math::policies::ignore_error>,
    boost::math::policies::overflow_error<boost::math::policies::ignore_error>,
    boost::math::policies::evaluation_error<boost::math::policies::ignore_error>,
    boost::math::policies::promote_double<false>>;

constexpr double kTinyTail = 1e-250;  // below it an incomplete beta function may underflow

// count * ln(share / reference), 0 for no events.
double log_gain(double count, double share, double reference) {
  return count > 0 ? count * std::log(share / reference) : 0;
}

// ln of the mean, over theta uniform in (limit, 1), of
//   (theta / limit)^hits * ((1 - theta) / (1 - limit))^misses.
double log_mixture(double hits, double misses, double limit) {
  if (hits + misses <= 0) return 0;
  const double tail = boost::math::ibetac(hits + 1, misses + 1, limit, Quiet());
  if (tail < kTinyTail) {
    // More than 30 standard deviations below the limit: the integrand falls exponentially from 1 at the
    // limit, to 0.1 %.
    return -std::log(misses - hits * (1 - limit) / limit);
  }
  // The beta density at the observed share never under- or overflows, and the rest of the way to the limit is
  // taken in logarithms.
  const double share = hits / (hits + misses);
  const double at_share = boost::math::ibeta_derivative(hits + 1, misses + 1, share, Quiet());
  return std::log(tail) - std::log(at_share) - std::log1p(-limit) + log_gain(hits, share, limit) +
         log_gain(misses, 1 - share, 1 - limit);
}

}  // namespace

double log_e_rate_above(std::uint64_t events, std::uint64_t trials, double limit) {
  const std::uint64_t hits = std::min(events, trials);
  return log_mixture(static_cast<double>(hits), static_cast<double>(trials - hits), limit);
}

double log_e_ratio_above(const ErrorSlot& so_far, double ratio) {
  if (so_far.candidate_requests == 0 || so_far.baseline_requests == 0) return 0;
  const double odds =
      ratio * static_cast<double>(so_far.candidate_requests) / static_cast<double>(so_far.baseline_requests);
  return log_mixture(static_cast<double>(so_far.candidate_errors),
                     static_cast<double>(so_far.baseline_errors), odds / (1 + odds));
}

BreakerReading read_breaker(const BreakerRules& rules, const ErrorSlot& so_far) {
  BreakerReading reading;
  const bool both = rules.ratio && rules.limit;
  reading.trips_at = std::log((both ? 2 : 1) / rules.alpha);
  if (rules.ratio) reading.ratio_log_e = log_e_ratio_above(so_far, *rules.ratio);
  if (rules.ratio && rules.negligible_rate > 0)
    reading.ratio_log_e =
        std::min(reading.ratio_log_e,
                 log_e_rate_above(so_far.candidate_errors, so_far.candidate_requests, rules.negligible_rate));
  if (rules.limit)
    reading.limit_log_e = log_e_rate_above(so_far.candidate_errors, so_far.candidate_requests, *rules.limit);
  const bool enough = so_far.candidate_requests >= BreakerReading::kFewestRequests;
  reading.ratio_tripped = enough && rules.ratio && reading.ratio_log_e >= reading.trips_at;
  reading.limit_tripped = enough && rules.limit && reading.limit_log_e >= reading.trips_at;
  return reading;
}

}  // namespace assay::stats
