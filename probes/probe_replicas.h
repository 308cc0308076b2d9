// `replicas`: how many instances there are.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kReplicas;

}  // namespace assay::probes
