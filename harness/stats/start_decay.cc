#include "stats/start_decay.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "stats/distributions.h"

namespace assay::stats {
namespace {

constexpr std::array kSlowShares{0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98};
constexpr std::array kTaus{0.05, 0.1, 0.2, 0.35, 0.6, 1.0};  // of the series
// No series of logarithms is known better than to half a percent: without it, constant times would make a
// certainty of their slightest ripple.
constexpr double kLeastDeviation = 0.005;

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

std::vector<double> whitened(std::span<const double> factor, std::span<const double> values) {
  const std::size_t n = values.size();
  std::vector<double> white(n);
  for (std::size_t i = 0; i < n; ++i) {
    const auto row = factor.subspan(i * n, i);
    white[i] = (values[i] - dot(row, white)) / factor[i * n + i];
  }
  return white;
}

// Lower triangular, row by row; `matrix` must be positive definite.
std::vector<double> cholesky(std::span<const double> matrix, std::size_t n) {
  std::vector<double> factor(n * n);
  const std::span<const double> rows = factor;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      const double rest = matrix[i * n + j] - dot(rows.subspan(i * n, j), rows.subspan(j * n, j));
      factor[i * n + j] = i == j ? std::sqrt(rest) : rest / factor[j * n + j];
    }
  return factor;
}

// What one noise says, all of it already white.
struct Fit {
  double height = 0, below = 0;  // P(T <= height / its error)
  double log_likelihood = 0;     // restricted
};

Fit fit(std::span<const double> ones, std::span<const double> decay, std::span<const double> levels) {
  const double freedom = static_cast<double>(levels.size()) - 2;
  const double n = dot(ones, ones), lean = dot(ones, decay), mean = dot(ones, levels) / n;
  const double information = dot(decay, decay) - lean * lean / n;
  const double covered = dot(decay, levels) - lean * mean;
  Fit result;
  result.height = covered / information;
  const double residual = dot(levels, levels) - n * mean * mean - covered * result.height;
  const double squares = std::max(0.0, residual) + freedom * kLeastDeviation * kLeastDeviation;
  result.below = student_cdf(result.height / std::sqrt(squares / freedom / information), freedom);
  result.log_likelihood = -0.5 * (std::log(n) + std::log(information) + freedom * std::log(squares));
  return result;
}

}  // namespace

StartDecayTest::Noise StartDecayTest::noise_of(std::size_t points, double slow_share, double tau) {
  std::vector<double> correlation(points * points);
  for (std::size_t i = 0; i < points; ++i)
    for (std::size_t j = 0; j < points; ++j) {
      const double apart = std::fabs(static_cast<double>(i) - static_cast<double>(j));
      correlation[i * points + j] = i == j ? 1 : slow_share * std::exp(-apart / tau);
    }
  Noise noise;
  noise.factor = cholesky(correlation, points);
  noise.ones = whitened(noise.factor, std::vector<double>(points, 1.0));
  for (std::size_t i = 0; i < points; ++i)
    noise.log_determinant += 2 * std::log(noise.factor[i * points + i]);
  return noise;
}

StartDecayTest::StartDecayTest(std::size_t points) : points_(points) {
  for (const double slow_share : kSlowShares)
    for (const double tau : kTaus) {
      noises_.push_back(noise_of(points, slow_share, tau * static_cast<double>(points)));
      if (slow_share == 0) break;
    }
}

StartDecay StartDecayTest::test(std::span<const double> levels, double theta) const {
  std::vector<double> shape(points_);
  for (std::size_t i = 0; i < points_; ++i) shape[i] = std::exp(-static_cast<double>(i) / theta);
  std::vector<Fit> fits;
  fits.reserve(noises_.size());
  for (const Noise& noise : noises_) {
    fits.push_back(fit(noise.ones, whitened(noise.factor, shape), whitened(noise.factor, levels)));
    fits.back().log_likelihood -= 0.5 * noise.log_determinant;
  }
  const double most = std::ranges::max(fits, {}, &Fit::log_likelihood).log_likelihood;
  double weights = 0, above = 0;
  StartDecay result;
  for (const Fit& one : fits) {
    const double weight = std::exp(one.log_likelihood - most);
    weights += weight;
    result.height += weight * one.height;
    above += weight * (1 - one.below);
  }
  result.height /= weights;
  result.p_value = above / weights;
  return result;
}

}  // namespace assay::stats
