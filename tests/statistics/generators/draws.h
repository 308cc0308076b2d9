// One seeded stream of the random numbers that the generators need.
#pragma once
#include <cmath>
#include <cstdint>

#include "base/random.h"

namespace assay::statistics {

class Draws {
 public:
  Draws(std::uint64_t seed, std::uint64_t stream) : random_(seed, stream) {}

  double uniform() { return random_.uniform(); }
  std::uint64_t below(std::uint64_t n) { return random_.below(n); }
  double exponential(double mean) { return mean * random_.exponential(); }

  // Marsaglia's polar method, which gives two numbers at a time.
  double normal() {
    if (has_spare_) {
      has_spare_ = false;
      return spare_;
    }
    double x = 0, y = 0, square = 0;
    do {
      x = 2 * uniform() - 1;
      y = 2 * uniform() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square == 0);
    const double scale = std::sqrt(-2 * std::log(square) / square);
    has_spare_ = true;
    spare_ = y * scale;
    return x * scale;
  }

 private:
  Random random_;
  double spare_ = 0;
  bool has_spare_ = false;
};

}  // namespace assay::statistics
