#include "stats/slow_noise.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "stats/distributions.h"

namespace assay::stats {
namespace {

constexpr std::size_t kUnseenPoints = 16;

// A variance estimated with few degrees of freedom, as equally likely true values: a normal distribution
// averaged over them is Student's.
std::vector<double> likely_variances(const UnseenVariance& unseen) {
  if (unseen.value <= 0 || !std::isfinite(unseen.freedom)) return {std::max(0.0, unseen.value)};
  std::vector<double> variances;
  for (std::size_t i = 0; i < kUnseenPoints; ++i) {
    const double share = (static_cast<double>(i) + 0.5) / kUnseenPoints;
    variances.push_back(unseen.value * unseen.freedom / 2 / gamma_quantile(unseen.freedom / 2, share));
  }
  return variances;
}

void average_over_posterior(SlowNoiseResult& result, const NoisePosterior& posterior,
                            const UnseenVariance& unseen) {
  const auto likely = likely_variances(unseen);
  double weights = 0, probability = 0, precision = 0;
  for (const auto& point : posterior.points) {
    const double variance = result.white * (1 + point.ratio);
    double below = 0;
    for (const double further : likely) below += normal_cdf(result.sum / std::sqrt(variance + further));
    weights += point.weight;
    probability += point.weight * below / static_cast<double>(likely.size());
    precision += point.weight / variance;
  }
  result.p_pass = probability / weights;
  result.variance = weights / precision;
  result.unseen = unseen.value;
}

}  // namespace

std::size_t frequency_count(double seconds) {
  return static_cast<std::size_t>(std::clamp(std::lround(0.2 * seconds), 10L, 40L));
}

SlowNoise::SlowNoise(std::size_t slots, double seconds)
    : slots_(slots), frequencies_(frequency_count(seconds)), cosines_(frequencies_ * slots) {
  for (std::size_t j = 0; j < frequencies_; ++j)
    for (std::size_t k = 0; k < slots; ++k)
      cosines_[j * slots + k] = std::cos(std::numbers::pi * static_cast<double>(j + 1) *
                                         (static_cast<double>(k) + 0.5) / static_cast<double>(slots));
}

SlowNoiseResult SlowNoise::test(std::span<const double> scores, std::span<const char> used,
                                const NoisePrior& prior, double floor, const UnseenVariance& unseen) const {
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
  const NoisePosterior posterior = prior.posterior(result.spectrum);
  result.correlation = posterior.correlation;
  result.profile = posterior.profile;
  average_over_posterior(result, posterior, unseen);
  return result;
}

std::vector<double> SlowNoise::spectrum(std::span<const double> centred, std::size_t used,
                                        double white) const {
  std::vector<double> power(std::min(frequencies_, used / 2));
  const double scale = 2 * static_cast<double>(slots_) / (static_cast<double>(used) * white);
  for (std::size_t j = 0; j < power.size(); ++j) {
    double coefficient = 0;
    for (std::size_t k = 0; k < slots_; ++k) coefficient += centred[k] * cosines_[j * slots_ + k];
    power[j] = coefficient * coefficient * scale;
  }
  return power;
}

}  // namespace assay::stats
