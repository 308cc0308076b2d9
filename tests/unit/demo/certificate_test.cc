#include "demo/certificate.h"

#include <doctest/doctest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>

using namespace assay::demo;

namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Certificate parse(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free_all);
  return {PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), &X509_free};
}

// OpenSSL's verdict about `leaf` for a server called localhost, trusting `ca` alone.
int verify(const std::string& leaf_pem, const std::string& ca_pem) {
  const Certificate leaf = parse(leaf_pem), ca = parse(ca_pem);
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), &X509_STORE_free);
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(X509_STORE_CTX_new(),
                                                                                &X509_STORE_CTX_free);
  REQUIRE(X509_STORE_add_cert(store.get(), ca.get()) == 1);
  REQUIRE(X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), nullptr) == 1);
  X509_VERIFY_PARAM* rules = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set1_host(rules, "localhost", 0);
  X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_SERVER);
  X509_verify_cert(context.get());
  return X509_STORE_CTX_get_error(context.get());
}

MadeCertificate made(TlsOptions::Flaw flaw) {
  auto certificate = make_certificate(flaw);
  REQUIRE(certificate);
  return *std::move(certificate);
}

}  // namespace

TEST_CASE("a made certificate verifies against its authority") {
  const MadeCertificate good = made(TlsOptions::Flaw::none);
  CHECK(verify(good.certificate_pem, good.ca_pem) == X509_V_OK);
}

TEST_CASE("a made certificate does not verify against another authority") {
  const MadeCertificate good = made(TlsOptions::Flaw::none);
  CHECK(verify(good.certificate_pem, made(TlsOptions::Flaw::none).ca_pem) != X509_V_OK);
}

TEST_CASE("an expired certificate is refused for being expired") {
  const MadeCertificate bad = made(TlsOptions::Flaw::expired);
  CHECK(verify(bad.certificate_pem, bad.ca_pem) == X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST_CASE("a certificate for another name is refused for its name") {
  const MadeCertificate bad = made(TlsOptions::Flaw::wrong_name);
  CHECK(verify(bad.certificate_pem, bad.ca_pem) == X509_V_ERR_HOSTNAME_MISMATCH);
}
