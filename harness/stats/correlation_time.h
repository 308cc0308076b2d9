// For how long one instance's own noise hangs together, and who says so: what a test used and a report
// prints.
#pragma once
#include <cstdint>

namespace assay::stats {

enum class CorrelationSource : std::uint8_t {
  declared,  // by the gate
  assumed,   // nothing else was known
  this_run,  // estimated from the judged run
  stored_runs,
};

struct CorrelationTime {
  double seconds = 0;        // the median of what is believed
  double low = 0, high = 0;  // its 10 % and 90 % points; equal to `seconds` where it is declared or assumed
  CorrelationSource source = CorrelationSource::declared;

  bool operator==(const CorrelationTime&) const = default;
};

}  // namespace assay::stats
