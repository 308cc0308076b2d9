#include "rivals/intervals.h"

#include <algorithm>

namespace assay::statistics {

std::vector<stats::Histogram> intervals_of(const verdict::ArmTimes& arm, std::size_t count) {
  std::vector<stats::Histogram> intervals;
  stats::DenseHistogram together;
  const std::size_t slots = arm.slots.size(), stretches = std::min(count, slots);
  for (std::size_t i = 0; i < stretches; ++i) {
    for (std::size_t k = i * slots / stretches; k < (i + 1) * slots / stretches; ++k)
      if (!arm.slots[k].empty()) together.add(arm.slots[k]);
    if (together.empty()) continue;
    together.drain_into(intervals.emplace_back());
  }
  return intervals;
}

}  // namespace assay::statistics
