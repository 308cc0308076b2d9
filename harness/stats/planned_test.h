// How a latency comparison of a given length and rate would end, from what is known of its noise: the test of
// slow_noise.h is played many times with spectra as that noise would give them. So the price of not knowing
// the slow noise in a short run is in the chances. Sections 1.5 and 1.7 of the verdict method
// (harness/verdict/README.md). Seeded: the same question has the same answer. Immutable after construction.
#pragma once
#include <span>
#include <vector>

#include "stats/noise_profile.h"
#include "stats/power.h"

namespace assay::stats {

// Slow over white power, and how likely it is that large.
struct SlowRatio {
  double ratio = 0, weight = 0;
};

struct TestPlan {
  double seconds = 0;         // judged
  double requests_per_s = 0;  // of both arms together
  double correlation_seconds = 5;
};

// What runs say about the ratio at the rate of `plan` (it grows with the rate): the prior of the method times
// their likelihoods. Without runs the prior alone.
std::vector<SlowRatio> slow_ratios(std::span<const NoiseVector> runs, const TestPlan& plan);

class PlannedTest {
 public:
  // `white_error`: standard error of the log ratio that such a run would have without slow noise.
  PlannedTest(double white_error, std::span<const SlowRatio> slow, const TestPlan& plan, double margin,
              double alpha);

  double chance_to_pass(double truth) const;
  double chance_to_fail(double truth) const;  // one metric alone
  double smallest_detectable(double power = kUsualPower) const;
  double largest_passing(double power = kUsualPower) const;

 private:
  struct Draw {
    double critical = 0;  // the sum, in white standard errors, from which on the test passes; below 0
    double spread = 1;    // of the sum, in the same unit
  };

  double white_error_, margin_;
  std::vector<Draw> draws_;
};

}  // namespace assay::stats
