// A simulated run of two arms whose truth is known, in the form in which a verdict gets measured runs:
// Poisson arrivals dealt to the arms in shuffled blocks of four, times in half-second histograms. Everything
// follows from the seed, and the same seed gives the same run with every effect.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "generators/instance.h"
#include "verdict/arm_series.h"

namespace assay::statistics {

// What is wrong with the candidate.
enum class Effect : std::uint8_t {
  none,
  slower_10,  // every time x 1.1: exactly at a margin of 10 %
  slower_20,  // every time x 1.2
  tail,       // 2 % of the times x 3
  stall,      // once a minute it stops for 2 s, and requests wait
};
std::string_view name(Effect effect);
std::optional<Effect> effect_from(std::string_view text);
// By which factor all times are longer; absent where the effect is no factor.
std::optional<double> true_factor(Effect effect);

// Times are longer by this share when judging begins, less and less as time goes on.
struct SlowStart {
  double excess = 0;
  double seconds = 1;  // in which it sinks to 1/e
  bool baseline_too = true;
};

struct TwoArmRun {
  Family family = Family::lognormal;
  Surroundings surroundings{};
  Effect effect = Effect::none;
  SlowStart start{};
};

verdict::ArmSeries simulate_times(const TwoArmRun& run, std::uint64_t seed);

}  // namespace assay::statistics
