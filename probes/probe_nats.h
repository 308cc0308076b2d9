// `nats`: what a NATS server says about itself and whom it lets in.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kNats;

}  // namespace assay::probes
