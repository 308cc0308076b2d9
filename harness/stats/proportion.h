// The exact interval of a share that was counted. Pure function.
#pragma once
#include <cstdint>

namespace assay::stats {

struct Proportion {
  double low = 0, high = 1;
};

// Clopper and Pearson (1934): each end is missed with a chance of at most alpha / 2, however small the
// counts. hits <= trials; without trials everything is possible.
Proportion proportion_interval(std::uint64_t hits, std::uint64_t trials, double alpha);

}  // namespace assay::stats
