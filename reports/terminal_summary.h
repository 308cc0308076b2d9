// What a run ends with on a terminal: at most kSummaryLines lines. The verdict, why, and what was measured
// beside its limits, with what failed first; what does not fit is counted, and the last lines say where it
// stands.
#pragma once
#include <cstddef>
#include <string>

#include "reports/registry.h"

namespace assay::reports {

inline constexpr std::size_t kSummaryLines = 40;

// Of Detail::usual, or of Detail::brief: the verdict and its reasons only.
std::string terminal_summary(const RunRecord& record, const ReportOptions& options);

// Where the rest stands, which everything that a terminal is told ends with; empty: it is not stored.
std::string place_of_the_rest(const ReportOptions& options);

}  // namespace assay::reports
