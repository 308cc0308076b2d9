#include "net/limits.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

namespace assay::net {
namespace {

// Standard streams, event loops, result files, probes.
constexpr std::uint64_t kOtherFiles = 64;

// The same host; ports do not matter.
bool same_host(const sockaddr_storage& a, const sockaddr& b) {
  if (a.ss_family != b.sa_family) return false;
  if (a.ss_family == AF_INET) {
    return reinterpret_cast<const sockaddr_in&>(a).sin_addr.s_addr ==
           reinterpret_cast<const sockaddr_in&>(b).sin_addr.s_addr;
  }
  return a.ss_family == AF_INET6 &&
         std::memcmp(&reinterpret_cast<const sockaddr_in6&>(a).sin6_addr,
                     &reinterpret_cast<const sockaddr_in6&>(b).sin6_addr, sizeof(in6_addr)) == 0;
}

// The address that packets to `address` would come from: connecting a datagram socket only asks the routing
// table.
std::optional<sockaddr_storage> source_towards(const Address& address) {
  const int fd = ::socket(address.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return std::nullopt;
  sockaddr_storage source{};
  socklen_t length = sizeof source;
  const bool known =
      ::connect(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.length) == 0 &&
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&source), &length) == 0;
  ::close(fd);
  return known ? std::optional(source) : std::nullopt;
}

}  // namespace

std::uint64_t local_ports() {
  std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
  std::uint64_t low = 32768, high = 60999;  // the kernel's default, where /proc is not mounted
  file >> low >> high;
  return high - low + 1;
}

std::optional<std::string> interface_to(const Address& address) {
  if (address.family() == AF_UNIX) return std::nullopt;
  const auto source = source_towards(address);
  ifaddrs* interfaces = nullptr;
  if (!source || ::getifaddrs(&interfaces) != 0) return std::nullopt;
  std::optional<std::string> name;
  for (const ifaddrs* i = interfaces; i != nullptr && !name; i = i->ifa_next) {
    const bool leaves = (i->ifa_flags & IFF_LOOPBACK) == 0;
    if (i->ifa_addr != nullptr && leaves && same_host(*source, *i->ifa_addr)) name = i->ifa_name;
  }
  ::freeifaddrs(interfaces);
  return name;
}

Expected<void, SystemError> ensure_files(std::uint64_t sockets) {
  const rlim_t needed = sockets + kOtherFiles;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return Unexpected(system_error("read", "the file limit", errno));
  if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= needed) return {};
  if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < needed) {
    return Unexpected(SystemError{"open", std::to_string(sockets) + " connections",
                                  "this process may open " + std::to_string(limit.rlim_max) + " files",
                                  "raise the limit with `ulimit -Hn " + std::to_string(needed) +
                                      "`, or use fewer virtual users or connections"});
  }
  limit.rlim_cur = needed;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
    return Unexpected(system_error("raise", "the file limit", errno));
  return {};
}

Expected<void, SystemError> ensure_local_ports(std::uint64_t sockets, const std::vector<Address>& addresses) {
  const auto remote = static_cast<std::uint64_t>(
      std::ranges::count_if(addresses, [](const Address& a) { return a.family() != AF_UNIX; }));
  if (remote == 0 || remote != addresses.size()) return {};
  const std::uint64_t possible = local_ports() * remote;
  if (sockets <= possible) return {};
  return Unexpected(
      SystemError{"open", std::to_string(sockets) + " connections",
                  "there are local ports for " + std::to_string(possible) + " to " + std::to_string(remote) +
                      (remote == 1 ? " address" : " addresses"),
                  "widen the range with `sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\"`, give the "
                  "target more addresses, or use fewer connections"});
}

Expected<void, SystemError> ensure_capacity(std::uint64_t sockets, const std::vector<Address>& addresses) {
  if (auto files = ensure_files(sockets); !files) return files;
  return ensure_local_ports(sockets, addresses);
}

}  // namespace assay::net
