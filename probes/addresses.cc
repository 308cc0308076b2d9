#include "probes/addresses.h"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace assay::probes {
namespace {

constexpr std::size_t kMostAddresses = 100;

std::vector<std::string> addresses_of(const std::string& host) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &wanted, &found) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> freeing(found, freeaddrinfo);
  std::vector<std::string> addresses;
  for (const addrinfo* one = found; one != nullptr && addresses.size() < kMostAddresses; one = one->ai_next) {
    char text[NI_MAXHOST];  // NOLINT: filled by getnameinfo
    if (getnameinfo(one->ai_addr, one->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0)
      continue;
    if (std::find(addresses.begin(), addresses.end(), text) == addresses.end()) addresses.emplace_back(text);
  }
  return addresses;
}

}  // namespace

std::vector<Probe> at_every_address(std::vector<Probe> probes) {
  std::vector<Probe> expanded;
  for (Probe& probe : probes) {
    const std::vector<std::string> addresses =
        probe.spec.every_address ? addresses_of(probe.spec.host) : std::vector<std::string>();
    for (const std::string& address : addresses) {
      Probe one = probe;
      one.spec.name += " at " + address;
      one.access.resolve[one.spec.host] = address;
      expanded.push_back(std::move(one));
    }
    if (addresses.empty()) expanded.push_back(std::move(probe));
  }
  return expanded;
}

}  // namespace assay::probes
