// Certificates made on the spot, so that tests need no files that expire. Written to a directory of their own
// as PEM.
#pragma once
#include <openssl/ssl.h>

#include <filesystem>
#include <memory>
#include <string>

namespace assay::net {

struct CertificateWish {
  std::string subject = "localhost";
  std::string names = "DNS:localhost,IP:127.0.0.1";  // as openssl.cnf writes subjectAltName
  int starts_in_days = -1, ends_in_days = 1;
  bool authority = false;  // may sign others
};

struct KeyPair {
  std::shared_ptr<EVP_PKEY> key;
  std::shared_ptr<X509> certificate;
};

// An authority, and everything that it signs. Its files live as long as this object.
class TestAuthority {
 public:
  TestAuthority();
  ~TestAuthority();
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  std::string ca_file() const { return directory_ / "ca.pem"; }
  KeyPair issue(const CertificateWish& wish) const;
  static KeyPair issue_under(const KeyPair& issuer, const CertificateWish& wish);
  static KeyPair self_signed(const CertificateWish& wish);
  std::string certificate_file(const KeyPair& pair) const;  // certificate and key in one file

  // For a server that shows this certificate. `ask_client`: it demands a client certificate of this
  // authority.
  std::shared_ptr<SSL_CTX> server(const KeyPair& pair, bool ask_client = false) const;

 private:
  std::filesystem::path directory_;
  KeyPair root_;
};

}  // namespace assay::net
