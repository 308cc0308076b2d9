#include "net/limits.h"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <string>

namespace assay::net {
namespace {

// Standard streams, event loops, result files, probes.
constexpr std::uint64_t kOtherFiles = 64;

std::uint64_t local_ports() {
  std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
  std::uint64_t low = 32768, high = 60999;  // the kernel's default, where /proc is not mounted
  file >> low >> high;
  return high - low + 1;
}

}  // namespace

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
