// Where a socket connects to, without asking a resolver. Pure.
#pragma once
#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::client {

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;
  std::string text;  // "127.0.0.1:8080", "[::1]:8080", "unix:/run/app.sock"

  int family() const { return storage.ss_family; }
  const sockaddr* native() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

struct HostPort {
  std::string host;  // without brackets
  std::uint16_t port = 0;
};

// Of an IPv4 or IPv6 literal without brackets; absent: it is a name.
std::optional<Address> literal_address(const std::string& host, std::uint16_t port);
// Absent: the path is too long for a socket.
std::optional<Address> unix_address(const std::string& path);
Address address_of(const sockaddr* socket_address, socklen_t length);
std::string local_address_text(int fd);  // of this side of a socket; empty: it has none

// "host:port" or "[v6]:port".
std::optional<HostPort> split_host_port(std::string_view text);

}  // namespace assay::client
