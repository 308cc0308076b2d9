// `health`: what a deployment says about itself, and whether it is true.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kHealth;

}  // namespace assay::probes
