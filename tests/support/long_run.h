// A long, large run as a report meets it: every slot full, both arms, several steps and classes. Built from
// distributions instead of single requests, so that an hour at 10,000/s takes a second. The same on every
// machine; no clock, no file.
#pragma once
#include <cstdint>

#include "model/run_record.h"

namespace assay::test_support {

struct LongRun {
  std::uint32_t seconds = 3600;
  double rate_per_s = 10'000;  // requests of both arms together
  std::uint16_t steps = 3;
};

RunRecord long_run(const LongRun& options);

}  // namespace assay::test_support
