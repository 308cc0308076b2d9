// Who and what a run is: everything that the engine does not know.
#pragma once
#include <chrono>

#include "cli/context.h"
#include "cli/gate.h"
#include "model/run_result.h"

namespace assay::cli {

using Moment = std::chrono::system_clock::time_point;

// `started`: when the command began; the load's own start, where it is known, stays.
void identify(RunResult& result, const Context& context, const Gate& gate, Moment started);

}  // namespace assay::cli
