#include "client/tls_offer.h"

#include <openssl/err.h>
#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <filesystem>

namespace assay::client {
namespace {

using Problem = std::string;  // empty: none

constexpr std::array<int, 4> kVersions{TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};

int number(TlsVersion version) { return kVersions[static_cast<std::size_t>(version)]; }

// Set explicitly, because the system's openssl.cnf may forbid what a probe must offer.
Problem limit_versions(SSL_CTX* context, const TlsOffer& offer) {
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT);
  SSL_CTX_clear_options(context, SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_TLSv1_2 | SSL_OP_NO_TLSv1_3);
  const bool set = SSL_CTX_set_min_proto_version(context, number(offer.min)) == 1 &&
                   SSL_CTX_set_max_proto_version(context, number(offer.max)) == 1 &&
                   SSL_CTX_get_min_proto_version(context) == number(offer.min) &&
                   SSL_CTX_get_max_proto_version(context) == number(offer.max);
  if (set) return {};
  return "this OpenSSL cannot offer TLS " + std::string(name(offer.min)) + " to " +
         std::string(name(offer.max)) + ": " + take_openssl_error();
}

Problem choose_ciphers(SSL_CTX* context, const TlsOffer& offer) {
  // "ALL" leaves out those without encryption.
  const std::string ciphers = offer.ciphers.empty() ? "ALL:eNULL" : offer.ciphers;
  constexpr const char* kAllSuites =
      "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:"
      "TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256";
  if (SSL_CTX_set_cipher_list(context, (ciphers + ":@SECLEVEL=0").c_str()) != 1)
    return "this OpenSSL cannot offer the ciphers " + ciphers + ": " + take_openssl_error();
  if (SSL_CTX_set_ciphersuites(context, offer.suites.empty() ? kAllSuites : offer.suites.c_str()) != 1)
    return "this OpenSSL cannot offer the suites " + offer.suites + ": " + take_openssl_error();
  if (!offer.signatures.empty() && SSL_CTX_set1_sigalgs_list(context, offer.signatures.c_str()) != 1)
    return "this OpenSSL cannot offer the signatures " + offer.signatures + ": " + take_openssl_error();
  return {};
}

Problem set_protocols(SSL_CTX* context, const TlsOffer& offer) {
  std::string wire;
  for (const std::string& protocol : offer.protocols) {
    if (protocol.empty() || protocol.size() > 255) return "a protocol name for ALPN has 1 to 255 bytes";
    wire += static_cast<char>(protocol.size());
    wire += protocol;
  }
  if (wire.empty()) return {};
  const auto* const bytes = reinterpret_cast<const unsigned char*>(wire.data());
  return SSL_CTX_set_alpn_protos(context, bytes, static_cast<unsigned>(wire.size())) == 0
             ? Problem()
             : "ALPN: " + take_openssl_error();
}

// What the peer proves is judged after the handshake, so that a bad certificate can be looked at.
Problem load_authorities(SSL_CTX* context, const Access& access) {
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
  const bool loaded = access.ca_file.empty()
                          ? SSL_CTX_set_default_verify_paths(context) == 1
                          : SSL_CTX_load_verify_locations(context, access.ca_file.c_str(), nullptr) == 1;
  if (loaded) return {};
  return "cannot load certificate authorities" +
         (access.ca_file.empty() ? std::string() : " from " + access.ca_file) + ": " + take_openssl_error();
}

Problem load_own_certificate(SSL_CTX* context, const Access& access) {
  if (access.certificate_file.empty()) return {};
  const std::string& key = access.key_file.empty() ? access.certificate_file : access.key_file;
  // Without this, OpenSSL would ask for a passphrase on the terminal.
  SSL_CTX_set_default_passwd_cb(context, [](char*, int, int, void*) { return -1; });
  if (SSL_CTX_use_certificate_chain_file(context, access.certificate_file.c_str()) != 1)
    return "cannot load the client certificate " + access.certificate_file + ": " + take_openssl_error();
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1)
    return "cannot load the client key " + key + ": " + take_openssl_error();
  return {};
}

std::string path_from(const char* variable, const char* otherwise) {
  const char* const set = std::getenv(variable);
  return set != nullptr ? set : otherwise;
}

}  // namespace

std::string take_openssl_error() {
  const unsigned long code = ERR_peek_error();
  const char* const reason = ERR_reason_error_string(code);
  std::string text = reason != nullptr ? reason : "unknown error of OpenSSL";
  ERR_clear_error();
  return text;
}

Expected<SslContextPtr, std::string> make_offer(const TlsOffer& offer, const Access& access) {
  ERR_clear_error();
  SslContextPtr made(SSL_CTX_new(TLS_client_method()));
  if (made == nullptr) return Unexpected("cannot make a TLS context: " + take_openssl_error());
  SSL_CTX_set_session_cache_mode(made.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX* const context = made.get();
  Problem problem = limit_versions(context, offer);
  if (problem.empty()) problem = choose_ciphers(context, offer);
  if (problem.empty()) problem = set_protocols(context, offer);
  if (problem.empty()) problem = load_authorities(context, access);
  if (problem.empty()) problem = load_own_certificate(context, access);
  if (!problem.empty()) return Unexpected(std::move(problem));
  if (offer.ask_status) SSL_CTX_set_tlsext_status_type(context, TLSEXT_STATUSTYPE_ocsp);
  return made;
}

bool system_trusts_anybody() {
  struct stat file {};
  const std::string bundle = path_from(X509_get_default_cert_file_env(), X509_get_default_cert_file());
  if (::stat(bundle.c_str(), &file) == 0 && file.st_size > 0) return true;
  const std::string folder = path_from(X509_get_default_cert_dir_env(), X509_get_default_cert_dir());
  std::error_code error;
  const std::filesystem::directory_iterator entries(folder, error);
  return !error && entries != std::filesystem::directory_iterator();
}

}  // namespace assay::client
