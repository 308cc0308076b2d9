#include <cmath>
#include <string>

#include "bench/cells.h"
#include "rivals/rivals.h"

namespace assay::statistics {
namespace {

// Seeds of the runs from which rules with fixed limits learn what is normal; no judged run has one of them.
constexpr std::uint64_t kLearningSeed = 1'000'000'007;
constexpr double kLearningSeconds = 3000;

KnownGood learn_normal(TwoArmRun run) {
  run.effect = Effect::none;
  stats::Histogram all;
  const auto runs = static_cast<std::uint64_t>(std::ceil(kLearningSeconds / run.surroundings.seconds));
  for (std::uint64_t i = 0; i < runs; ++i)
    all.merge(simulate_times(run, kLearningSeed + i).arm(Arm::baseline).all);
  KnownGood good;
  good.p95_ns = static_cast<double>(all.quantile(0.95));
  good.p99_ns = static_cast<double>(all.quantile(0.99));
  return good;
}

void count_metrics(Tally& tally, const MarginTests& p_values) {
  for (std::size_t i = 0; i < kMetrics.size(); ++i) {
    const std::string metric(kMetrics[i].name);
    tally.count(metric + ":pass", p_values[i] && *p_values[i] <= kAlpha);
    tally.count(metric + ":fail", p_values[i] && *p_values[i] >= 1 - kAlpha);
    tally.count(metric + ":insufficient", !p_values[i]);
  }
}

// For identical arms: each proof of "faster" or "slower" is wrong.
void count_errors_at_truth(Tally& tally, const RunTests& tests) {
  for (std::size_t i = 0; i + 1 < kMetrics.size(); ++i) {  // the last one is p99 again
    const std::string metric(kMetrics[i].name);
    const auto p_pass = tests.p_pass(kMetrics[i].metric, 0);
    tally.count(metric + ":false-pass", p_pass && *p_pass <= kAlpha);
    tally.count(metric + ":false-fail", p_pass && *p_pass >= 1 - kAlpha);
    tally.count(metric + ":tested", p_pass.has_value());
  }
}

void count_gates(Tally& tally, const RunTests& tests, const verdict::ArmSeries& series,
                 const NoiseRule& noise, bool cross_check) {
  const MarginTests p_values = test_margins(tests);
  count_metrics(tally, p_values);
  tally.count("veto", tests.stalls().finding.state == FindingState::inconclusive);
  for (const GateKind& gate : kGates) {
    const Answer answer = answer_of(gate, p_values, tests.stalls());
    tally.answer(gate.name, answer);
    if (cross_check)
      tally.count("cross-check:differs", gate_answer(gate, series, judgement_of(noise)) != answer);
  }
}

}  // namespace

Tally latency_cell(const TwoArmRun& run, const NoiseRule& noise, const CellSize& size) {
  Tally tally;
  const KnownGood good = size.rivals ? learn_normal(run) : KnownGood{};
  for (std::uint64_t i = 0; i < size.runs; ++i) {
    const auto series = simulate_times(run, size.seed + i);
    const RunTests tests(series, noise);
    count_gates(tally, tests, series, noise, i < size.cross_checked);
    if (run.effect == Effect::none) count_errors_at_truth(tally, tests);
    if (!size.rivals) continue;
    for (const Rival& rival : latency_rivals()) tally.answer(rival.name, rival.judge(series, good));
  }
  return tally;
}

}  // namespace assay::statistics
