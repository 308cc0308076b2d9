// What happens to one request: pure functions of the options and of numbers, without a clock and without a
// socket.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "demo/target_options.h"

namespace assay::demo {

struct Fate {
  Nanos latency{0};
  bool error = false;
  bool reset = false;
};

// The fate of the n-th request (from 0) that matched `path`: a function of (seed, pattern, n) alone.
Fate fate_of(const PathOptions& path, std::uint64_t seed, std::uint64_t request_number);

// Index of the longest pattern that matches, or -1.
int matching_path(const std::vector<PathOptions>& paths, std::string_view path);

// When an answer leaves that arrived `arrived` after the server's start and takes `latency`. A stalled server
// neither starts nor finishes anything, so both moments are moved to the end of the window that they fall
// into.
Nanos release_time(const StallWindows& stall, Nanos arrived, Nanos latency);

}  // namespace assay::demo
