// `recovery`: a stopwatch for a drill. It begins with the declared failure and stops with the first round in
// which every smoke request passes; a marker in the data tells how much of it was lost.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kRecovery;

}  // namespace assay::probes
