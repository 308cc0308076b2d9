// `availability`: one path of the user all the time, and whether the readiness tells the truth about it.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kAvailability;

}  // namespace assay::probes
