// A TLS context that offers exactly what a TlsOffer says, old versions and weak ciphers included.
#pragma once
#include <string>

#include "base/expected.h"
#include "client/ask.h"
#include "client/openssl.h"

namespace assay::client {

// Or why this machine cannot offer that: a version that this OpenSSL does not have, an unreadable file.
Expected<SslContextPtr, std::string> make_offer(const TlsOffer& offer, const Access& access);

// Whether the system's own trust store, which an empty `ca_file` means, has anything in it.
bool system_trusts_anybody();

}  // namespace assay::client
