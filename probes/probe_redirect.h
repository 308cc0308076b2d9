// `redirect`: a chain of redirects ends where it should, by a way that can be trusted. Other hosts than the
// target's are asked only where the gate file lists them.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kRedirect;

}  // namespace assay::probes
