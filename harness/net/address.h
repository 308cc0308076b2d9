// Where to connect to, resolved before the run.
#pragma once
#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/expected.h"
#include "base/system_error.h"

namespace assay::net {

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;
  std::string text;  // "127.0.0.1:8080", "[::1]:8080", "unix:/run/app.sock"

  int family() const { return storage.ss_family; }
};

// All addresses of a host (name, IPv4 or IPv6 literal) in the resolver's order, duplicates removed.
Expected<std::vector<Address>, SystemError> resolve(const std::string& host, std::uint16_t port);
Expected<Address, SystemError> unix_address(const std::string& path);

}  // namespace assay::net
