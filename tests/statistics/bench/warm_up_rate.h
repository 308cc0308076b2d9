// How often simulated runs are said to have begun while the service was still warming up.
#pragma once
#include <cstdint>

#include "generators/two_arm_run.h"

namespace assay::statistics {

// In percent of the runs with the seeds from `first_seed` on.
double warm_ups_found(const TwoArmRun& run, std::uint64_t runs, std::uint64_t first_seed = 1);

}  // namespace assay::statistics
