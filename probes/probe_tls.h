// `tls`: the versions, ciphers and certificates of a peer, each demand proven by a handshake of its own.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kTls;

}  // namespace assay::probes
