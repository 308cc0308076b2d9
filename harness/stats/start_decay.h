// Does a series begin high and sink, more than its own slow noise explains? The test of a deterministic
// decay h * exp(-t / theta) among noise that may itself drift:
//   y = a + h * d + e,  e ~ N(0, v * R),  R = (1 - s) * I + s * exp(-|i - j| / tau),
// by generalized least squares for each s and tau of a grid. Under one of them h / se(h) is Student's with
// n - 2 degrees of freedom; the p-value is averaged over all, weighted by their restricted likelihood
// (Patterson and Thompson 1971; Harville 1974). So a run whose later part wanders must begin far higher than
// one that is quiet. Pure functions.
#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace assay::stats {

struct StartDecay {
  double height = 0;   // h: how far above the rest the series begins
  double p_value = 1;  // of h <= 0
};

class StartDecayTest {
 public:
  explicit StartDecayTest(std::size_t points);  // at least 8

  // `theta` in points. One level for each point.
  StartDecay test(std::span<const double> levels, double theta) const;

 private:
  // One s and tau.
  struct Noise {
    std::vector<double> factor;  // lower Cholesky factor of R, row by row
    std::vector<double> ones;    // whitened
    double log_determinant = 0;
  };

  static Noise noise_of(std::size_t points, double slow_share, double tau);

  std::size_t points_;
  std::vector<Noise> noises_;
};

}  // namespace assay::stats
