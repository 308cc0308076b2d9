// `ssh`: the banner, algorithms and login methods of an SSH server, without a login.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kSsh;

}  // namespace assay::probes
