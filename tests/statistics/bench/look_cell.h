// Many runs under one rule of when to look, and the breaker under independent errors.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "bench/look_run.h"
#include "stats/error_breaker.h"

namespace assay::statistics {

// Percent of runs; times in percent of the longest run, the median over all runs (100 without a decision).
struct LookRates {
  std::string rule;
  double false_pass = 0, false_fail = 0;  // exactly at the margin, all looks together
  double same_passes = 0, same_time = 0;
  double same_passes_first = 0;  // at the first look
  double slower_fails = 0, slower_time = 0;
  // Runs at the margin that were given up; runs of all three truths that were and would have decided.
  double given_up = 0, lost = 0;
};

// One row each for 1, 2 and 4 looks, the two extendable rules, and the watched soak. Seeds from `seed` on.
std::vector<LookRates> look_cell(const TwoArmRun& run, std::uint64_t runs, std::uint64_t seed = 1);

// Percent of runs of 5,000 requests an arm that the breaker stops when it is asked at every error of the
// candidate; requests alternate between the arms, errors are independent.
double breaker_stops(const stats::BreakerRules& rules, double candidate_rate, double baseline_rate,
                     std::uint64_t runs);

}  // namespace assay::statistics
