// The random streams of a run: every purpose draws from its own, so that adding one never changes another.
#pragma once
#include <cstdint>

#include "base/random.h"

namespace assay::engine::streams {

// What a phase's arrivals (or one closed user's iterations) draw from.
constexpr std::uint64_t arrivals(std::uint64_t phase) { return mix64(0x61 + phase * 0x100); }
constexpr std::uint64_t user(std::uint64_t phase, std::uint64_t number) {
  return mix64(mix64(0x75 + phase * 0x100) + number);
}

// Derived from one of those.
constexpr std::uint64_t arm(std::uint64_t stream) { return mix64(stream ^ 1); }
constexpr std::uint64_t scenario(std::uint64_t stream) { return mix64(stream ^ 2); }
constexpr std::uint64_t iteration(std::uint64_t stream) { return mix64(stream ^ 3); }

}  // namespace assay::engine::streams
