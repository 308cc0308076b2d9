// What a handshake proves. A refusal is a claim about the peer, so it needs the peer's own word; everything
// that may as well be the network's doing, or this machine's, proves nothing.
#pragma once
#include <cstdint>
#include <string>

#include "probes/kind.h"
#include "probes/tls_demands.h"

namespace assay::probes {

struct TlsProof {
  enum class What : std::uint8_t {
    accepted,
    agreed,   // the peer chose it, but the handshake came to no end: it may miss a client certificate
    refused,  // by an alert, by closing, or by choosing another version
    unproven,
  };
  What what = What::unproven;
  std::string evidence;  // "accepted, TLS_AES_128_GCM_SHA256", "alert 70 (protocol version)"
  bool ours = false;     // unproven, and this machine or the way there is to blame

  bool spoken() const { return what == What::accepted || what == What::agreed; }
};

// Of a handshake in which only `version` was offered. Believed only of a peer that agreed to another
// handshake: what never speaks TLS closes, or sends any alert, whatever it is asked.
TlsProof tls_proof(const TlsDemands& demands, const Exchange& exchange, client::TlsVersion version);

// Null: no Secure was begun.
const client::Handshake* tls_of(const client::Answer& answer);
std::string alert_text(int alert);  // "alert 70 (protocol version)"

}  // namespace assay::probes
