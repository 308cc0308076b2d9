// `tcp`: one port: it accepts connections, says what is expected, or is closed.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kTcp;

}  // namespace assay::probes
