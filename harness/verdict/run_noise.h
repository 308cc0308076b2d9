// What one run shows of the noise of a gate's metrics, in the form in which stored runs tell it: so that a
// pilot can answer what a longer run could find. Pure function.
#pragma once
#include "config/gate_spec.h"
#include "model/noise_facts.h"
#include "verdict/arm_series.h"

namespace assay::verdict {

// Metrics with too little data are left out; `source` is the caller's to fill.
NoiseFacts run_noise(const ArmSeries& series, const config::GateSpec& gate);

}  // namespace assay::verdict
