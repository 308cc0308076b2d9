// A shape beside the word of a state, so that a glance finds failures without colour.
#pragma once
#include <string_view>

#include "model/probe_result.h"
#include "model/verdict.h"

namespace assay::reports {

std::string_view shape_of(Grade grade);  // "■"
std::string_view shape_of(FindingState state);
std::string_view shape_of(ProbeState state);

}  // namespace assay::reports
