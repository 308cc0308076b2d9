#include "client/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace assay::client {
namespace {

std::string text_of(const sockaddr_in& ip) {
  std::array<char, INET_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET, &ip.sin_addr, text.data(), text.size());
  return std::string(text.data()) + ":" + std::to_string(ntohs(ip.sin_port));
}

std::string text_of(const sockaddr_in6& ip) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET6, &ip.sin6_addr, text.data(), text.size());
  return "[" + std::string(text.data()) + "]:" + std::to_string(ntohs(ip.sin6_port));
}

template <class Native>
Address made_from(const Native& native) {
  return address_of(reinterpret_cast<const sockaddr*>(&native), sizeof native);
}

}  // namespace

Address address_of(const sockaddr* socket_address, socklen_t length) {
  Address made;
  made.length = std::min<socklen_t>(length, sizeof made.storage);
  std::memcpy(&made.storage, socket_address, made.length);
  if (made.family() == AF_INET) made.text = text_of(reinterpret_cast<const sockaddr_in&>(made.storage));
  if (made.family() == AF_INET6) made.text = text_of(reinterpret_cast<const sockaddr_in6&>(made.storage));
  if (made.family() == AF_UNIX) {
    // The side that connects has no path of its own.
    const auto& local = reinterpret_cast<const sockaddr_un&>(made.storage);
    const bool named = length > offsetof(sockaddr_un, sun_path);
    made.text = named
                    ? "unix:" + std::string(local.sun_path, ::strnlen(local.sun_path, sizeof local.sun_path))
                    : "unix:";
  }
  return made;
}

std::string local_address_text(int fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  auto* const native = reinterpret_cast<sockaddr*>(&storage);
  return ::getsockname(fd, native, &length) == 0 ? address_of(native, length).text : std::string();
}

std::optional<Address> literal_address(const std::string& host, std::uint16_t port) {
  sockaddr_in v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    return made_from(v4);
  }
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) != 1) return std::nullopt;
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  return made_from(v6);
}

std::optional<Address> unix_address(const std::string& path) {
  sockaddr_un local{};
  if (path.empty() || path.size() >= sizeof local.sun_path) return std::nullopt;
  local.sun_family = AF_UNIX;
  std::memcpy(local.sun_path, path.data(), path.size());
  return made_from(local);
}

std::optional<HostPort> split_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (host.empty() || error != std::errc() || end != digits.data() + digits.size() || port == 0)
    return std::nullopt;
  return HostPort{std::string(host), port};
}

}  // namespace assay::client
