#include "certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>

namespace assay::net {
namespace {

constexpr long kDay = 24L * 60 * 60;

std::shared_ptr<EVP_PKEY> make_key() { return {EVP_EC_gen("P-256"), &EVP_PKEY_free}; }

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

KeyPair make(const CertificateWish& wish, const KeyPair* issuer) {
  static std::atomic<long> serial = 1;
  KeyPair made{make_key(), {X509_new(), &X509_free}};
  X509* const certificate = made.certificate.get();
  X509* const signer = issuer != nullptr ? issuer->certificate.get() : certificate;
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate), wish.starts_in_days * kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate), wish.ends_in_days * kDay);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(wish.subject.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(signer));
  X509_set_pubkey(certificate, made.key.get());
  extend(certificate, signer, NID_basic_constraints,
         wish.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (!wish.names.empty()) extend(certificate, signer, NID_subject_alt_name, wish.names);
  X509_sign(certificate, issuer != nullptr ? issuer->key.get() : made.key.get(), EVP_sha256());
  return made;
}

void write_pem(const std::string& path, const KeyPair& pair, bool with_key) {
  std::FILE* const file = std::fopen(path.c_str(), "w");
  PEM_write_X509(file, pair.certificate.get());
  if (with_key) PEM_write_PrivateKey(file, pair.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
}

std::filesystem::path fresh_directory() {
  static std::atomic<int> count = 0;
  const std::string name = "assay-tls-" + std::to_string(::getpid()) + "-" + std::to_string(count++);
  const auto path = std::filesystem::temp_directory_path() / name;
  std::filesystem::create_directories(path);
  return path;
}

}  // namespace

TestAuthority::TestAuthority()
    : directory_(fresh_directory()),
      root_(make({"Test Authority " + directory_.filename().string(), "", -10, 10, true}, nullptr)) {
  write_pem(ca_file(), root_, false);
}

TestAuthority::~TestAuthority() { std::filesystem::remove_all(directory_); }

KeyPair TestAuthority::issue(const CertificateWish& wish) const { return make(wish, &root_); }

KeyPair TestAuthority::issue_under(const KeyPair& issuer, const CertificateWish& wish) {
  return make(wish, &issuer);
}

KeyPair TestAuthority::self_signed(const CertificateWish& wish) { return make(wish, nullptr); }

std::string TestAuthority::certificate_file(const KeyPair& pair) const {
  const std::string path =
      directory_ /
      ("pair-" + std::to_string(ASN1_INTEGER_get(X509_get_serialNumber(pair.certificate.get()))) + ".pem");
  write_pem(path, pair, true);
  return path;
}

std::shared_ptr<SSL_CTX> TestAuthority::server(const KeyPair& pair, bool ask_client) const {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  SSL_CTX_use_certificate(context.get(), pair.certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), pair.key.get());
  SSL_CTX_ctrl(context.get(), SSL_CTRL_CHAIN_CERT, 1, root_.certificate.get());
  const unsigned char kSession[] = "test";
  SSL_CTX_set_session_id_context(context.get(), kSession, sizeof kSession);
  if (ask_client) {
    SSL_CTX_load_verify_locations(context.get(), ca_file().c_str(), nullptr);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context;
}

}  // namespace assay::net
