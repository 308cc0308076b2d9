// Simulated two-arm runs whose truth is known: Poisson arrivals, dealt to the arms in shuffled blocks of
// four, one factor between the arms. Families as in the verdict method, section 3: lognormal, and a 90/10 mix
// of fast and slow answers. Everything follows from the seed.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "stats/error_rate.h"
#include "stats/latency_shift.h"

namespace assay::statistics {

enum class Family { lognormal, bimodal };

struct Simulation {
  Family family = Family::lognormal;
  double seconds = 60;
  double per_second = 200;  // both arms together
  double candidate_factor = 1;
  bool stalls = false;  // the candidate stops for 2 s once a minute, and requests wait
};

stats::LatencyShift simulated_run(const Simulation& simulation, std::uint64_t seed);

struct ErrorSimulation {
  double seconds = 60;
  double per_second = 200;
  double baseline_rate = 0.002;
  double candidate_excess = 0;
};

std::vector<stats::ErrorSlot> simulated_errors(const ErrorSimulation& simulation, std::uint64_t seed);

}  // namespace assay::statistics
