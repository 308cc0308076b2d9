// A TLS peer made up: it answers the asks of a `tls` probe as a server of that configuration would.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "kind_fixture.h"

namespace assay::probes {

struct TlsPeer {
  using Version = client::TlsVersion;
  enum class Refusal : std::uint8_t { alert, close, silence };

  TlsPeer();

  std::vector<Version> versions{Version::tls1_2, Version::tls1_3};
  std::vector<std::string> ciphers{"ECDHE-RSA-AES128-GCM-SHA256"};  // up to TLS 1.2, by preference
  std::vector<std::string> suites{"TLS_AES_256_GCM_SHA384"};        // of TLS 1.3
  Refusal refusal = Refusal::alert;
  int version_alert = 70, cipher_alert = 40;
  client::Handshake shown;         // what every handshake shows of certificates
  std::vector<std::string> heard;  // before TLS
  bool wants_client_certificate = false;
  int staples_from = 1;  // the first such handshake with a stapled response
  // This machine cannot offer these.
  std::vector<Version> not_ours;

  client::CertificateFacts& leaf() { return shown.chain[0]; }
  client::Answer operator()(const client::Ask& ask);

 private:
  client::Answer secure(const client::TlsOffer& offer, client::DialAnswer dial);
  client::Answer hello(std::string_view bytes, client::DialAnswer dial) const;
  client::Answer refuse(client::DialAnswer dial, int alert, bool in_hello) const;

  int status_asked_ = 0;
};

// 2026-01-01T00:00:00Z: when every answer began.
std::chrono::system_clock::time_point tls_peer_now();

}  // namespace assay::probes
