// `grafana-dashboard`: a dashboard is there, and its panels show data.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kGrafanaDashboard;

}  // namespace assay::probes
