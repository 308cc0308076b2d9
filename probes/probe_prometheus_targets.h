// `prometheus-targets`: what a Prometheus scrapes is there, up and fresh.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kPrometheusTargets;

}  // namespace assay::probes
