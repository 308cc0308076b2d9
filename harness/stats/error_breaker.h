// The circuit breaker: may be asked after every error and every second of a run whether the candidate fails
// so much that the run must stop, and still trips wrongly in at most alpha of all runs whose requests fail
// independently, however often it is asked (Ville 1939). An e-value is the likelihood of the counts under
// rates above the limit, averaged over Beta(1,1) cut off at the limit, divided by their likelihood at the
// limit; under any lower rate it is a supermartingale. A burst of errors is not independent: the breaker
// trips on it, and should. Pure functions.
#pragma once
#include <cstdint>
#include <optional>

#include "stats/error_rate.h"

namespace assay::stats {

// Log e-value of "events happen in at most `limit` of the trials" (0 < limit < 1): large when they happen
// more often. For counts up to 1e9 and more.
double log_e_rate_above(std::uint64_t events, std::uint64_t trials, double limit);

// Log e-value of "the candidate's error rate is at most `ratio` times the baseline's" (ratio > 0). An error
// is the candidate's with the odds of the arms' requests times the ratio of their rates. The arms must share
// the requests in the same way throughout the run; the shares need not be equal. 0 while an arm has no
// requests.
double log_e_ratio_above(const ErrorSlot& so_far, double ratio);

struct BreakerRules {
  std::optional<double> ratio = {};  // of the arms' error rates; leave out where there is one arm
  std::optional<double> limit = {};  // of the candidate's error rate
  // A candidate's error rate that is not proven to be above this never trips the ratio: 24 errors in a
  // million against none would. 0 is off.
  double negligible_rate = 0;
  double alpha = 1e-3;  // chance of a wrong stop; with both rules each gets half
};

struct BreakerReading {
  static constexpr std::uint64_t kFewestRequests = 20;  // of the candidate

  double ratio_log_e = 0, limit_log_e = 0;  // 0 without the rule
  double trips_at = 0;                      // log e-value
  bool ratio_tripped = false, limit_tripped = false;

  bool tripped() const { return ratio_tripped || limit_tripped; }
};

// `so_far`: totals of the run. The caller stops at the first reading that has tripped; a later one may be
// below again.
BreakerReading read_breaker(const BreakerRules& rules, const ErrorSlot& so_far);

}  // namespace assay::stats
