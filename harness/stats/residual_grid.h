// Counts of residuals (log time minus local log level) on an even grid of 1/1024, i.e. 0.1 % of a time. Ranks
// and quantiles over all requests of a run come from here, without sorting. Residuals beyond +-12 (a factor
// of 160 000) share the outermost cells. Internal to stats; one thread at a time.
#pragma once
#include <cstdint>
#include <vector>

namespace assay::stats {

class ResidualGrid {
 public:
  static constexpr double kReach = 12;
  static constexpr double kCellsPerUnit = 1024;
  static constexpr int kCells = static_cast<int>(2 * kReach * kCellsPerUnit) + 1;

  static int cell(double residual) {
    const double scaled = (residual + kReach) * kCellsPerUnit;
    return scaled <= 0 ? 0 : scaled >= kCells - 1 ? kCells - 1 : static_cast<int>(scaled);
  }
  static double middle(int cell) { return (cell + 0.5) / kCellsPerUnit - kReach; }

  ResidualGrid() : counts_(static_cast<std::size_t>(kCells)) {}

  void add(int cell, std::uint64_t count) {
    counts_[static_cast<std::size_t>(cell)] += count;
    total_ += count;
  }
  std::uint64_t total() const { return total_; }

  // The cell that holds the value of rank ceil(q * n); the grid must not be empty.
  int quantile_cell(double q) const;

  // By cell: the share of values below it plus half the share inside it.
  std::vector<double> mid_ranks() const;

 private:
  std::vector<std::uint64_t> counts_;
  std::uint64_t total_ = 0;
};

}  // namespace assay::stats
