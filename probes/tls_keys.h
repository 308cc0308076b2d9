// What kinds that secure a dialogue share: the key `verify`, and the facts of a handshake.
#pragma once
#include "probes/judgement.h"
#include "probes/kind.h"

namespace assay::probes {

// Whether the certificate must be trusted and for the name. Where `verify` is not written: as the target has
// it, if the gate file demands TLS here; what is merely used because it was offered need not be trusted, as a
// mail exchanger's or a database's own certificate seldom is.
bool read_verify(const config::ProbeReading& reading, bool demanded);

// `verify` where no TLS is spoken is a mistake; `instead` is the key that would bring it.
void refuse_verify_without_tls(const config::ProbeReading& reading, std::string_view instead);

// Null: no Secure was begun.
const client::Handshake* handshake(const client::Answer& answer);

// Returns whether the connection is secured.
bool judge_handshake(const Exchange& exchange, bool verify, Judgement& judgement);

}  // namespace assay::probes
