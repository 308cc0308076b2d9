#include "stats/noise_prior.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace assay::stats {
namespace {

constexpr std::size_t kStrengths = 48;
constexpr double kAssumed = 5;                         // seconds, where nothing tells more
constexpr double kLargest = 120;                       // seconds
constexpr double kOwnReach = 0.2, kStoredReach = 0.5;  // of a run's length: how far up tau can be told
constexpr double kShortestOwn = 120;                   // seconds; a shorter run would pay and learn little
constexpr double kShortestLearned = 1;                 // seconds
constexpr double kTausPerDoubling = 1.5;
constexpr double kProfileWeight = 0.5;
constexpr double kNegligible = 1e-9;

// Even steps of the logarithm: a prior that prefers no scale.
std::vector<double> even_taus(double low, double high) {
  if (high <= low) return {low};
  const double steps = std::max(1.0, std::round(std::log2(high / low) * kTausPerDoubling));
  std::vector<double> taus;
  for (double i = 0; i <= steps; ++i) taus.push_back(low * std::pow(high / low, i / steps));
  return taus;
}

std::vector<double> taus_for(double seconds, std::optional<double> declared, const NoiseProfile& profile) {
  if (declared) return {*declared};
  if (profile.recent().empty() && seconds < kShortestOwn) return {kAssumed};
  if (profile.recent().empty()) return even_taus(kAssumed, std::min(kOwnReach * seconds, kLargest));
  double longest = 0;
  for (const auto& run : profile.recent()) longest = std::max(longest, run.seconds);
  return even_taus(kShortestLearned, std::clamp(kStoredReach * longest, kAssumed, kLargest));
}

}  // namespace

std::vector<double> strength_grid(double scale) {
  std::vector<double> ratios(kStrengths);
  for (std::size_t point = 0; point < kStrengths; ++point) {
    // At the middle of each of the half-Cauchy's equally likely cells.
    const double angle = std::numbers::pi * (static_cast<double>(point) + 0.5) / (2.0 * kStrengths);
    const double root = scale * std::tan(angle);
    ratios[point] = root * root;
  }
  return ratios;
}

double strength_scale(double requests_per_s) { return std::clamp(std::sqrt(requests_per_s / 50), 1.0, 5.0); }

double log_likelihood_of(double ratio, std::span<const double> shape, std::span<const double> spectrum) {
  double log_sum = 0;
  for (std::size_t j = 0; j < spectrum.size(); ++j) {
    const double power = 1 + ratio * shape[j];
    log_sum += std::log(power) + spectrum[j] / power;
  }
  return -0.5 * log_sum;
}

void normalise(std::span<double> log_weights) {
  const double largest = *std::max_element(log_weights.begin(), log_weights.end());
  double sum = 0;
  for (double& weight : log_weights) sum += weight = std::exp(weight - largest);
  for (double& weight : log_weights) weight /= sum;
}

NoisePrior::NoisePrior(double seconds, double scale, std::optional<double> declared,
                       const NoiseProfile& profile)
    : seconds_(seconds),
      declared_(declared.has_value()),
      profile_(profile),
      taus_(taus_for(seconds, declared, profile)),
      log_of_tau_(taus_.size(), 0.0) {
  // The prior is one on the size of the slow swings; with the same swings, noise that lasts longer has more
  // power at the lowest frequencies.
  const double reference = declared.value_or(kAssumed);
  for (const double tau : taus_)
    for (const double ratio : strength_grid(scale)) ratios_.push_back(ratio * tau / reference);
  if (taus_.size() > 1) learn_from(profile_.recent());
  if (profile_.use() != ProfileUse::used) return;
  log_profile_.assign(ratios_.size(), 0.0);
  for (const auto& run : profile_.comparable()) {
    const auto likelihood = log_likelihood(run.spectrum, run.seconds);
    for (std::size_t i = 0; i < ratios_.size(); ++i) log_profile_[i] += kProfileWeight * likelihood[i];
  }
}

// Each stored run had a strength of its own; what they share is tau.
void NoisePrior::learn_from(std::span<const NoiseVector> runs) {
  for (const auto& run : runs) {
    const auto likelihood = log_likelihood(run.spectrum, run.seconds);
    const double largest = *std::max_element(likelihood.begin(), likelihood.end());
    for (std::size_t t = 0; t < taus_.size(); ++t) {
      double sum = 0;
      for (std::size_t g = 0; g < kStrengths; ++g) sum += std::exp(likelihood[t * kStrengths + g] - largest);
      log_of_tau_[t] += std::log(sum);
    }
  }
}

std::vector<double> NoisePrior::log_likelihood(std::span<const double> spectrum, double seconds) const {
  std::vector<double> likelihood(ratios_.size());
  for (std::size_t t = 0; t < taus_.size(); ++t) {
    const auto shape = noise_shape(spectrum.size(), seconds, taus_[t]);
    for (std::size_t i = t * kStrengths; i < (t + 1) * kStrengths; ++i)
      likelihood[i] = log_likelihood_of(ratios_[i], shape, spectrum);
  }
  return likelihood;
}

CorrelationSource NoisePrior::source() const {
  if (declared_) return CorrelationSource::declared;
  if (!profile_.recent().empty()) return CorrelationSource::stored_runs;
  return taus_.size() > 1 ? CorrelationSource::this_run : CorrelationSource::assumed;
}

CorrelationTime NoisePrior::correlation(std::span<const double> weights) const {
  // The smallest tau that reaches a share of the belief.
  const auto quantile = [&](double share) {
    double below = 0;
    for (std::size_t i = 0; i < weights.size(); ++i)
      if ((below += weights[i]) >= share) return taus_[i / kStrengths];
    return taus_.back();
  };
  return {quantile(0.5), quantile(0.1), quantile(0.9), source()};
}

NoisePosterior NoisePrior::posterior(std::span<const double> spectrum) const {
  NoisePosterior posterior;
  auto weights = log_likelihood(spectrum, seconds_);
  posterior.profile = profile_.use();
  const double guard_tau = declared_ ? taus_.front() : kAssumed;
  if (posterior.profile == ProfileUse::used && profile_.is_noisier(spectrum, seconds_, guard_tau))
    posterior.profile = ProfileUse::noisier;
  const bool by_profile = posterior.profile == ProfileUse::used;
  for (std::size_t i = 0; i < weights.size(); ++i)
    weights[i] += by_profile ? log_profile_[i] : log_of_tau_[i / kStrengths];
  normalise(weights);
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (weights[i] > kNegligible) posterior.points.push_back({ratios_[i], weights[i]});
  posterior.correlation = correlation(weights);
  return posterior;
}

CorrelationTime correlation_of(std::span<const NoiseVector> stored) {
  double longest = 0;
  for (const NoiseVector& run : stored) longest = std::max(longest, run.seconds);
  // A rate that no run has: they share the correlation time, and nothing else is asked of them.
  const NoiseProfile profile(stored, longest, 0);
  return NoisePrior(longest, strength_scale(stored.back().per_second), std::nullopt, profile)
      .posterior({})
      .correlation;
}

}  // namespace assay::stats
