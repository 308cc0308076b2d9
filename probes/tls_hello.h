// One half of a handshake by hand: a ClientHello up to TLS 1.2 with any cipher suites, also such as no
// library offers any more, and the answer to it. Nothing is ever encrypted, so it proves what the peer would
// choose and nothing else. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "client/ask.h"
#include "client/server_hello.h"
#include "probes/tls_suites.h"

namespace assay::probes {

// `server_name` empty: no SNI. `highest`: up to TLS 1.2.
std::string client_hello(std::span<const TlsSuite> suites, std::string_view server_name,
                         client::TlsVersion highest = client::TlsVersion::tls1_2);

struct HelloAnswer {
  std::optional<client::ServerHello> chosen;
  std::optional<int> alert;
  bool foreign = false;  // what came is not TLS
};
// All empty: not whole yet, or nothing came.
HelloAnswer read_hello_answer(std::string_view bytes);
bool is_hello_answered(std::string_view bytes);  // for client::Hear

}  // namespace assay::probes
