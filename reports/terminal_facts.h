// What a run was and whether it can be trusted, one fact a line: a part of the summary. Pure function.
#pragma once
#include "model/run_record.h"
#include "reports/blocks.h"
#include "reports/summary.h"
#include "reports/terminal_lines.h"

namespace assay::reports {

// What a reader must know first: why there is no load or not all of it, doubts, limits.
Block facts_block(const RunRecord& record, const Summary& summary, unsigned rank, const TextForm& form);

}  // namespace assay::reports
