// What a run's text begins with, however much of it is told: the verdict, its reason, and everything that
// keeps the run from passing. Pure functions.
#pragma once
#include <vector>

#include "model/run_record.h"
#include "reports/blocks.h"
#include "reports/summary.h"
#include "reports/terminal_lines.h"

namespace assay::reports {

// "■ FAIL  demo" and why, in at most so many lines.
Block headline_block(const RunRecord& record, const Summary& summary, unsigned rank, const TextForm& form);

// What is not said by the headline's reason already; what failed first.
Block reasons_block(const RunRecord& record, const Summary& summary, unsigned rank, const TextForm& form);

}  // namespace assay::reports
