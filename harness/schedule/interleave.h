// Which of two arms takes the n-th arrival: shuffled blocks of four, two for each arm, so that both arms see
// the same moments and neither can fall into step with anything periodic. And which arrival of one arm is the
// twin of which of the other. Pure functions of seed and number.
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

// How many arrivals before it went to the same side. The two arrivals with the same twin number, one a side,
// lie in the same block; what they send is drawn by that number, so that both arms get the same.
constexpr std::uint64_t twin(std::uint64_t seed, std::uint64_t stream, std::uint64_t number) {
  const unsigned own = side(seed, stream, number);
  std::uint64_t before = number / 4 * 2;
  for (std::uint64_t earlier = number / 4 * 4; earlier < number; ++earlier)
    before += side(seed, stream, earlier) == own ? 1U : 0U;
  return before;
}

}  // namespace assay::schedule
