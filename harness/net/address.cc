#include "net/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>

namespace assay::net {
namespace {

using AddrInfo = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

AddrInfo look_up(const std::string& host, std::uint16_t port, int flags, int& error) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* found = nullptr;
  error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  return {error == 0 ? found : nullptr, &::freeaddrinfo};
}

std::string render(const addrinfo& info) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  ::getnameinfo(info.ai_addr, info.ai_addrlen, host.data(), host.size(), port.data(), port.size(),
                NI_NUMERICHOST | NI_NUMERICSERV);
  const std::string name = host.data();
  return (info.ai_family == AF_INET6 ? "[" + name + "]" : name) + ":" + port.data();
}

Address to_address(const addrinfo& info) {
  Address address;
  std::memcpy(&address.storage, info.ai_addr, info.ai_addrlen);
  address.length = info.ai_addrlen;
  address.text = render(info);
  return address;
}

std::string reason_of(int error) {
  return error == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(error);
}

}  // namespace

Expected<std::vector<Address>, SystemError> resolve(const std::string& host, std::uint16_t port) {
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const std::string name = bracketed ? host.substr(1, host.size() - 2) : host;
  int error = 0;
  AddrInfo found = look_up(name, port, AI_NUMERICHOST, error);  // a literal must not wait for a name server
  if (!found) found = look_up(name, port, 0, error);
  if (!found) {
    return Unexpected(
        SystemError{"resolve", host, reason_of(error), "check the host name in the target's url"});
  }

  std::vector<Address> addresses;
  for (const addrinfo* info = found.get(); info != nullptr; info = info->ai_next) {
    Address address = to_address(*info);
    const bool known =
        std::ranges::any_of(addresses, [&](const Address& a) { return a.text == address.text; });
    if (!known) addresses.push_back(std::move(address));
  }
  return addresses;
}

Expected<Address, SystemError> unix_address(const std::string& path) {
  sockaddr_un name{};
  if (path.empty() || path.size() >= sizeof name.sun_path) {
    return Unexpected(
        SystemError{"use", "unix socket " + path, "the path is empty or longer than 107 bytes", {}});
  }
  name.sun_family = AF_UNIX;
  path.copy(static_cast<char*>(name.sun_path), path.size());
  Address address;
  address.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
  std::memcpy(&address.storage, &name, address.length);
  address.text = "unix:" + path;
  return address;
}

}  // namespace assay::net
