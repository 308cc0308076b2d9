// `caching`: how long browsers and shared caches may keep what several paths answer, and whether asking again
// is answered without sending it again.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kCaching;

}  // namespace assay::probes
