// What a gate sends and how it offers it, each as one text that is equal exactly for gates whose runs may be
// compared: comments, order of keys, thresholds and targets' addresses do not enter. Pure functions.
#pragma once
#include <string>

#include "config/gate_spec.h"

namespace assay::config {

// Scenarios as written, with the values of the variables that they use, and the headers and timeouts of
// targets.
std::string scenario_identity(const GateSpec& gate);
// All load phases and the number of arms that share them.
std::string load_identity(const GateSpec& gate);

}  // namespace assay::config
