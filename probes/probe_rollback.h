// `rollback`: the way back to an old version, which must not lose a request.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kRollback;

}  // namespace assay::probes
