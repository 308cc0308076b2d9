// `command`: a program is run on this machine and judged by its exit code and its outputs.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kCommand;

}  // namespace assay::probes
