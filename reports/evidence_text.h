// What a comparison rests on, in lines that several formats share. Pure functions of one finding; empty where
// the finding does not know.
#pragma once
#include <string>
#include <vector>

#include "model/verdict.h"

namespace assay::reports {

// "96 of 100 slots of 500ms compared, 96% of the time was calm; 12% of the variance is slow noise, which
// hangs together for 5s (declared)"
std::string basis_text(const Finding& finding);

// "a run like this finds +34% and lets +1.2% pass, each 4 times in 5; identical versions pass in 93% of such
// runs"
std::string power_text(const Finding& finding);

// The sentence of a part, and how sure it is: "...; q = 0.0021"
std::string breakdown_text(const Finding& finding);

// "without 35s to 35.5s it would be +18.2%, without 12s to 12.5s +21%"
std::string influence_text(const Finding& finding);

// Those of the above that have something to say.
std::vector<std::string> evidence_lines(const Finding& finding);

}  // namespace assay::reports
