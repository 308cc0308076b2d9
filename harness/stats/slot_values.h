// The judged requests of one slot as sorted lists of log times with counts: what the two-arm tests work on.
// A histogram gives them within half a bucket (0.1 %), raw times give them exactly.
#pragma once
#include <cstdint>
#include <vector>

#include "stats/histogram.h"

namespace assay::stats {

struct LogValue {
  double log_ns = 0;
  std::uint32_t count = 0;
};

struct LogValues {
  std::vector<LogValue> values;  // ascending
  std::uint64_t requests = 0;

  static LogValues from(const Histogram& times);
};

struct SlotValues {
  static constexpr std::uint64_t kFewestRequests = 5;  // in either arm

  LogValues candidate, baseline;

  bool usable() const {
    return candidate.requests >= kFewestRequests && baseline.requests >= kFewestRequests;
  }
};

}  // namespace assay::stats
