#include "reports/run_view.h"

namespace assay::reports {
namespace {

constexpr std::uint32_t kMostBins = 600;        // as many points as a wide screen can show
constexpr std::uint64_t kRequestsWanted = 100;  // in a bin, so that its p99 is more than its slowest request

}  // namespace

std::vector<Arm> RunView::arms() const {
  if (summary.offered_to_baseline) return {Arm::candidate, Arm::baseline};
  return {Arm::candidate};
}

RunView view_of(const RunRecord& record) {
  RunView view{
      record, record.result, summarise(record), grid_of(record.result, kMostBins, kRequestsWanted), {}, 1};
  view.table_factor = (view.grid.bins + kMostRows - 1) / kMostRows;
  for (const Arm arm : view.arms())
    view.latency[static_cast<std::size_t>(arm)] = latency_bins(record.result, arm, view.grid);
  return view;
}

}  // namespace assay::reports
