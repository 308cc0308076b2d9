#include "stats/residual_grid.h"

#include <cmath>
#include <cstddef>

namespace assay::stats {

int ResidualGrid::quantile_cell(double q) const {
  const double rank = std::ceil(q * static_cast<double>(total_));
  std::uint64_t below = 0;
  for (std::size_t cell = 0; cell < counts_.size(); ++cell) {
    below += counts_[cell];
    if (below > 0 && static_cast<double>(below) >= rank) return static_cast<int>(cell);
  }
  return kCells - 1;
}

std::vector<double> ResidualGrid::mid_ranks() const {
  std::vector<double> ranks(counts_.size());
  double below = 0;
  for (std::size_t cell = 0; cell < counts_.size(); ++cell) {
    const auto inside = static_cast<double>(counts_[cell]);
    ranks[cell] = (below + inside / 2) / static_cast<double>(total_);
    below += inside;
  }
  return ranks;
}

}  // namespace assay::stats
