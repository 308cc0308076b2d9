// `redis`: whether Redis asks for a password, and its role.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kRedis;

}  // namespace assay::probes
