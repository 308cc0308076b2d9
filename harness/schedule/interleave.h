// Which of two arms takes the n-th arrival: shuffled blocks of four, two for each arm, so that both arms see
// the same moments and neither can fall into step with anything periodic. A pure function of seed and number.
#pragma once
#include <array>
#include <cstdint>

#include "base/random.h"

namespace assay::schedule {

// 0 or 1. `stream` separates independent sequences (one for all arrivals; one for each closed virtual user).
constexpr unsigned side(std::uint64_t seed, std::uint64_t stream, std::uint64_t number) {
  constexpr std::array<std::uint8_t, 6> kBlocks = {0b0011, 0b0101, 0b0110, 0b1001, 0b1010, 0b1100};
  const std::uint64_t bits = draw(seed, stream, number / 4);
  const auto block = kBlocks[static_cast<std::size_t>(((bits >> 32) * kBlocks.size()) >> 32)];
  return (block >> (number % 4)) & 1U;
}

}  // namespace assay::schedule
