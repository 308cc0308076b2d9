// What an X.509 certificate and a stapled OCSP response say, as values that outlive OpenSSL's objects.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

struct x509_st;
struct asn1_string_st;

namespace assay::client {

struct CertificateFacts {
  std::string subject, issuer;     // RFC 2253: "CN=shop.example.com,O=Shop"
  std::string issuer_common_name;  // of the issuer; empty where it has none
  std::string issuer_organisation;
  std::string serial;  // hexadecimal
  std::string sha256;  // fingerprint, hexadecimal, upper case, without colons
  std::chrono::system_clock::time_point not_before, not_after;
  std::vector<std::string> names;  // subject alternative names: DNS names and IP addresses
  std::string key;                 // "RSA 2048", "EC prime256v1", "ED25519"
  std::uint32_t key_bits = 0;
  std::string signature;     // "ecdsa-with-SHA256"
  bool authority = false;    // basicConstraints CA:TRUE
  bool self_signed = false;  // subject equals issuer
  std::string pem;
};

CertificateFacts facts_of(x509_st* certificate);
// A moment that this clock cannot hold, as in "valid until the year 9999", becomes its last one.
std::chrono::system_clock::time_point moment_of(const asn1_string_st* time);

// RFC 6960, as far as it can be said without asking the responder.
struct StapledStatus {
  enum class Of : std::uint8_t { good, revoked, unknown };
  Of certificate = Of::unknown;
  bool verified = false;  // signed by the issuer or its delegate, and for this certificate
  std::string problem;    // why not
  std::optional<std::chrono::system_clock::time_point> this_update, next_update;
};

}  // namespace assay::client
