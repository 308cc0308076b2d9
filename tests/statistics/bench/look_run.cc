#include "bench/look_run.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "bench/gate_rule.h"
#include "stats/distributions.h"
#include "stats/futility.h"
#include "stats/latency_shift.h"
#include "stats/sequential_shift.h"

namespace assay::statistics {
namespace {

constexpr stats::ShiftMetric kMetric{stats::ShiftMetric::Kind::quantile, 0.95};
constexpr double kMargin = 0.10, kCorrelationSeconds = 5;
constexpr std::array kExtensions{1.0 / 3, 1.0 / 2, 2.0 / 3, 1.0};

double tested_shift(std::size_t truth) { return std::log1p(kMargin) - std::log(kTruths[truth]); }

std::vector<double> block_ratios(const std::vector<stats::SlotValues>& slots, double slot_seconds,
                                 double per_second) {
  stats::BlockRatios blocks(kMetric,
                            stats::block_rule(kMetric, slot_seconds, kCorrelationSeconds, per_second / 2));
  for (const auto& slot : slots) blocks.add(slot);
  return {blocks.ratios().begin(), blocks.ratios().end()};
}

std::size_t position_of(double fraction) {
  const auto* const found = std::find_if(kLookFractions.begin(), kLookFractions.end(),
                                         [&](double each) { return std::abs(each - fraction) < 1e-9; });
  return static_cast<std::size_t>(found - kLookFractions.begin());
}

// Conditional power depends on the distance from the margin in standard errors only, and that is in the
// p-value.
bool gives_up(const stats::LookPlan& plan, std::size_t look, double p_pass) {
  const double p = std::clamp(p_pass, 1e-12, 1 - 1e-12);
  const stats::InterimEstimate metric{stats::normal_quantile(p), 1, 0};
  const std::array power{stats::conditional_power(plan, look, metric)};
  return look + 1 < plan.size() && stats::is_futile(power);
}

}  // namespace

LookRun look_at(const TwoArmRun& run, std::uint64_t seed) {
  TwoArmRun same = run;
  same.effect = Effect::none;
  const auto series = simulate_times(same, seed);
  const std::size_t together = verdict::slots_together(series);
  const double slot_seconds = series.slot_seconds * static_cast<double>(together);
  const auto slots = verdict::slot_values(series, together);
  LookRun seen;
  for (std::size_t i = 0; i < kLookFractions.size(); ++i) {
    const auto count = std::lround(kLookFractions[i] * static_cast<double>(slots.size()));
    const stats::LatencyShift so_far(std::vector(slots.begin(), slots.begin() + count), slot_seconds,
                                     kCorrelationSeconds);
    for (std::size_t truth = 0; truth < kTruths.size(); ++truth)
      if (const auto test = so_far.test(kMetric, tested_shift(truth))) seen.p_pass[truth][i] = test->p_pass;
  }
  seen.block_ratios = block_ratios(slots, slot_seconds, run.surroundings.per_second);
  return seen;
}

stats::LookPlan equal_looks(std::size_t looks) { return stats::LookPlan::equal(looks, kAlpha, 1); }

stats::LookPlan extendable(stats::PassSpending pass) { return {kExtensions, kAlpha, 1, pass}; }

Outcome decide(const stats::LookPlan& plan, const LookRun& run, std::size_t truth) {
  Outcome outcome;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const auto& look = plan[i];
    const auto p_pass = run.p_pass[truth][position_of(look.fraction)];
    if (!p_pass) continue;
    const bool pass = *p_pass <= look.pass_bound, fail = 1 - *p_pass <= look.fail_bound;
    if (pass || fail) {
      outcome.decision = pass ? Decision::pass : Decision::fail;
      outcome.fraction = look.fraction;
      outcome.would_have = outcome.given_up;
      return outcome;
    }
    outcome.given_up = outcome.given_up || gives_up(plan, i, *p_pass);
  }
  return outcome;
}

Outcome watch(const LookRun& run, std::size_t truth) {
  auto ratios = run.block_ratios;
  for (double& ratio : ratios) ratio += std::log(kTruths[truth]);
  const auto evidence = stats::watch_shift(ratios, std::log1p(kMargin), kAlpha);
  const std::size_t never = ratios.size() + 1;
  const std::size_t pass = evidence.passed_after > 0 ? evidence.passed_after : never;
  const std::size_t fail = evidence.failed_after > 0 ? evidence.failed_after : never;
  if (std::min(pass, fail) == never) return {};
  Outcome outcome;
  outcome.decision = pass < fail ? Decision::pass : Decision::fail;
  outcome.fraction = static_cast<double>(std::min(pass, fail)) / static_cast<double>(ratios.size());
  return outcome;
}

}  // namespace assay::statistics
