// `rollout`: the change to a new version, watched from outside.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kRollout;

}  // namespace assay::probes
