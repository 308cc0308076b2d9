// `alert-lifecycle`: an alert is made to fire, to arrive and to clear.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kAlertLifecycle;

}  // namespace assay::probes
