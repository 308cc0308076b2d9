// What comparisons of server metrics err, in short: `server_tables` prints the whole. Seeds are fixed; bounds
// are the nominal rate of 5 % plus four standard errors of the simulation.
#include "bench/server_rates.h"

#include <doctest/doctest.h>

namespace {

using namespace assay::statistics;

constexpr std::uint64_t kRuns = 200;
constexpr double kMostWrong = 11.2;  // 5 + 4 * 1.54

void check(const ServerRates& rates) {
  CHECK(rates.false_pass <= kMostWrong);
  CHECK(rates.false_fail <= kMostWrong);
  CHECK(rates.identical_fail <= 1.5);
  CHECK(rates.twice_pass <= 1.5);
}

}  // namespace

TEST_CASE("server metrics: errors of an even split and of a small canary") {
  const auto even = server_rates({}, ServerQuestion::errors, kRuns);
  check(even);
  CHECK(even.identical_pass >= 95);
  CHECK(even.twice_fail >= 95);
  check(server_rates({.candidate_per_s = 10, .baseline_per_s = 190}, ServerQuestion::errors, kRuns));
}

TEST_CASE("server metrics: outages of both arms are nobody's harm, also where the split is uneven") {
  check(server_rates({.shared_outage_share = 0.8}, ServerQuestion::errors, kRuns));
  check(server_rates({.candidate_per_s = 10, .baseline_per_s = 190, .shared_outage_share = 0.8},
                     ServerQuestion::errors, kRuns));
}

TEST_CASE("server metrics: quantiles of histograms") {
  const auto p50 = server_rates({}, ServerQuestion::p50, kRuns);
  check(p50);
  CHECK(p50.identical_pass >= 95);
  check(server_rates({}, ServerQuestion::p95, kRuns));
  check(server_rates({.candidate_per_s = 10, .baseline_per_s = 190}, ServerQuestion::p50, kRuns));
  check(server_rates({.own_drift = 0.05}, ServerQuestion::p50, kRuns));
}

TEST_CASE("server metrics: any value, with noise that lasts no longer than a tenth of the run") {
  check(server_rates({}, ServerQuestion::mean, kRuns));
  check(server_rates({.own_drift = 0.05}, ServerQuestion::mean, kRuns));
  check(server_rates({.blocks = 120, .own_drift = 0.05, .own_seconds = 60}, ServerQuestion::mean, kRuns));
}
