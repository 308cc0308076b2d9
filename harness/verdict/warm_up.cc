#include "verdict/warm_up.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "stats/start_decay.h"

namespace assay::verdict {
namespace {

constexpr std::size_t kPoints = 40;  // into which judged time is divided
constexpr std::size_t kStartPoints = kPoints / 10;
constexpr double kFewestSeconds = 30;  // the shortest run that the rule was tried on
constexpr double kFewestExcess = 0.1;
constexpr double kFewestExcessNs = 100'000;  // a start costs the generator microseconds too
constexpr double kLevel = 1e-4;              // of the arms together
constexpr double kArmLevel = 0.01;           // of each arm alone
// A burst may last so long: of what is there no longer nobody could tell.
constexpr double kBurstSeconds = 4;
constexpr std::size_t kBurstPoints = kPoints / 20;
constexpr double kLevelAfterBurst = 0.01;
constexpr std::array kThetas{1.0 / 40, 1.0 / 20, 1.0 / 10, 1.0 / 5, 1.0 / 3};  // of judged time
constexpr double kLeftOver = 0.02;                                             // of p50

using Levels = std::vector<double>;  // logarithms; NaN where nothing was measured

double median(Levels values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

Levels slot_medians(const ArmTimes& arm, std::size_t slots, std::size_t together) {
  Levels medians;
  for (std::size_t first = 0; first + together <= slots; first += together) {
    stats::Histogram times;
    for (std::size_t k = first; k < first + together; ++k) times.merge(arm.slots[k]);
    medians.push_back(times.empty() ? std::numeric_limits<double>::quiet_NaN()
                                    : std::log(std::max(1.0, static_cast<double>(times.quantile(0.5)))));
  }
  return medians;
}

Levels part(const Levels& medians, std::size_t first, std::size_t last) {
  const auto at = [&](std::size_t point) {
    return medians.begin() + static_cast<std::ptrdiff_t>(medians.size() * point / kPoints);
  };
  return {at(first), at(last)};
}

// The median of slot medians: a short burst is in fewer than half of a point's slots.
Levels points_of(const Levels& medians) {
  Levels points;
  for (std::size_t k = 0; k < kPoints; ++k) points.push_back(median(part(medians, k, k + 1)));
  return points;
}

// How much higher p50 was in the start than in the second half, as a share of it; 0 where that is too little
// to matter.
double excess_of(const Levels& medians) {
  const double start = std::exp(median(part(medians, 0, kStartPoints)));
  const double later = std::exp(median(part(medians, kPoints / 2, kPoints)));
  return start - later < kFewestExcessNs ? 0 : start / later - 1;
}

Levels mean_of(const std::vector<Levels>& arms) {
  Levels mean(kPoints);
  for (const Levels& arm : arms)
    for (std::size_t k = 0; k < kPoints; ++k) mean[k] += arm[k] / static_cast<double>(arms.size());
  return mean;
}

struct Decay {
  double theta = 0;  // in points
  stats::StartDecay fit;
};

Decay clearest_decay(const stats::StartDecayTest& test, const Levels& levels) {
  Decay clearest;
  for (const double theta : kThetas) {
    const Decay decay{theta * kPoints, test.test(levels, theta * kPoints)};
    if (clearest.theta == 0 || decay.fit.p_value < clearest.fit.p_value) clearest = decay;
  }
  return clearest;
}

// The decay that the arms show together, and each for itself, and that is still one without its first
// seconds.
std::optional<Decay> decay_of(const std::vector<Levels>& arms, double point_seconds) {
  const stats::StartDecayTest test(kPoints);
  const Levels together = mean_of(arms);
  const Decay decay = clearest_decay(test, together);
  if (decay.fit.p_value >= kLevel) return std::nullopt;
  const bool everywhere = std::ranges::all_of(
      arms, [&](const Levels& arm) { return test.test(arm, decay.theta).p_value < kArmLevel; });
  if (!everywhere) return std::nullopt;
  const auto burst =
      std::max(kBurstPoints, static_cast<std::size_t>(std::ceil(kBurstSeconds / point_seconds)));
  const stats::StartDecayTest later(kPoints - burst);
  if (later.test(std::span(together).subspan(burst), decay.theta).p_value >= kLevelAfterBurst)
    return std::nullopt;
  return decay;
}

double rounded_up(double seconds) {
  const double step = seconds <= 60 ? 5 : seconds <= 300 ? 30 : 60;
  return step * std::ceil(seconds / step);
}

bool constant_load(const LoadPhaseFacts& phase) {
  return phase.shape == "constant-arrival-rate" || phase.shape == "constant-vus";
}

// The phase whose judged time is the first.
const LoadPhaseFacts* first_judged(const RunResult& result, const SlotRange& range) {
  const Nanos begin = result.slot_length * range.first;
  const auto found =
      std::ranges::find_if(result.load, [&](const LoadPhaseFacts& phase) { return phase.end > begin; });
  return found == result.load.end() ? nullptr : &*found;
}

}  // namespace

std::optional<WarmUp> find_warm_up(const ArmSeries& series, std::size_t slots, double warmed_up_seconds) {
  const std::size_t together = slots_together(series);
  const double seconds = series.slot_seconds * static_cast<double>(slots);
  if (seconds < kFewestSeconds || slots / together < kPoints) return std::nullopt;
  WarmUp warm_up;
  warm_up.excess = std::numeric_limits<double>::infinity();
  std::vector<Levels> arms;
  for (const ArmTimes& arm : series.arms) {
    if (arm.all.empty()) continue;
    const Levels medians = slot_medians(arm, slots, together);
    arms.push_back(points_of(medians));
    if (std::ranges::any_of(arms.back(), [](double level) { return std::isnan(level); })) return std::nullopt;
    warm_up.excess = std::min(warm_up.excess, excess_of(medians));
  }
  if (arms.empty() || warm_up.excess < kFewestExcess) return std::nullopt;
  const double point_seconds = seconds / kPoints;
  const auto decay = decay_of(arms, point_seconds);
  if (!decay) return std::nullopt;
  warm_up.start_seconds = kStartPoints * point_seconds;
  const double lasts = decay->theta * std::log(decay->fit.height / std::log1p(kLeftOver));
  warm_up.enough_seconds =
      rounded_up(warmed_up_seconds + std::max(warm_up.start_seconds, lasts * point_seconds));
  return warm_up;
}

std::optional<WarmUp> find_warm_up(const RunResult& result) {
  const auto ranges = judged_ranges(result);
  if (ranges.empty()) return std::nullopt;
  const LoadPhaseFacts* phase = first_judged(result, ranges.front());
  if (phase == nullptr || !constant_load(*phase)) return std::nullopt;
  return find_warm_up(arm_series(result), ranges.front().last - ranges.front().first,
                      seconds(phase->warm_up));
}

}  // namespace assay::verdict
