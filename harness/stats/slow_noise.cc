#include "stats/slow_noise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "stats/distributions.h"

namespace assay::stats {
namespace {

constexpr std::size_t kGridPoints = 48;

std::size_t frequency_count(double seconds) {
  return static_cast<std::size_t>(std::clamp(std::lround(0.2 * seconds), 10L, 40L));
}

// Slow over white power at the middle of each of the prior's equally likely cells.
double grid_ratio(std::size_t point, double prior_scale) {
  const double angle = std::numbers::pi * (static_cast<double>(point) + 0.5) / (2.0 * kGridPoints);
  const double root = prior_scale * std::tan(angle);
  return root * root;
}

double log_likelihood(double ratio, std::span<const double> shape, std::span<const double> spectrum) {
  double log_sum = 0;
  for (std::size_t j = 0; j < spectrum.size(); ++j) {
    const double power = 1 + ratio * shape[j];
    log_sum += std::log(power) + spectrum[j] / power;
  }
  return -0.5 * log_sum;
}

void average_over_posterior(SlowNoiseResult& result, std::span<const double> shape, double prior_scale) {
  std::array<double, kGridPoints> ratio{}, log_weight{};
  for (std::size_t g = 0; g < kGridPoints; ++g) {
    ratio[g] = grid_ratio(g, prior_scale);
    log_weight[g] = log_likelihood(ratio[g], shape, result.spectrum);
  }
  const double largest = *std::max_element(log_weight.begin(), log_weight.end());
  double weights = 0, probability = 0, precision = 0;
  for (std::size_t g = 0; g < kGridPoints; ++g) {
    const double weight = std::exp(log_weight[g] - largest);
    const double variance = result.white * (1 + ratio[g]);
    weights += weight;
    probability += weight * normal_cdf(result.sum / std::sqrt(variance));
    precision += weight / variance;
  }
  result.p_pass = probability / weights;
  result.variance = weights / precision;
}

}  // namespace

SlowNoise::SlowNoise(std::size_t slots, double seconds, double correlation_seconds)
    : slots_(slots), shape_(frequency_count(seconds)), cosines_(shape_.size() * slots) {
  for (std::size_t j = 0; j < shape_.size(); ++j) {
    const double frequency = std::numbers::pi * static_cast<double>(j + 1);
    const double turn = frequency * correlation_seconds / seconds;
    shape_[j] = 1 / (1 + turn * turn);
    for (std::size_t k = 0; k < slots; ++k)
      cosines_[j * slots + k] =
          std::cos(frequency * (static_cast<double>(k) + 0.5) / static_cast<double>(slots));
  }
}

SlowNoiseResult SlowNoise::test(std::span<const double> scores, std::span<const char> used,
                                double prior_scale, double floor) const {
  SlowNoiseResult result;
  std::size_t count = 0;
  for (std::size_t k = 0; k < slots_; ++k) {
    if (!used[k]) continue;
    result.sum += scores[k];
    ++count;
  }
  const double n = static_cast<double>(count), mean = result.sum / n;
  std::vector<double> centred(slots_, 0.0);
  double squares = 0;
  for (std::size_t k = 0; k < slots_; ++k) {
    if (!used[k]) continue;
    centred[k] = scores[k] - mean;
    squares += centred[k] * centred[k];
  }
  result.white = std::max(floor, squares * n / (n - 1));
  result.spectrum = spectrum(centred, count, result.white);
  average_over_posterior(result, shape_, prior_scale);
  return result;
}

std::vector<double> SlowNoise::spectrum(std::span<const double> centred, std::size_t used,
                                        double white) const {
  std::vector<double> power(std::min(shape_.size(), used / 2));
  const double scale = 2 * static_cast<double>(slots_) / (static_cast<double>(used) * white);
  for (std::size_t j = 0; j < power.size(); ++j) {
    double coefficient = 0;
    for (std::size_t k = 0; k < slots_; ++k) coefficient += centred[k] * cosines_[j * slots_ + k];
    power[j] = coefficient * coefficient * scale;
  }
  return power;
}

}  // namespace assay::stats
