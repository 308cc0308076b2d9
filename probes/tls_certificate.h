// The certificates that a peer shows: for whom, from whom, until when.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "probes/kind.h"
#include "probes/tls_demands.h"

namespace assay::probes {

// Whether a certificate for `names` is good for `wanted`. "*.example.com" covers one label in that place; a
// wanted wildcard needs the same wildcard. RFC 6125 6.4.
bool covers(const std::vector<std::string>& names, std::string_view wanted);

// A server may show different certificates in different versions of TLS; each is judged.
void judge_certificates(const Probe& probe, Exchanges all, Judgement& judgement);
// The stapled OCSP response of one handshake in which it was asked for.
void judge_stapling(const TlsDemands& demands, const Exchange& exchange, Judgement& judgement);

}  // namespace assay::probes
