// Probes as a table for people: the state as a shape and a word, what it found, and for each that did not
// pass where it stands and what to look at. Shared by `assay probe` and by the reports of runs.
#pragma once
#include <span>
#include <string>

#include "model/probe_result.h"
#include "reports/palette.h"

namespace assay::reports {

std::string probe_table(std::span<const ProbeResult> probes, const Palette& palette);
bool needs_attention(ProbeState state);  // it neither passed nor was skipped

// "12 probes: 10 pass, 1 warn, 1 fail"
std::string probe_counts(std::span<const ProbeResult> probes);

}  // namespace assay::reports
