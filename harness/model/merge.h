// Puts the segments of one run together that K of N machines measured, each its own part of the schedule.
#pragma once
#include <string>
#include <vector>

#include "base/expected.h"
#include "model/run_result.h"

namespace assay {

// All segments of one run, in any order, become segment 1 of 1: what one machine would have measured.
// Counters add up, histograms merge, slots and health seconds meet by index. Identity, environment and texts
// are those of segment 1. Where a second cannot be merged exactly it is said at GeneratorHealth: lag
// quantiles and the busiest worker are the largest of the parts. The error names the run and the difference.
Expected<RunResult, std::string> merge(std::vector<RunResult> parts);

// Adds what `part` measured to `into`: series, slots, failures, targets, load and counters, but not health.
// For parts of one run on one machine, whose health its engine still knows exactly.
void add_measured(RunResult& into, const RunResult& part);

}  // namespace assay
