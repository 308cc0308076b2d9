#include "reports/scale.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace assay::reports {
namespace {

using namespace std::chrono_literals;

constexpr double kSlack = 1e-9;  // of a step: rounding must not drop the last mark

double power_of_ten(double value) { return std::pow(10, std::floor(std::log10(value) + kSlack)); }

// 1, 2 or 5 times a power of ten, not below `least`.
double round_up(double least) {
  const double power = power_of_ten(least);
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= least * (1 - kSlack)) return factor * power;
  return 10 * power;
}

// Ends of axes are finer than marks, so that curves fill their frame.
constexpr std::array<double, 11> kEnds = {1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10};

double end_above(double least) {
  const double power = power_of_ten(least);
  const auto* const found = std::find_if(
      kEnds.begin(), kEnds.end(), [&](double factor) { return factor * power >= least * (1 - kSlack); });
  return (found == kEnds.end() ? 10 : *found) * power;
}

double end_below(double most) {
  const double power = power_of_ten(most);
  const auto found = std::find_if(kEnds.rbegin(), kEnds.rend(),
                                  [&](double factor) { return factor * power <= most * (1 + kSlack); });
  return (found == kEnds.rend() ? 1 : *found) * power;
}

std::vector<double> linear_ticks(const Scale& scale, int most) {
  const double extent = scale.high() - scale.low();
  const double step = round_up(extent / (most - 1));
  std::vector<double> marks;
  for (double k = std::ceil(scale.low() / step - kSlack); k * step <= scale.high() + step * kSlack; ++k)
    marks.push_back(k * step);
  return marks;
}

// In each decade the given factors, of every `stride`-th decade.
std::vector<double> log_ticks(const Scale& scale, const std::vector<double>& factors, int stride) {
  std::vector<double> marks;
  const auto last = static_cast<int>(std::floor(std::log10(scale.high()) + kSlack));
  for (auto decade = static_cast<int>(std::floor(std::log10(scale.low()) + kSlack)); decade <= last;
       decade += stride) {
    for (const double factor : factors) {
      const double mark = factor * std::pow(10, decade);
      if (mark >= scale.low() * (1 - kSlack) && mark <= scale.high() * (1 + kSlack)) marks.push_back(mark);
    }
  }
  return marks;
}

std::vector<double> log_ticks(const Scale& scale, int most) {
  const auto fits = [&](const std::vector<double>& marks) {
    return marks.size() <= static_cast<std::size_t>(most);
  };
  for (const std::vector<double>& factors : {std::vector<double>{1, 2, 5}, {1, 3}}) {
    auto marks = log_ticks(scale, factors, 1);
    if (fits(marks)) return marks;
  }
  int stride = 1;
  auto marks = log_ticks(scale, {1}, stride);
  while (!fits(marks)) marks = log_ticks(scale, {1}, ++stride);
  return marks;
}

}  // namespace

double Scale::position(double value) const {
  if (!(high_ > low_)) return 0.5;
  const double share = logarithmic_ ? std::log(std::max(value, low_) / low_) / std::log(high_ / low_)
                                    : (value - low_) / (high_ - low_);
  return std::clamp(share, 0.0, 1.0);
}

Scale scale_from_zero(double highest) { return Scale::linear(0, highest > 0 ? end_above(highest) : 1); }

Scale scale_around(double lowest, double highest) {
  if (!(lowest > 0) || !(highest >= lowest)) return Scale::logarithmic(1, 10);
  const double low = end_below(lowest);
  return Scale::logarithmic(low, std::max(end_above(highest), 2 * low));
}

std::vector<double> ticks(const Scale& scale, int most) {
  return scale.is_logarithmic() ? log_ticks(scale, most) : linear_ticks(scale, most);
}

std::vector<Nanos> time_ticks(Nanos end, int most) {
  constexpr std::array<Nanos, 24> kSteps = {100ms, 200ms, 500ms, 1s, 2s, 5s, 10s, 15s, 30s, 1min, 2min, 5min,
                                            10min, 15min, 30min, 1h, 2h, 3h, 6h,  12h, 24h, 48h,  120h, 240h};
  const auto fits = [&](Nanos step) { return end / step < most; };
  const auto* const found = std::find_if(kSteps.begin(), kSteps.end(), fits);
  const Nanos step = found != kSteps.end() ? *found : kSteps.back() * (end / kSteps.back() / most + 1);
  std::vector<Nanos> marks;
  for (Nanos mark{0}; mark <= end; mark += step) marks.push_back(mark);
  return marks;
}

}  // namespace assay::reports
