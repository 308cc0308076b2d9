// What a check rests on, in short and in lines, for formats that show one check at a time. Pure functions.
#pragma once
#include <string>
#include <vector>

#include "model/probe_result.h"
#include "model/verdict.h"

namespace assay::reports {

// "measured 0.617%, limit 0.5%"; "+22.7% [+6.7%, +38.7%], margin 10%"; empty where a finding has no numbers.
std::string numbers_of(const Finding& finding);

// Baseline and candidate, intervals and samples of a comparison; facts and exchanges of a probe.
std::vector<std::string> evidence_of(const Finding& finding, const ProbeResult* probe);

}  // namespace assay::reports
