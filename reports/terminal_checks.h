// What the checks of a run measured beside their limits, in tables that fit a terminal: parts of the summary.
// Pure functions; the findings must outlive the blocks only while they are made.
#pragma once
#include "reports/blocks.h"
#include "reports/summary.h"
#include "reports/terminal_lines.h"

namespace assay::reports {

// Both arms with change, interval and margin; or what the one arm did. Trouble first.
Block metrics_block(const Summary& summary, unsigned rank, const TextForm& form);

Block thresholds_block(const Summary& summary, unsigned rank, const TextForm& form);

}  // namespace assay::reports
