// `ports`: which ports of a host are open, and that all others are closed.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kPorts;

}  // namespace assay::probes
