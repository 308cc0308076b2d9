// How to reach one arm from one worker: addresses, TLS context and the facts gathered on the way. One per
// worker and arm, so nothing is shared between threads.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/run_result.h"
#include "net/address.h"
#include "net/header_memo.h"
#include "net/tls_context.h"

namespace assay::net {

struct Route {
  std::vector<Address> addresses;   // at least one; IPv4, IPv6 or unix
  std::unique_ptr<TlsContext> tls;  // null: plain
  std::string server_name;          // SNI and the name that the certificate must bear

  HeaderMemo headers;  // what this worker has lately received from this arm

  // Facts, filled by the connections.
  std::optional<TlsFacts> tls_facts;  // of the first handshake that succeeded
  std::uint64_t connections_opened = 0;
  std::uint64_t sessions_resumed = 0;  // TLS handshakes that were abbreviated
  std::uint64_t stale_retries =
      0;  // requests sent again, because the server had closed the reused connection
};

}  // namespace assay::net
