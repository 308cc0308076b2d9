// `watchdog`: an alert that always fires goes on arriving, so the way that all others take is alive.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kWatchdog;

}  // namespace assay::probes
