// What ends a run beside its looks. The circuit breaker of a gate (`verdict.abort`): whether the errors so
// far end the run, and the finding that follows; and the finding about a run that somebody ended. The test
// that may be asked at any time: stats/error_breaker.h. Pure functions.
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
// Keeps what somebody ended from passing, because who ends a run has seen its numbers; a remark where looks
// are continuous, whose p-values hold at every moment.
Finding by_hand_finding(const EarlyStop& stop, const config::GateSpec& gate);

}  // namespace assay::verdict
