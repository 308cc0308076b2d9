#include "client/trust.h"

// marker

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>

#include "client/address.h"

namespace assay::client {
namespace {

using BasicPtr = std::unique_ptr<OCSP_BASICRESP, Freeing<OCSP_BASICRESP_free>>;
using ResponsePtr = std::unique_ptr<OCSP_RESPONSE, Freeing<OCSP_RESPONSE_free>>;
using CertIdPtr = std::unique_ptr<OCSP_CERTID, Freeing<OCSP_CERTID_free>>;

constexpr int kSecurityLevel = 2;

StoreContextPtr verify(X509_STORE* store, STACK_OF(X509) * sent, unsigned long flags) {
  StoreContextPtr context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store, sk_X509_value(sent, 0), sent);
  X509_STORE_CTX_set_default(context.get(), "ssl_server");
  X509_VERIFY_PARAM* const parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_auth_level(parameters, kSecurityLevel);
  X509_VERIFY_PARAM_set_flags(parameters, flags);
  X509_verify_cert(context.get());
  ERR_clear_error();
  return context;
}

bool holds(const X509_STORE_CTX* context) { return X509_STORE_CTX_get_error(context) == X509_V_OK; }

bool contains(STACK_OF(X509) * certificates, const X509* wanted) {
  for (int i = 0; i < sk_X509_num(certificates); ++i)
    if (X509_cmp(sk_X509_value(certificates, i), wanted) == 0) return true;
  return false;
}

// An intermediate that only this machine happens to know: other clients cannot complete the chain.
std::string unsent_intermediate(X509_STORE_CTX* context, STACK_OF(X509) * sent) {
  STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(context);
  for (int i = 1; i + 1 < sk_X509_num(chain); ++i) {
    X509* const certificate = sk_X509_value(chain, i);
    if (!contains(sent, certificate))
      return "the intermediate certificate \"" + facts_of(certificate).subject +
             "\" was not sent; only the authorities known here complete the chain";
  }
  return {};
}

std::string problem_of(X509_STORE_CTX* context) {
  const int error = X509_STORE_CTX_get_error(context);
  std::string text = X509_verify_cert_error_string(error);
  if (X509* const at = X509_STORE_CTX_get_current_cert(context)) text += " (" + facts_of(at).subject + ")";
  return text;
}

// The issuer, for the identity that the response must speak of.
X509* issuer_of(STACK_OF(X509) * chain) {
  X509* const leaf = sk_X509_value(chain, 0);
  for (int i = 0; i < sk_X509_num(chain); ++i)
    if (X509_check_issued(sk_X509_value(chain, i), leaf) == X509_V_OK) return sk_X509_value(chain, i);
  return nullptr;
}

std::optional<std::chrono::system_clock::time_point> moment(const ASN1_GENERALIZEDTIME* time) {
  if (time == nullptr) return std::nullopt;
  return moment_of(time);
}

// The answer about one certificate among those of a response.
OCSP_SINGLERESP* answer_about(OCSP_BASICRESP* basic, X509* leaf, X509* issuer) {
  for (int i = 0; i < OCSP_resp_count(basic); ++i) {
    OCSP_SINGLERESP* const single = OCSP_resp_get0(basic, i);
    ASN1_OBJECT* digest = nullptr;
    OCSP_id_get0_info(nullptr, &digest, nullptr, nullptr,
                      const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(single)));
    const EVP_MD* const hash = EVP_get_digestbyobj(digest);
    if (hash == nullptr) continue;
    const CertIdPtr id(OCSP_cert_to_id(hash, leaf, issuer));
    if (id != nullptr && OCSP_id_cmp(id.get(), OCSP_SINGLERESP_get0_id(single)) == 0) return single;
  }
  return nullptr;
}

void fill(OCSP_SINGLERESP* single, StapledStatus& status) {
  ASN1_GENERALIZEDTIME *since = nullptr, *until = nullptr;
  switch (OCSP_single_get0_status(single, nullptr, nullptr, &since, &until)) {
    case V_OCSP_CERTSTATUS_GOOD:
      status.certificate = StapledStatus::Of::good;
      break;
    case V_OCSP_CERTSTATUS_REVOKED:
      status.certificate = StapledStatus::Of::revoked;
      break;
    default:
      status.certificate = StapledStatus::Of::unknown;
  }
  status.this_update = moment(since);
  status.next_update = moment(until);
}

BasicPtr parse(std::string_view bytes, std::string& problem) {
  const auto* der = reinterpret_cast<const unsigned char*>(bytes.data());
  const ResponsePtr response(d2i_OCSP_RESPONSE(nullptr, &der, static_cast<long>(bytes.size())));
  if (response == nullptr) {
    problem = "it cannot be read";
    return nullptr;
  }
  const int state = OCSP_response_status(response.get());
  if (state != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
    problem = std::string("the responder could not answer: ") + OCSP_response_status_str(state);
    return nullptr;
  }
  BasicPtr basic(OCSP_response_get1_basic(response.get()));
  if (basic == nullptr) problem = "it is of an unknown type";
  return basic;
}

}  // namespace

std::string trust_problem(X509_STORE* store, STACK_OF(X509) * sent) {
  if (sk_X509_num(sent) <= 0) return "no certificate was sent";
  const StoreContextPtr to_root = verify(store, sent, 0);
  if (holds(to_root.get())) return unsent_intermediate(to_root.get(), sent);
  // A CA file may name an intermediate as the authority, without its root; curl takes that as well.
  if (holds(verify(store, sent, X509_V_FLAG_PARTIAL_CHAIN).get())) return {};
  return problem_of(to_root.get());
}

bool is_for(X509* leaf, const std::string& name) {
  if (literal_address(name, 0)) return X509_check_ip_asc(leaf, name.c_str(), 0) == 1;
  constexpr unsigned kFlags = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
  return X509_check_host(leaf, name.data(), name.size(), kFlags, nullptr) == 1;
}

StapledStatus stapled_status(X509_STORE* store, STACK_OF(X509) * sent, std::string_view response) {
  StapledStatus status;
  const BasicPtr basic = parse(response, status.problem);
  if (basic == nullptr) return status;
  const StoreContextPtr chain = verify(store, sent, X509_V_FLAG_PARTIAL_CHAIN);
  X509* issuer = issuer_of(sent);
  if (issuer == nullptr) issuer = issuer_of(X509_STORE_CTX_get0_chain(chain.get()));
  if (issuer == nullptr) {
    status.problem = "the certificate of the issuer is not known";
    return status;
  }
  OCSP_SINGLERESP* const single = answer_about(basic.get(), sk_X509_value(sent, 0), issuer);
  if (single == nullptr) {
    status.problem = "it speaks of another certificate";
    return status;
  }
  fill(single, status);
  ERR_clear_error();
  status.verified = OCSP_basic_verify(basic.get(), sent, store, 0) == 1;
  if (!status.verified) status.problem = take_openssl_error();
  ERR_clear_error();
  return status;
}

}  // namespace assay::client
