// A certificate authority and a server certificate, made in memory for one run: TLS to try out without a PKI,
// and the two flaws that a client must notice. Keys are P-256; nothing touches the disk here.
#pragma once
#include <string>

#include "base/expected.h"
#include "base/system_error.h"
#include "demo/target_options.h"

namespace assay::demo {

struct MadeCertificate {
  std::string ca_pem;           // for clients to trust
  std::string certificate_pem;  // for 127.0.0.1, ::1 and localhost unless flawed
  std::string key_pem;
};

Expected<MadeCertificate, SystemError> make_certificate(TlsOptions::Flaw flaw);

}  // namespace assay::demo
