#include "client/certificate_facts.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <memory>

#include "client/address.h"
#include "client/openssl.h"

namespace assay::client {
namespace {

using BioPtr = std::unique_ptr<BIO, Freeing<BIO_free>>;
using Moment = std::chrono::system_clock::time_point;

std::string bytes_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string content_of(BIO* memory) {
  char* text = nullptr;
  const long length = BIO_get_mem_data(memory, &text);
  return length > 0 ? std::string(text, static_cast<std::size_t>(length)) : std::string();
}

std::string name_text(const X509_NAME* name) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  return content_of(out.get());
}

std::string name_part(const X509_NAME* name, int kind) {
  const int at = X509_NAME_get_index_by_NID(name, kind, -1);
  if (at < 0) return {};
  unsigned char* utf8 = nullptr;
  const int length = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (length < 0) return {};
  std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(length));
  OPENSSL_free(utf8);
  return text;
}

std::string address_text(const ASN1_OCTET_STRING* address) {
  const int length = ASN1_STRING_length(address);
  if (length != 4 && length != 16) return {};
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(length == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(address), text.data(), text.size());
  return text.data();
}

std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> names;
  auto* const found =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(found); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(found, i);
    // An address that is written as a DNS name is good for nothing: no client looks there for it.
    if (name->type == GEN_DNS && !literal_address(bytes_of(name->d.dNSName), 0))
      names.push_back(bytes_of(name->d.dNSName));
    if (name->type == GEN_IPADD) names.push_back(address_text(name->d.iPAddress));
  }
  GENERAL_NAMES_free(found);
  return names;
}

std::string hexadecimal(const unsigned char* bytes, std::size_t length) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  for (std::size_t i = 0; i < length; ++i) {
    text += kDigits[bytes[i] >> 4U];
    text += kDigits[bytes[i] & 15U];
  }
  return text;
}

std::string fingerprint_of(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &length) != 1) return {};
  return hexadecimal(digest.data(), length);
}

std::string serial_of(const X509* certificate) {
  const std::string bytes = bytes_of(X509_get0_serialNumber(certificate));
  return hexadecimal(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

std::string pem_of(X509* certificate) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(out.get(), certificate);
  return content_of(out.get());
}

std::string key_text(const EVP_PKEY* key) {
  const int kind = EVP_PKEY_get_base_id(key);
  if (kind == EVP_PKEY_EC) {
    std::array<char, 80> group{};
    std::size_t length = 0;
    if (EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) != 1) return "EC";
    return "EC " + std::string(group.data(), length);
  }
  if (kind == EVP_PKEY_RSA) return "RSA " + std::to_string(EVP_PKEY_get_bits(key));
  if (kind == EVP_PKEY_RSA_PSS) return "RSA-PSS " + std::to_string(EVP_PKEY_get_bits(key));
  const char* const name = OBJ_nid2sn(kind);
  return name != nullptr ? name : "unknown";
}

void fill_names(X509* certificate, CertificateFacts& facts) {
  const X509_NAME* const issuer = X509_get_issuer_name(certificate);
  facts.subject = name_text(X509_get_subject_name(certificate));
  facts.issuer = name_text(issuer);
  facts.issuer_common_name = name_part(issuer, NID_commonName);
  facts.issuer_organisation = name_part(issuer, NID_organizationName);
  facts.names = names_of(certificate);
  facts.self_signed = X509_NAME_cmp(X509_get_subject_name(certificate), issuer) == 0;
}

}  // namespace

Moment moment_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return {};
  const std::chrono::seconds since(::timegm(&parts));
  if (since > std::chrono::floor<std::chrono::seconds>(Moment::max()).time_since_epoch())
    return Moment::max();
  if (since < std::chrono::ceil<std::chrono::seconds>(Moment::min()).time_since_epoch()) return Moment::min();
  return Moment(since);
}

CertificateFacts facts_of(X509* certificate) {
  CertificateFacts facts;
  fill_names(certificate, facts);
  facts.serial = serial_of(certificate);
  facts.sha256 = fingerprint_of(certificate);
  facts.not_before = moment_of(X509_get0_notBefore(certificate));
  facts.not_after = moment_of(X509_get0_notAfter(certificate));
  facts.authority = X509_check_ca(certificate) == 1;
  if (const char* const signature = OBJ_nid2ln(X509_get_signature_nid(certificate)))
    facts.signature = signature;
  facts.key = "unreadable";
  if (const EVP_PKEY* const key = X509_get0_pubkey(certificate)) {
    facts.key = key_text(key);
    facts.key_bits = static_cast<std::uint32_t>(EVP_PKEY_get_bits(key));
  }
  facts.pem = pem_of(certificate);
  ERR_clear_error();
  return facts;
}

}  // namespace assay::client
