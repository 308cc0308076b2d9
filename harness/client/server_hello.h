// What a TLS peer chose: the ServerHello, read from its bytes. RFC 5246 7.4.1.3, RFC 8446 4.1.3. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace assay::client {

struct ServerHello {
  std::uint16_t version = 0;  // 0x0301 TLS 1.0 ... 0x0304 TLS 1.3
  std::uint16_t cipher = 0;   // as IANA numbers them
};

// `message`: the handshake message with its header of four bytes. Absent: it is none, or cut off.
std::optional<ServerHello> read_server_hello(std::string_view message);

}  // namespace assay::client
