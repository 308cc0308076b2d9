// What no sentence may show: every form in which a secret is sent, because it comes back in any of them.
// Pure.
#pragma once
#include <string>
#include <vector>

#include "config/gate_spec.h"

namespace assay::match {

// Plain and encoded, longest first.
std::vector<std::string> secret_forms(const std::vector<config::SecretSpec>& secrets);

}  // namespace assay::match
