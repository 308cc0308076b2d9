// A run cut into stretches of equal length, so that a chart has as many points as it can show, however long
// the run was. Histograms of a stretch are merged, never its percentiles averaged. Pure; times are "at".
#pragma once
#include <cstdint>
#include <vector>

#include "model/run_result.h"

namespace assay::reports {

struct TimeGrid {
  Nanos bin{0};
  std::uint32_t bins = 0;
  std::uint32_t slots_per_bin = 1;

  Nanos end() const { return bin * bins; }
  Nanos begin_of(std::uint32_t i) const { return bin * i; }
  // Where a moment stands on the axis of time: 0 at the start, 1 at the end.
  double position(Nanos at) const;
  bool empty() const { return bins == 0; }
};

// At most `most_bins`, each of whole slots and of a length that people use, over the whole run. Bins are long
// enough for `requests_wanted` of each arm on average, as long as there are still 24 of them: percentiles of
// a few requests are their maximum.
TimeGrid grid_of(const RunResult& result, std::uint32_t most_bins, std::uint64_t requests_wanted);
// Every `factor` bins joined.
TimeGrid coarser(const TimeGrid& grid, std::uint32_t factor);

struct LatencyBin {
  std::uint64_t count = 0, failed = 0;
  stats::Histogram response_time;
};

// Of all judged requests of the arm; one for each bin of the grid.
std::vector<LatencyBin> latency_bins(const RunResult& result, Arm arm, const TimeGrid& grid);
std::vector<LatencyBin> coarser(const std::vector<LatencyBin>& bins, std::uint32_t factor);

// Requests of one series, bin by bin.
void add_counts(const Series& series, const TimeGrid& grid, std::vector<std::uint64_t>& into);

}  // namespace assay::reports
