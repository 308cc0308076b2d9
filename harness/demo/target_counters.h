// What a target has done so far. A value: a copy of the server's own numbers at one moment.
#pragma once
#include <cstdint>

namespace assay::demo {

struct TargetCounters {
  std::uint64_t connections = 0;    // accepted
  std::uint64_t requests = 0;       // received whole
  std::uint64_t answers = 0;        // sent whole
  std::uint64_t server_errors = 0;  // answers of status 5xx
  std::uint64_t resets = 0;         // requests answered by a TCP reset
  std::uint64_t malformed = 0;      // requests that were not HTTP
};

}  // namespace assay::demo
