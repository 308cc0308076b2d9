// `scale-out`: how the number of instances follows the load.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kScaleOut;

}  // namespace assay::probes
