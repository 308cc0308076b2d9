// Tests "the candidate's times divided by e^r behave like the baseline's" for quantiles and for the mean
// excess of the worst 5 %, and turns the tests into an estimate of r with its interval. r is on the log
// scale: 0.0953 is +10 %. Formulas: sections 1.1 to 1.5 of the verdict method (harness/verdict/README.md).
// Immutable after construction.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "stats/calm_time.h"
#include "stats/noise_prior.h"
#include "stats/noise_profile.h"
#include "stats/random_effects.h"
#include "stats/slot_values.h"
#include "stats/slow_noise.h"

namespace assay::stats {

struct ShiftMetric {
  enum class Kind : std::uint8_t { quantile, tail5 };
  Kind kind = Kind::quantile;
  double quantile = 0.5;  // tail5: 0.95, where its tail begins
};

// What keeps a metric from being tested; `none` if nothing does.
enum class Shortage : std::uint8_t { none, slots, calm_time, requests };

struct ShiftInterval {
  double estimate = 0, low = 0, high = 0;
  double slow_share = 0;       // of the variance at the estimate, without that of placements
  double placement_share = 0;  // of the whole variance at the estimate
};

// What is known of one metric's noise besides this run.
struct ShiftNoise {
  NoisePrior prior;
  std::optional<PlacementSpread> placement;  // on the log scale; adds to the variance of the difference
};

// The scores of one test by slot: how much each calm slot speaks against the candidate at the tested shift.
struct SlotScores {
  std::vector<double> scores;  // 0 where the slot is not used
  std::vector<char> used;
  double floor = 0;  // variance that counting alone gives to their sum
};

class LatencyShift {
 public:
  // `correlation_seconds`: the longest own noise of one instance, if the gate declares it.
  LatencyShift(std::vector<SlotValues> slots, double slot_seconds, std::optional<double> correlation_seconds);

  std::size_t slot_count() const { return slots_.size(); }
  double slot_seconds() const { return slot_seconds_; }
  double seconds() const { return slot_seconds_ * static_cast<double>(slots_.size()); }

  CalmTime calm_time(double shift) const;
  Shortage shortage(const ShiftMetric& metric, const CalmTime& calm) const;

  // What the test of r = shift works on; absent where there is a shortage.
  std::optional<SlotScores> scores(const ShiftMetric& metric, double shift) const;

  // What this run may take from stored runs' vectors of one metric (oldest first) and from A/A runs. Build it
  // once for each metric.
  ShiftNoise noise(std::span<const NoiseVector> stored,
                   std::optional<PlacementSpread> placement = std::nullopt) const;

  // The test of r = shift; absent where there is a shortage.
  std::optional<SlowNoiseResult> test(const ShiftMetric& metric, double shift) const;
  std::optional<SlowNoiseResult> test(const ShiftMetric& metric, double shift, const ShiftNoise& noise) const;

  // All r that neither test at level alpha rejects, and the r in the middle of the evidence. Absent where a
  // test on the way had a shortage.
  std::optional<ShiftInterval> interval(const ShiftMetric& metric, double alpha) const;
  std::optional<ShiftInterval> interval(const ShiftMetric& metric, double alpha,
                                        const ShiftNoise& noise) const;

  // What a store keeps of this run's noise: tested at the run's own estimate of the shift.
  std::optional<NoiseVector> noise_vector(const ShiftMetric& metric, double estimate) const;

 private:
  UnseenVariance unseen(const ShiftMetric& metric, double shift, const ShiftNoise& noise) const;

  std::vector<SlotValues> slots_;
  double slot_seconds_;
  std::size_t half_width_;
  double per_second_;  // requests of both arms together
  std::optional<double> correlation_seconds_;
  SlowNoise slow_noise_;
  ShiftNoise own_noise_;  // without stored runs
};

}  // namespace assay::stats
