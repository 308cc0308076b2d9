// `log-search`: what requests leave in the logs can be found by their correlation id, with its fields.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kLogSearch;

}  // namespace assay::probes
