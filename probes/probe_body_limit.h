// `body-limit`: the largest body is accepted, and one byte more is not.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kBodyLimit;

}  // namespace assay::probes
