// `env`: variables of assay's own environment are set, as the deployment that it belongs to will need them.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kEnv;

}  // namespace assay::probes
