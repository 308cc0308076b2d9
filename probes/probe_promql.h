// `promql`: the value of a query of Prometheus.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kPromql;

}  // namespace assay::probes
