#include "generators/two_arm_run.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace assay::statistics {
namespace {

constexpr double kSlotSeconds = 0.5;
constexpr double kStallEvery = 60, kStallSeconds = 2;
constexpr double kTailShare = 0.02, kTailFactor = 3;

constexpr std::array<std::pair<Effect, std::string_view>, 5> kEffects{{
    {Effect::none, "none"},
    {Effect::slower_10, "+10%"},
    {Effect::slower_20, "+20%"},
    {Effect::tail, "tail"},
    {Effect::stall, "stall"},
}};

// Deals arrivals to the arms, two each in every four.
class Dealer {
 public:
  explicit Dealer(Draws& draws) : draws_(draws) {}
  Arm next() {
    if (position_ % 4 == 0)
      for (std::size_t i = 3; i > 0; --i) std::swap(four_[i], four_[draws_.below(i + 1)]);
    return four_[position_++ % 4];
  }

 private:
  Draws& draws_;
  std::array<Arm, 4> four_{Arm::candidate, Arm::candidate, Arm::baseline, Arm::baseline};
  std::size_t position_ = 0;
};

// The candidate's flaw. Its draws are its own, so that the run stays the same without it.
class Flaw {
 public:
  Flaw(Effect effect, std::uint64_t seed)
      : effect_(effect), draws_(seed, 2), factor_(true_factor(effect).value_or(1)) {
    first_stall_ = kStallEvery * draws_.uniform();
  }

  double changed(double seconds, double at) {
    if (effect_ == Effect::tail) return draws_.uniform() < kTailShare ? kTailFactor * seconds : seconds;
    if (effect_ == Effect::stall) return seconds + stopped_for(at);
    return seconds * factor_;
  }

 private:
  double stopped_for(double at) const {
    if (at < first_stall_) return 0;
    return std::max(0.0, kStallSeconds - std::fmod(at - first_stall_, kStallEvery));
  }

  Effect effect_;
  Draws draws_;
  double factor_, first_stall_ = 0;
};

// Where the instances landed, as factors by Arm. The draws are their own, so that the run stays the same
// without it.
std::array<double, kArmCount> places(const Surroundings& surroundings, std::uint64_t seed) {
  Draws draws(seed, 3);
  std::array<double, kArmCount> factors{};
  for (double& factor : factors) factor = std::exp(surroundings.placement * draws.normal());
  return factors;
}

// Fills one slot after the other, as a recorder does.
class SlotWriter {
 public:
  explicit SlotWriter(double seconds) {
    series_.slot_seconds = kSlotSeconds;
    series_.slot_count = static_cast<std::size_t>(std::lround(seconds / kSlotSeconds));
    for (auto& arm : series_.arms) {
      arm.slots.resize(series_.slot_count);
      arm.errors.resize(series_.slot_count);
    }
  }

  void record(Arm arm, double at, double seconds) {
    const auto slot = std::min(series_.slot_count - 1, static_cast<std::size_t>(at / kSlotSeconds));
    if (slot != slot_) close(slot);
    const auto ns = static_cast<std::int64_t>(seconds * 1e9);
    running_[static_cast<std::size_t>(arm)].record(ns);
    whole_[static_cast<std::size_t>(arm)].record(ns);
  }

  verdict::ArmSeries finish() {
    close(slot_);
    for (std::size_t arm = 0; arm < kArmCount; ++arm) whole_[arm].drain_into(series_.arms[arm].all);
    return std::move(series_);
  }

 private:
  void close(std::size_t next) {
    for (std::size_t arm = 0; arm < kArmCount; ++arm)
      running_[arm].drain_into(series_.arms[arm].slots[slot_]);
    slot_ = next;
  }

  verdict::ArmSeries series_;
  std::array<stats::DenseHistogram, kArmCount> running_, whole_;
  std::size_t slot_ = 0;
};

}  // namespace

std::string_view name(Effect effect) { return kEffects[static_cast<std::size_t>(effect)].second; }

std::optional<Effect> effect_from(std::string_view text) {
  const auto found = std::find_if(kEffects.begin(), kEffects.end(),
                                  [text](const auto& each) { return each.second == text; });
  if (found == kEffects.end()) return std::nullopt;
  return found->first;
}

std::optional<double> true_factor(Effect effect) {
  switch (effect) {
    case Effect::none:
      return 1.0;
    case Effect::slower_10:
      return 1.1;
    case Effect::slower_20:
      return 1.2;
    default:
      return std::nullopt;
  }
}

verdict::ArmSeries simulate_times(const TwoArmRun& run, std::uint64_t seed) {
  Draws draws(seed, 1);
  Dealer dealer(draws);
  Flaw flaw(run.effect, seed);
  const auto instances = make_instances(run.family, run.surroundings, draws);
  const auto placed = places(run.surroundings, seed);
  SlotWriter writer(run.surroundings.seconds);
  const double gap = 1 / run.surroundings.per_second;
  for (double at = draws.exponential(gap); at < run.surroundings.seconds; at += draws.exponential(gap)) {
    const Arm arm = dealer.next();
    const auto which = static_cast<std::size_t>(arm);
    double seconds = placed[which] * instances[which]->response_seconds(at, draws);
    if (arm == Arm::candidate) seconds = flaw.changed(seconds, at);
    if (arm == Arm::candidate || run.start.baseline_too)
      seconds *= 1 + run.start.excess * std::exp(-at / run.start.seconds);
    writer.record(arm, at, seconds);
  }
  return writer.finish();
}

}  // namespace assay::statistics
