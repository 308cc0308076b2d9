#include "bench/noise_rates.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "generators/draws.h"
#include "stats/distributions.h"
#include "stats/random_effects.h"

namespace assay::statistics {
namespace {

const double kMargin = std::log(1.10);
constexpr std::uint64_t kEarlier = 1'000'000;  // seeds of runs that nobody judges

class Count {
 public:
  void add(double p_at_truth, double p_identical) {
    false_pass_ += p_at_truth <= kAlpha ? 1 : 0;
    false_fail_ += p_at_truth >= 1 - kAlpha ? 1 : 0;
    identical_pass_ += p_identical <= kAlpha ? 1 : 0;
    ++runs_;
  }
  // Both tests of one run. What cannot be tested proves nothing.
  void add(const stats::LatencyShift& run, const stats::ShiftMetric& metric, const stats::ShiftNoise& noise) {
    const auto p_pass = [&](double shift) {
      const auto test = run.test(metric, shift, noise);
      return test ? test->p_pass : 0.5;
    };
    add(p_pass(0), p_pass(kMargin));
  }
  NoiseRates percent() const {
    const auto share = [&](double count) { return 100 * count / runs_; };
    return {share(false_pass_), share(false_fail_), share(identical_pass_)};
  }

 private:
  double false_pass_ = 0, false_fail_ = 0, identical_pass_ = 0, runs_ = 0;
};

template <class T>
void keep_newest(std::vector<T>& all, T newest, std::size_t most) {
  all.push_back(std::move(newest));
  if (all.size() > most) all.erase(all.begin());
}

// One kind of knowledge with the runs that it has stored and what came of its gates.
class Gatekeeper {
 public:
  Gatekeeper(const Knowledge& known, const stats::ShiftMetric& metric) : known_(known), metric_(metric) {}

  // A store tests at the estimate; at the truth, which is 0, the spectrum is nearly the same and takes one
  // test instead of twenty.
  void store(const verdict::ArmSeries& series) {
    if (known_.stored == 0) return;
    if (auto noise = shift_of(series, known_.rule).noise_vector(metric_, 0))
      keep_newest(stored_, std::move(*noise), known_.stored);
  }
  void judge(const verdict::ArmSeries& series) {
    const auto run = shift_of(series, known_.rule);
    count_.add(run, metric_, run.noise(stored_));
    if (!known_.stored_from) store(series);
  }
  const Knowledge& knows() const { return known_; }
  NoiseRates percent() const { return count_.percent(); }

 private:
  Knowledge known_;
  stats::ShiftMetric metric_;
  std::vector<stats::NoiseVector> stored_;
  Count count_;
};

// What an A/A run measured.
std::vector<stats::RunEstimate> estimate_of(const stats::LatencyShift& run,
                                            const stats::ShiftMetric& metric) {
  const auto interval = run.interval(metric, kAlpha);
  if (!interval) return {};
  return {{interval->estimate, (interval->high - interval->low) / 2 / stats::normal_quantile(1 - kAlpha)}};
}

// Gates that know the newest A/A runs between two instances, each placed anew.
class PlacementKeeper {
 public:
  PlacementKeeper(std::size_t aa_runs, const stats::ShiftMetric& metric)
      : aa_runs_(aa_runs), metric_(metric) {}

  void learn(const std::vector<stats::RunEstimate>& found) {
    for (const auto& each : found) keep_newest(measured_, each, aa_runs_);
  }
  void judge(const stats::LatencyShift& run) {
    count_.add(run, metric_, run.noise({}, stats::placement_spread(measured_)));
  }
  NoiseRates percent() const { return count_.percent(); }

 private:
  std::size_t aa_runs_;
  stats::ShiftMetric metric_;
  std::vector<stats::RunEstimate> measured_;
  Count count_;
};

template <class Keeper>
std::vector<NoiseRates> percents(const std::vector<Keeper>& keepers) {
  std::vector<NoiseRates> all;
  for (const Keeper& keeper : keepers) all.push_back(keeper.percent());
  return all;
}

}  // namespace

std::vector<NoiseRates> noise_rates(const TwoArmRun& run, std::span<const Knowledge> known,
                                    const stats::ShiftMetric& metric, std::uint64_t runs) {
  std::vector<Gatekeeper> keepers;
  for (const Knowledge& each : known) {
    keepers.emplace_back(each, metric);
    for (std::uint64_t i = 0; i < each.stored; ++i)
      keepers.back().store(simulate_times(each.stored_from.value_or(run), kEarlier + i));
  }
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    const auto series = simulate_times(run, seed);
    for (Gatekeeper& keeper : keepers) keeper.judge(series);
  }
  return percents(keepers);
}

std::vector<NoiseRates> placement_rates(const TwoArmRun& run, std::span<const std::size_t> aa_runs,
                                        const stats::ShiftMetric& metric, std::uint64_t runs) {
  const auto simulated = [&](std::uint64_t seed) { return shift_of(simulate_times(run, seed), {}); };
  std::vector<PlacementKeeper> keepers;
  for (const std::size_t count : aa_runs) keepers.emplace_back(count, metric);
  const auto learn_from = [&](std::uint64_t seed) {
    const auto found = estimate_of(simulated(kEarlier + seed), metric);
    for (PlacementKeeper& keeper : keepers) keeper.learn(found);
  };
  const std::size_t most = *std::max_element(aa_runs.begin(), aa_runs.end());
  for (std::uint64_t seed = 0; seed < most; ++seed) learn_from(seed);
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    const auto judged = simulated(seed);
    for (PlacementKeeper& keeper : keepers) keeper.judge(judged);
    learn_from(most + seed);
  }
  return percents(keepers);
}

NoiseRates stored_rates(double tau, double noise, std::size_t stored, std::size_t repeats,
                        std::uint64_t runs) {
  Draws draws(7, 4);
  const auto draw = [&](std::size_t count) {
    std::vector<stats::RunEstimate> drawn;
    for (std::size_t i = 0; i < count; ++i)
      drawn.push_back({tau * draws.normal() + noise * draws.normal(), noise});
    return drawn;
  };
  Count count;
  for (std::uint64_t i = 0; i < runs; ++i) {
    const auto history = draw(stored);
    const auto candidate = draw(repeats);
    const auto reference = stats::stored_reference(history, history);
    count.add(stats::test_against(*reference, candidate, 0, kAlpha).p_pass,
              stats::test_against(*reference, candidate, kMargin, kAlpha).p_pass);
  }
  return count.percent();
}

}  // namespace assay::statistics
