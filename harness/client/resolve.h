// Host names to addresses as this machine resolves them: literals, /etc/hosts, then DNS, without blocking.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "client/watcher.h"

namespace assay::client {

// `done` gets the addresses in the order in which they should be tried, each once; none: `problem` says why.
// `server`: instead of the system's, "1.2.3.4:53".
std::unique_ptr<Transfer> resolve(
    const std::string& host, Nanos timeout, Watcher& watcher,
    std::function<void(std::vector<std::string> ip_addresses, std::string problem)> done,
    const std::string& server = {});

}  // namespace assay::client
