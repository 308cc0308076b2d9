// RunView: what the sections of a page have in common, computed once: the summary, the grid of time, and both
// arms cut into its bins. Refers to the RunRecord, which must outlive it.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "model/run_record.h"
#include "reports/summary.h"
#include "reports/time_bins.h"

namespace assay::reports {

struct RunView {
  const RunRecord& record;
  const RunResult& result;
  Summary summary;
  TimeGrid grid;
  std::array<std::vector<LatencyBin>, kArmCount> latency;  // by Arm; without a bin where there was no load
  std::uint32_t table_factor = 1;                          // so many bins are one row of a table

  const std::vector<LatencyBin>& bins_of(Arm arm) const { return latency[static_cast<std::size_t>(arm)]; }
  // Candidate first, as everywhere; the baseline only where load went to one.
  std::vector<Arm> arms() const;
  bool has_load() const { return !grid.empty() && !summary.watched; }
};

RunView view_of(const RunRecord& record);

// As many rows of a table over time as a person reads.
inline constexpr std::uint32_t kMostRows = 30;
// Names beyond so many are folded: no page gets better by the fifty-first.
inline constexpr std::size_t kMostNames = 50;

}  // namespace assay::reports
