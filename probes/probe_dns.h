// `dns`: a name has the records that it should have, by the system's resolver, by every resolver of a list,
// or by the name servers of its zone.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kDns;

}  // namespace assay::probes
