// `alert-rule`: an alert is deployed as it was reviewed, can fire, and reaches its receiver.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kAlertRule;

}  // namespace assay::probes
