// What a store says about the noise of a gate before it is run: for `assay explain`, and for the looks of a
// run.
#pragma once
#include <optional>
#include <string>

#include "base/expected.h"
#include "base/system_error.h"
#include "cli/context.h"
#include "config/gate_spec.h"
#include "model/noise_facts.h"

namespace assay::cli {

// From runs of the same scenarios and load in this environment, as far as it is known beforehand: how far
// away the targets are, and how many machines will offer the load, is taken from the newest of them. Nothing
// where there is no such run with two arms. Fails where the store is not there or cannot be read.
Expected<std::optional<NoiseFacts>, SystemError> stored_noise(const Context& context,
                                                              const config::GateSpec& gate,
                                                              const std::string& location);

}  // namespace assay::cli
