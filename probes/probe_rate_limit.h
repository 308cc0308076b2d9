// `rate-limit`: so many requests are accepted in a window, and more are not.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kRateLimit;

}  // namespace assay::probes
