// `metrics`: an endpoint for Prometheus is readable, complete, and counts what happens.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kMetrics;

}  // namespace assay::probes
