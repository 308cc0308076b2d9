#include "stats/error_slots.h"

#include <algorithm>
#include <cmath>

namespace assay::stats {
namespace {

ErrorSlot& operator+=(ErrorSlot& sum, const ErrorSlot& slot) {
  sum.candidate_errors += slot.candidate_errors;
  sum.candidate_requests += slot.candidate_requests;
  sum.baseline_errors += slot.baseline_errors;
  sum.baseline_requests += slot.baseline_requests;
  return sum;
}

}  // namespace

ErrorSlot sum_of(std::span<const ErrorSlot> slots) {
  ErrorSlot sum;
  for (const ErrorSlot& slot : slots) sum += slot;
  return sum;
}

std::size_t slots_in(double seconds, double slot_seconds) {
  return static_cast<std::size_t>(std::max(1L, std::lround(seconds / slot_seconds)));
}

std::vector<ErrorSlot> blocks_of(std::span<const ErrorSlot> slots, std::size_t width) {
  std::vector<ErrorSlot> blocks(std::max<std::size_t>(1, slots.size() / width));
  for (std::size_t k = 0; k < std::min(slots.size(), blocks.size() * width); ++k)
    blocks[k / width] += slots[k];
  return blocks;
}

}  // namespace assay::stats
