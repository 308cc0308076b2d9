// The cipher suites that a peer must not accept. Only those are offered: what it chooses is named, and
// offered no more, until it refuses the rest.
#pragma once
#include <vector>

#include "probes/kind.h"
#include "probes/tls_demands.h"

namespace assay::probes {

// Empty: all is known.
std::vector<client::Ask> cipher_asks(const Probe& probe, Exchanges so_far);
void judge_ciphers(const Probe& probe, Exchanges all, Judgement& judgement);

}  // namespace assay::probes
