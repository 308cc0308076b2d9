// Divides a two-arm run into calm time, in which quantiles are compared, and episodes (stalls, bursts), which
// are counted. The rule treats both arms alike once the candidate's times are divided by the tested factor,
// so it cannot favour one. Formulas: sections 1.2 and 1.3 of the verdict method (harness/verdict/README.md).
// Pure functions.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "stats/slot_values.h"

namespace assay::stats {

// Slow stretches that one arm had while the other did not.
struct Episodes {
  std::uint64_t count = 0;
  std::uint64_t slots = 0;    // all of them together
  std::uint64_t squares = 0;  // of their lengths in slots, added up
};

struct CalmTime {
  std::vector<double> level;  // local log level of both arms, by slot
  std::vector<char> calm;     // by slot
  std::size_t calm_slots = 0;
  std::size_t usable_slots = 0;  // with enough requests in both arms
  Episodes candidate, baseline;

  double share() const {
    return calm.empty() ? 0 : static_cast<double>(calm_slots) / static_cast<double>(calm.size());
  }
};

// `shift`: the candidate's log times are lowered by it. `half_width`: slots on each side that make the local
// level.
CalmTime find_calm_time(std::span<const SlotValues> slots, double shift, std::size_t half_width);

}  // namespace assay::stats
