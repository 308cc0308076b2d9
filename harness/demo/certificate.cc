#include "demo/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>

namespace assay::demo {
namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;

constexpr long kDaySeconds = 24 * 60 * 60;
constexpr const char* kGoodNames = "DNS:localhost,IP:127.0.0.1,IP:::1";
constexpr const char* kWrongNames = "DNS:somewhere-else.invalid";

struct Content {
  const char* common_name;
  long first_day, last_day;       // relative to today
  const char* alternative_names;  // null for the authority
};

SystemError openssl_error(const char* operation) {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  return {operation, "the demo certificate", text.data(), {}};
}

bool add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
  std::uint64_t serial = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1) return false;
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1) == 1;
}

bool set_facts(X509* certificate, const Content& content) {
  const auto* name = reinterpret_cast<const unsigned char*>(content.common_name);
  return X509_set_version(certificate, 2) == 1 && set_serial(certificate) &&
         X509_gmtime_adj(X509_getm_notBefore(certificate), content.first_day * kDaySeconds) != nullptr &&
         X509_gmtime_adj(X509_getm_notAfter(certificate), content.last_day * kDaySeconds) != nullptr &&
         X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, name, -1, -1,
                                    0) == 1;
}

bool set_usage(X509* certificate, X509* issuer, const Content& content) {
  if (content.alternative_names == nullptr) {
    return add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE") &&
           add_extension(certificate, issuer, NID_key_usage, "critical,keyCertSign,cRLSign") &&
           add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
  }
  return add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, issuer, NID_ext_key_usage, "serverAuth") &&
         add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always") &&
         add_extension(certificate, issuer, NID_subject_alt_name, content.alternative_names);
}

// `issuer` null: signed by itself. Null where OpenSSL refused.
Certificate make(const Content& content, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
  Certificate made(X509_new());
  if (!made || !set_facts(made.get(), content) || X509_set_pubkey(made.get(), key) != 1) return nullptr;
  X509* const signer = issuer == nullptr ? made.get() : issuer;
  if (X509_set_issuer_name(made.get(), X509_get_subject_name(signer)) != 1) return nullptr;
  if (!set_usage(made.get(), signer, content)) return nullptr;
  if (X509_sign(made.get(), issuer_key, EVP_sha256()) == 0) return nullptr;
  return made;
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(length)};
}

std::string pem(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509(bio.get(), certificate) != 1) return {};
  return text_of(bio.get());
}

std::string pem(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) return {};
  return text_of(bio.get());
}

}  // namespace

Expected<MadeCertificate, SystemError> make_certificate(TlsOptions::Flaw flaw) {
  const bool expired = flaw == TlsOptions::Flaw::expired;
  const Content authority{"assay demo authority", -30, 365, nullptr};
  const Content server{"assay demo target", expired ? -10 : -1, expired ? -1 : 90,
                       flaw == TlsOptions::Flaw::wrong_name ? kWrongNames : kGoodNames};
  const Key ca_key(EVP_EC_gen("P-256")), key(EVP_EC_gen("P-256"));
  if (!ca_key || !key) return Unexpected(openssl_error("make a key for"));
  const Certificate ca = make(authority, ca_key.get(), nullptr, ca_key.get());
  if (!ca) return Unexpected(openssl_error("make"));
  const Certificate leaf = make(server, key.get(), ca.get(), ca_key.get());
  if (!leaf) return Unexpected(openssl_error("make"));
  return MadeCertificate{pem(ca.get()), pem(leaf.get()), pem(key.get())};
}

}  // namespace assay::demo
