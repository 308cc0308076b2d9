// What a certificate chain is worth: whether it leads to an authority that is trusted here, and what a
// stapled OCSP response says. Nothing here aborts a handshake; everything becomes a fact.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "client/certificate_facts.h"
#include "client/openssl.h"

namespace assay::client {

// Why the chain is not trusted; empty: it is. `sent`: as the peer sent it, the leaf first. The demands on
// keys and signatures are those of Debian's OpenSSL and curl: 112 bits, no SHA-1.
std::string trust_problem(X509_STORE* store, STACK_OF(X509) * sent);

// Whether the leaf is for `name`, a host name or an IP address. Only subject alternative names count, as in
// browsers.
bool is_for(X509* leaf, const std::string& name);

// `response`: as it was stapled, DER.
StapledStatus stapled_status(X509_STORE* store, STACK_OF(X509) * sent, std::string_view response);

}  // namespace assay::client
