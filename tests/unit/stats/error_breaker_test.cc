#include "stats/error_breaker.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

#include "base/random.h"

namespace {

using namespace assay::stats;

constexpr BreakerRules kBoth{.ratio = 2, .limit = 0.01};

ErrorSlot equal_arms(std::uint64_t candidate_errors, std::uint64_t baseline_errors, std::uint64_t requests) {
  return {candidate_errors, requests, baseline_errors, requests};
}

// Requests of each arm until the reading trips, each arm failing independently; 0 if it never does.
std::uint64_t stops_after(const BreakerRules& rules, double candidate_rate, double baseline_rate,
                          std::uint64_t requests, std::uint64_t seed) {
  assay::Random random(seed, 0);
  ErrorSlot total;
  for (std::uint64_t i = 1; i <= requests; ++i) {
    const bool failed = random.uniform() < candidate_rate;
    total.candidate_errors += failed;
    total.baseline_errors += random.uniform() < baseline_rate;
    total.candidate_requests = total.baseline_requests = i;
    if (failed && read_breaker(rules, total).tripped()) return i;
  }
  return 0;
}

}  // namespace

// ln of the integral over (limit, 1) of (t / limit)^hits ((1 - t) / (1 - limit))^misses / (1 - limit),
// computed with 60 digits.
TEST_CASE("error breaker: evidence agrees with the integral, from no counts to 1e9") {
  struct Case {
    std::uint64_t hits, misses;
    double limit, log_e;
  };
  constexpr double kTwoThirds = 2.0 / 3;
  for (const auto& c : {Case{23, 0, kTwoThirds, 7.2461965398514},
                        {5, 3, kTwoThirds, -0.85150228847273},
                        {0, 50, 0.01, -3.9318256327243},
                        {12, 388, 0.01, 1.4336508542929},
                        {10'100'000, 989'900'000, 0.01, 491.65696246215},
                        {100'000'000, 900'000'000, 0.01, 144479336.8389},
                        {333'333'333, 166'666'667, kTwoThirds, -9.442736438778},
                        {999'999'999, 1, kTwoThirds, 405465068.45339}})
    CHECK(log_e_rate_above(c.hits, c.hits + c.misses, c.limit) == doctest::Approx(c.log_e).epsilon(1e-6));
}

TEST_CASE(
    "error breaker: far below the limit, where the incomplete beta function vanishes, evidence stays right") {
  struct Case {
    std::uint64_t hits, misses;
    double limit, log_e;
  };
  for (const auto& c : {Case{1'000'000, 900'000'000, 0.01, -20.501371521711},
                        {300'000'000, 700'000'000, 2.0 / 3, -20.125428838753},
                        {0, 1'000'000'000, 0.05, -20.723265837946}})
    CHECK(std::fabs(log_e_rate_above(c.hits, c.hits + c.misses, c.limit) - c.log_e) < 2e-3);
}

TEST_CASE("error breaker: without requests there is no evidence") {
  CHECK(log_e_rate_above(0, 0, 0.01) == 0);
  CHECK(log_e_ratio_above({}, 2) == 0);
  CHECK_FALSE(read_breaker(kBoth, {}).tripped());
}

TEST_CASE("error breaker: evidence grows with every error and falls with every success") {
  for (std::uint64_t errors = 0; errors < 50; ++errors) {
    CHECK(log_e_rate_above(errors + 1, 1000, 0.01) > log_e_rate_above(errors, 1000, 0.01));
    CHECK(log_e_rate_above(errors, 1001, 0.01) < log_e_rate_above(errors, 1000, 0.01));
  }
}

// At the limit the e-value is a martingale: over all outcomes of the next request it keeps its mean.
TEST_CASE(
    "error breaker: at the limit the next request changes nothing on average, below it evidence falls") {
  for (const double limit : {0.01, 0.3, 2.0 / 3})
    for (const std::uint64_t trials : {1U, 40U, 5000U})
      for (const double share : {0.0, 0.005, 0.4, 1.0}) {
        const auto events = static_cast<std::uint64_t>(share * static_cast<double>(trials));
        const double now = log_e_rate_above(events, trials, limit);
        const auto mean_change = [&](double rate) {  // as a factor
          return rate * std::exp(log_e_rate_above(events + 1, trials + 1, limit) - now) +
                 (1 - rate) * std::exp(log_e_rate_above(events, trials + 1, limit) - now);
        };
        CHECK(mean_change(limit) == doctest::Approx(1).epsilon(1e-6));
        CHECK(mean_change(limit * 0.9) < 1);
      }
}

TEST_CASE("error breaker: never before 20 requests of the candidate") {
  CHECK_FALSE(read_breaker({.limit = 0.01}, equal_arms(19, 0, 19)).tripped());
  CHECK(read_breaker({.limit = 0.01}, equal_arms(20, 0, 20)).limit_tripped);
}

TEST_CASE("error breaker: with both rules each gets half of alpha") {
  CHECK(read_breaker({.ratio = 2}, {}).trips_at == doctest::Approx(std::log(1000)));
  CHECK(read_breaker({.limit = 0.01}, {}).trips_at == doctest::Approx(std::log(1000)));
  CHECK(read_breaker(kBoth, {}).trips_at == doctest::Approx(std::log(2000)));
}

TEST_CASE("error breaker: one arm has only the limit") {
  const ErrorSlot alone{400, 1000, 0, 0};
  CHECK(log_e_ratio_above(alone, 2) == 0);
  const auto reading = read_breaker(kBoth, alone);
  CHECK(reading.limit_tripped);
  CHECK_FALSE(reading.ratio_tripped);
}

TEST_CASE("error breaker: an arm that got more requests may have more errors") {
  const ErrorSlot same_rate{300, 30'000, 100, 10'000};
  CHECK(log_e_ratio_above(same_rate, 2) < 0);
  CHECK(log_e_ratio_above({300, 10'000, 100, 10'000}, 2) > std::log(100));
}

TEST_CASE("error breaker: errors of a negligible rate do not trip the ratio") {
  const ErrorSlot rare = equal_arms(24, 0, 1'000'000);
  CHECK(read_breaker({.ratio = 2}, rare).ratio_tripped);
  CHECK_FALSE(read_breaker({.ratio = 2, .negligible_rate = 0.0025}, rare).ratio_tripped);
  CHECK(read_breaker({.ratio = 2, .negligible_rate = 0.0025}, equal_arms(40, 0, 1000)).ratio_tripped);
}

TEST_CASE("error breaker: a broken candidate stops within requests, one at the limits keeps running") {
  CHECK(stops_after(kBoth, 1.0, 0.002, 1000, 1) == 20);
  const auto half = stops_after(kBoth, 0.2, 0.002, 10'000, 2);
  CHECK(half >= 20);
  CHECK(half < 300);
  for (std::uint64_t seed = 0; seed < 20; ++seed) CHECK(stops_after(kBoth, 0.01, 0.005, 20'000, seed) == 0);
}
