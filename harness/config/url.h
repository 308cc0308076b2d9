// The parts of a target's URL, and what a target may look like. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/expected.h"

namespace assay::config {

struct Url {
  enum class Scheme : std::uint8_t { http, https, http_unix };
  Scheme scheme = Scheme::http;
  std::string host;         // without brackets; for http_unix the decoded path of the socket
  std::uint16_t port = 80;  // 0 for http_unix
};

// Or the reason why it is no target, as a sentence without a final stop.
Expected<Url, std::string> parse_url(std::string_view text);

// "host:port", "[v6]:port" or "unix:/path": where to connect instead. Empty: it is well formed; else the
// reason.
std::string check_connect_to(std::string_view text);

bool is_ip_address(const std::string& text);

}  // namespace assay::config
