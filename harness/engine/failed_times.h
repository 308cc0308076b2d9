// When requests failed: stretches of time, so that outages can be told to the millisecond and not only to the
// slot. One worker's thread only. Memory is bounded; the first failure of a run allocates all of it.
#pragma once
#include <array>
#include <vector>

#include "base/clock.h"
#include "engine/sample.h"
#include "model/run_result.h"

namespace assay::engine {

class FailedTimes {
 public:
  explicit FailedTimes(TimePoint start) : start_(start) {}

  void record(const Sample& sample);  // of a failed request, in the order in which they end
  std::vector<FailedStretch> take();

 private:
  TimePoint start_;
  std::array<std::vector<FailedStretch>, kArmCount> stretches_;  // by Arm
};

}  // namespace assay::engine
