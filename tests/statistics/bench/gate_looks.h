// Whole gates (p50, p95, p99 and stalls, correlation time estimated as a gate does that declares none) at
// looks before their end: what a run of `assay run` decides when it looks.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "generators/two_arm_run.h"

namespace assay::statistics {

// Percent of runs; the median time in percent of the longest run (100 without a decision).
struct GateEnds {
  double pass = 0, fail = 0, time = 0;
};

struct GateLookRates {
  std::string rule;
  GateEnds same;
  GateEnds at_margin;  // every time x 1.1, which is the margin of p50 and p95
  GateEnds slower;     // x 1.2
};

// One row each for 1, 2, 3, 4 and 5 looks, and for continuous ones, which are judged at the end of the run:
// their p-values hold at all times, so the time of the decision is not known. Seeds from `seed` on.
std::vector<GateLookRates> gate_looks(const TwoArmRun& run, std::uint64_t runs, std::uint64_t seed = 1);

}  // namespace assay::statistics
