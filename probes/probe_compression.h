// `compression`: what compresses well is sent compressed, is the same after decoding, and is told apart by
// caches.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kCompression;

}  // namespace assay::probes
