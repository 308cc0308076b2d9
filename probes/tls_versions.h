// The versions of TLS that a peer accepts and refuses: one handshake each, which offers nothing else.
#pragma once
#include <vector>

#include "probes/kind.h"
#include "probes/tls_demands.h"

namespace assay::probes {

std::vector<client::Ask> version_asks(const Probe& probe);
// A refusal of a version is believed only where the peer says that the version is the reason, or where it
// also refuses every cipher suite there is: it may have none in common with this machine's library, or drop
// one of many connections. One at a time; empty: all is known.
std::vector<client::Ask> confirming_asks(const Probe& probe, Exchanges so_far);
// Null: it was not asked for.
const Exchange* version_exchange(Exchanges all, client::TlsVersion version);
// Whether the peer agreed to any handshake at all.
bool speaks_tls(Exchanges all);

void judge_versions(const TlsDemands& demands, Exchanges all, Judgement& judgement);

// To the probe's host and port, after what its protocol says before TLS.
client::Ask tls_ask(const Probe& probe, std::string label, client::TlsOffer offer);

}  // namespace assay::probes
