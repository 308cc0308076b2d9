// What both arms sent in a slot of time, and how much of it failed. Plain data; pure functions.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace assay::stats {

struct ErrorSlot {
  std::uint64_t candidate_errors = 0, candidate_requests = 0;
  std::uint64_t baseline_errors = 0, baseline_requests = 0;

  std::uint64_t candidate_answers() const { return candidate_requests - candidate_errors; }
  std::uint64_t baseline_answers() const { return baseline_requests - baseline_errors; }
};

ErrorSlot sum_of(std::span<const ErrorSlot> slots);

// How many slots last about so long; at least 1.
std::size_t slots_in(double seconds, double slot_seconds);

// Neighbouring slots together; an incomplete last block is left out unless it is all there is.
std::vector<ErrorSlot> blocks_of(std::span<const ErrorSlot> slots, std::size_t width);

}  // namespace assay::stats
