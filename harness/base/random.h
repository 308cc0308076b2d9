// Seeded randomness without shared state. draw(seed, stream, index) is a pure function, so that any worker or
// machine can compute the i-th random number of a stream by itself; Random walks one such stream. Generator:
// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014).
#pragma once
#include <cmath>
#include <cstdint>

namespace assay {

constexpr std::uint64_t mix64(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// 64 random bits, a function of its arguments alone.
constexpr std::uint64_t draw(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  return mix64(mix64(mix64(seed) ^ stream) + index * 0x9e3779b97f4a7c15ULL);
}

// Uniform in [0, 1) from 64 random bits.
constexpr double unit_interval(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1.0p-53; }

// One stream of random numbers. Not thread-safe: each worker, each virtual user has its own.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t stream) : state_(mix64(mix64(seed) ^ stream)) {}

  std::uint64_t bits() { return mix64(state_ += 0x9e3779b97f4a7c15ULL); }
  double uniform() { return unit_interval(bits()); }
  // Uniform in [0, n); n > 0. The bias (below n / 2^64) is not measurable.
  std::uint64_t below(std::uint64_t n) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((Wide{bits()} * n) >> 64);
  }
  // Exponential with mean 1.
  double exponential() { return -std::log1p(-uniform()); }

 private:
  std::uint64_t state_;
};

}  // namespace assay
