// What the machine allows: asked before a run starts, so that a run does not fail half-way for want of a file
// descriptor or a local port. Process-wide; main thread, before the workers start.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.h"
#include "base/system_error.h"
#include "net/address.h"

namespace assay::net {

// Makes sure that `sockets` connections to these addresses (together) can be open at a time. Raises the soft
// file limit up to the hard one where needed.
Expected<void, SystemError> ensure_capacity(std::uint64_t sockets, const std::vector<Address>& addresses);

// Its two halves.
Expected<void, SystemError> ensure_files(std::uint64_t sockets);
Expected<void, SystemError> ensure_local_ports(std::uint64_t sockets, const std::vector<Address>& addresses);

// How many local ports the kernel gives to connections to one address.
std::uint64_t local_ports();

// The name of the network interface that leads to this address; nothing where it stays on this machine or
// cannot be told. Sends nothing.
std::optional<std::string> interface_to(const Address& address);

}  // namespace assay::net
