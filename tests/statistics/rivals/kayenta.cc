#include "rivals/kayenta.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "rivals/intervals.h"
#include "stats/distributions.h"

namespace assay::statistics {
namespace {

constexpr double kConfidence = 0.98, kTolerance = 0.25;
constexpr double kRootTolerance = 1e-4;  // of the shift, in milliseconds

// Standard normal deviate of the rank sum of `first` lowered by `shift`; both ascending.
double deviate_at(std::span<const double> first, std::span<const double> second, double shift) {
  const auto n = static_cast<double>(first.size()), m = static_cast<double>(second.size());
  double won = 0, tied_cubes = 0;
  std::size_t a = 0, b = 0;
  while (a < first.size() || b < second.size()) {
    const bool take_second = a == first.size() || (b < second.size() && second[b] < first[a] - shift);
    const double value = take_second ? second[b] : first[a] - shift;
    const std::size_t below = b;
    while (b < second.size() && second[b] == value) ++b;
    const std::size_t from = a;
    while (a < first.size() && first[a] - shift == value) ++a;
    const auto mine = static_cast<double>(a - from), theirs = static_cast<double>(b - below);
    won += mine * (static_cast<double>(below) + theirs / 2);
    tied_cubes += (mine + theirs) * ((mine + theirs) * (mine + theirs) - 1);
  }
  const double all = n + m;
  const double variance = n * m / 12 * (all + 1 - tied_cubes / (all * (all - 1)));
  const double excess = won - n * m / 2;
  const double continuity = excess > 0 ? 0.5 : excess < 0 ? -0.5 : 0;
  return variance <= 0 ? 0 : (excess - continuity) / std::sqrt(variance);
}

std::vector<double> milliseconds_by_interval(const std::vector<stats::Histogram>& intervals, double q) {
  std::vector<double> series;
  for (const auto& times : intervals) series.push_back(static_cast<double>(times.quantile(q)) / 1e6);
  return series;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

ShiftEstimate rank_shift(std::vector<double> first, std::vector<double> second, double confidence) {
  std::sort(first.begin(), first.end());
  std::sort(second.begin(), second.end());
  const auto shift_with = [&](double deviate) {
    double low = first.front() - second.back(), high = first.back() - second.front();
    if (deviate_at(first, second, low) <= deviate) return low;
    if (deviate_at(first, second, high) >= deviate) return high;
    while (high - low > kRootTolerance) {
      const double middle = (low + high) / 2;
      (deviate_at(first, second, middle) > deviate ? low : high) = middle;
    }
    return (low + high) / 2;
  };
  const double z = stats::normal_quantile((1 + confidence) / 2);
  return {shift_with(z), shift_with(0), shift_with(-z)};
}

bool kayenta_says_high(const std::vector<double>& candidate, const std::vector<double>& baseline) {
  if (candidate.empty() || baseline.empty() || candidate == baseline) return false;
  const auto shift = rank_shift(candidate, baseline, kConfidence);
  const bool not_smaller = mean(candidate) >= mean(baseline);  // allowedIncrease is 1 unless somebody sets it
  return shift.low > kTolerance * std::fabs(shift.estimate) && not_smaller;
}

Answer by_kayenta(const verdict::ArmSeries& run, std::size_t points) {
  const auto candidate = intervals_of(run.arm(Arm::candidate), points);
  const auto baseline = intervals_of(run.arm(Arm::baseline), points);
  constexpr std::array kQuantiles{0.50, 0.95, 0.99};
  return failed_if(std::any_of(kQuantiles.begin(), kQuantiles.end(), [&](double q) {
    return kayenta_says_high(milliseconds_by_interval(candidate, q), milliseconds_by_interval(baseline, q));
  }));
}

}  // namespace assay::statistics
