#include "stats/noise_profile.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace assay::stats {
namespace {

constexpr double kLongRun = 300;
constexpr double kSameWithin = 0.1;
constexpr double kGuardDeviations = 2;

bool close(double value, double reference) {
  return std::fabs(value - reference) <= kSameWithin * reference * (1 + 1e-9);
}

std::vector<NoiseVector> newest(std::vector<NoiseVector> runs) {
  if (runs.size() > NoiseProfile::kMost)
    runs.erase(runs.begin(), runs.end() - static_cast<std::ptrdiff_t>(NoiseProfile::kMost));
  return runs;
}

// The slow power of a run in one number: the log keeps one high coefficient from deciding it.
double slow_power(std::span<const double> spectrum, std::span<const double> shape) {
  double power = 0;
  for (std::size_t j = 0; j < std::min(spectrum.size(), shape.size()); ++j)
    power += shape[j] * std::log(1e-3 + spectrum[j]);
  return power;
}

}  // namespace

NoiseProfile::NoiseProfile(std::span<const NoiseVector> stored, double seconds, double per_second) {
  std::vector<NoiseVector> valid;
  for (const auto& run : stored)
    if (!run.spectrum.empty() && run.seconds > 0) valid.push_back(run);
  if (valid.empty()) return;
  use_ = ProfileUse::too_few;
  if (valid.size() < kFewest) return;
  std::vector<NoiseVector> same;
  for (const auto& run : valid)
    if (close(run.seconds, seconds) && close(run.per_second, per_second)) same.push_back(run);
  recent_ = newest(std::move(valid));
  use_ = seconds >= kLongRun ? ProfileUse::long_run : ProfileUse::other_shape;
  if (seconds >= kLongRun || same.size() < kFewest) return;
  use_ = ProfileUse::used;
  comparable_ = newest(std::move(same));
}

bool NoiseProfile::is_noisier(std::span<const double> spectrum, double seconds,
                              double correlation_seconds) const {
  if (comparable_.empty()) return false;
  std::size_t common = spectrum.size();
  for (const auto& run : comparable_) common = std::min(common, run.spectrum.size());
  const auto shape = noise_shape(common, seconds, correlation_seconds);
  double sum = 0, squares = 0;
  for (const auto& run : comparable_) {
    const double power = slow_power(run.spectrum, shape);
    sum += power;
    squares += power * power;
  }
  const auto count = static_cast<double>(comparable_.size());
  const double mean = sum / count, variance = std::max(1e-9, squares / count - mean * mean);
  return slow_power(spectrum, shape) > mean + kGuardDeviations * std::sqrt(variance);
}

std::vector<double> noise_shape(std::size_t frequencies, double seconds, double correlation_seconds) {
  std::vector<double> shape(frequencies);
  for (std::size_t j = 0; j < frequencies; ++j) {
    const double turn = std::numbers::pi * static_cast<double>(j + 1) * correlation_seconds / seconds;
    shape[j] = 1 / (1 + turn * turn);
  }
  return shape;
}

}  // namespace assay::stats
