// `version`: which build answers.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kVersion;

}  // namespace assay::probes
