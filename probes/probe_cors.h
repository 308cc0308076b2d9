// `cors`: which origins' pages may read the answers of a path, asked as browsers do: a preflight for each
// method, then the request itself.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kCors;

}  // namespace assay::probes
