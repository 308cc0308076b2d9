#include "simulated_run.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/random.h"
#include "stats/histogram.h"

namespace assay::statistics {
namespace {

constexpr double kSlotSeconds = 0.5;
constexpr double kStallEvery = 60, kStallSeconds = 2;

double normal(Random& random) {
  return std::sqrt(2 * random.exponential()) * std::cos(2 * std::numbers::pi * random.uniform());
}

// In seconds.
double response_time(Family family, Random& random) {
  if (family == Family::lognormal) return 0.05 * std::exp(0.5 * normal(random));
  return (random.uniform() < 0.9 ? 0.02 : 0.2) * std::exp(0.3 * normal(random));
}

// Deals arrivals to the arms, two each in every four.
class Dealer {
 public:
  explicit Dealer(Random& random) : random_(random) {}
  bool next_is_candidate() {
    if (position_ % 4 == 0)
      for (std::size_t i = 3; i > 0; --i) std::swap(four_[i], four_[random_.below(i + 1)]);
    return four_[position_++ % 4];
  }

 private:
  Random& random_;
  std::array<bool, 4> four_{true, true, false, false};
  std::size_t position_ = 0;
};

double stalled(double at, double phase) {
  const double into = std::fmod(at - phase + kStallEvery, kStallEvery);
  return at >= phase && into < kStallSeconds ? kStallSeconds - into : 0;
}

struct SlotTimes {
  stats::Histogram candidate, baseline;
};

}  // namespace

stats::LatencyShift simulated_run(const Simulation& simulation, std::uint64_t seed) {
  Random random(seed, 1);
  Dealer dealer(random);
  std::vector<SlotTimes> times(static_cast<std::size_t>(simulation.seconds / kSlotSeconds));
  const double phase = kStallEvery * random.uniform();
  for (double at = 0;;) {
    at += random.exponential() / simulation.per_second;
    if (at >= simulation.seconds) break;
    const bool candidate = dealer.next_is_candidate();
    double seconds = response_time(simulation.family, random);
    if (candidate) seconds *= simulation.candidate_factor;
    if (candidate && simulation.stalls) seconds += stalled(at, phase);
    auto& slot = times[std::min(times.size() - 1, static_cast<std::size_t>(at / kSlotSeconds))];
    (candidate ? slot.candidate : slot.baseline).record(std::llround(seconds * 1e9));
  }
  std::vector<stats::SlotValues> slots;
  for (const auto& slot : times)
    slots.push_back({stats::LogValues::from(slot.candidate), stats::LogValues::from(slot.baseline)});
  return {std::move(slots), kSlotSeconds, 5};
}

std::vector<stats::ErrorSlot> simulated_errors(const ErrorSimulation& simulation, std::uint64_t seed) {
  Random random(seed, 2);
  const auto requests = static_cast<std::uint64_t>(simulation.per_second * kSlotSeconds / 2);
  const auto errors = [&](double rate) {
    std::uint64_t count = 0;
    for (std::uint64_t i = 0; i < requests; ++i) count += random.uniform() < rate;
    return count;
  };
  std::vector<stats::ErrorSlot> slots(static_cast<std::size_t>(simulation.seconds / kSlotSeconds));
  for (auto& slot : slots)
    slot = {errors(simulation.baseline_rate + simulation.candidate_excess), requests,
            errors(simulation.baseline_rate), requests};
  return slots;
}

}  // namespace assay::statistics
