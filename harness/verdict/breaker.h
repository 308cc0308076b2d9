// The circuit breaker of a gate (`verdict.abort`): whether the errors so far end the run, and the finding
// that follows. The test that may be asked at any time: stats/error_breaker.h. Pure functions.
#pragma once
#include <optional>
#include <string>

#include "config/gate_spec.h"
#include "model/early_stop.h"
#include "model/verdict.h"
#include "stats/error_rate.h"

namespace assay::verdict {

// Why the run must end, if it must. `so_far`: all requests since the first warm-up.
std::optional<std::string> reason_to_abort(const config::GateSpec& gate, const stats::ErrorSlot& so_far);

Finding abort_finding(const EarlyStop& stop, const config::GateSpec& gate);

}  // namespace assay::verdict
