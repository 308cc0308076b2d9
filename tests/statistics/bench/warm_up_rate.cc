#include "bench/warm_up_rate.h"

#include "verdict/warm_up.h"

namespace assay::statistics {

double warm_ups_found(const TwoArmRun& run, std::uint64_t runs, std::uint64_t first_seed) {
  std::uint64_t found = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + runs; ++seed) {
    const auto series = simulate_times(run, seed);
    if (verdict::find_warm_up(series, series.slot_count, 0)) ++found;
  }
  return 100 * static_cast<double>(found) / static_cast<double>(runs);
}

}  // namespace assay::statistics
