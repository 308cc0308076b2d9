#include "bench/gate_looks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

#include "bench/gate_rule.h"
#include "stats/spending.h"

namespace assay::statistics {
namespace {

constexpr const GateKind& kGate = kGates[0];
constexpr std::size_t kMostLooks = 5;
constexpr NoiseRule kEstimated{std::nullopt};

struct SeenLook {
  MarginTests p_values;
  verdict::MetricJudgement stalls;
};

// A run as it is seen at any fraction, each judged once.
class SeenRun {
 public:
  explicit SeenRun(verdict::ArmSeries series) : series_(std::move(series)) {}

  const SeenLook& at(double fraction) {
    const auto slots =
        static_cast<std::size_t>(std::lround(fraction * static_cast<double>(series_.slot_count)));
    const auto found = looks_.find(slots);
    if (found != looks_.end()) return found->second;
    const RunTests tests(verdict::first_slots(series_, slots), kEstimated);
    return looks_.emplace(slots, SeenLook{test_margins(tests), tests.stalls()}).first->second;
  }
  const verdict::ArmSeries& series() const { return series_; }

 private:
  verdict::ArmSeries series_;
  std::map<std::size_t, SeenLook> looks_;
};

struct End {
  Answer answer = Answer::undecided;
  double fraction = 1;
};

End end_of(SeenRun& run, const stats::LookPlan& plan) {
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const auto fail = plan.fail_levels(i);
    const verdict::DecisionLevels levels{plan[i].pass_bound, {fail.begin(), fail.end()}, plan.size() > 1};
    const SeenLook& look = run.at(plan[i].fraction);
    const Answer answer = answer_of(kGate, look.p_values, look.stalls, levels);
    if (answer != Answer::undecided) return {answer, plan[i].fraction};
  }
  return {};
}

End watched_end_of(const SeenRun& run) {
  config::JudgementSpec judgement = judgement_of(kEstimated);
  judgement.continuous = true;
  return {gate_answer(kGate, run.series(), judgement)};
}

GateEnds ends_of(const std::vector<End>& ends) {
  const auto share = [&](Answer answer) {
    const auto count = std::ranges::count(ends, answer, &End::answer);
    return 100.0 * static_cast<double>(count) / static_cast<double>(ends.size());
  };
  std::vector<double> fractions;
  for (const End& end : ends) fractions.push_back(100 * end.fraction);
  const auto middle = fractions.begin() + static_cast<std::ptrdiff_t>(fractions.size() / 2);
  std::ranges::nth_element(fractions, middle);
  return {share(Answer::pass), share(Answer::fail), *middle};
}

// Ends of all runs under one effect, by rule.
using EndsByRule = std::array<std::vector<End>, kMostLooks + 1>;

EndsByRule simulate(TwoArmRun run, Effect effect, std::uint64_t runs, std::uint64_t seed) {
  run.effect = effect;
  EndsByRule ends;
  for (std::uint64_t i = 0; i < runs; ++i) {
    SeenRun seen(simulate_times(run, seed + i));
    for (std::size_t looks = 1; looks <= kMostLooks; ++looks)
      ends[looks - 1].push_back(end_of(seen, stats::LookPlan::equal(looks, kAlpha, kGate.count + 1)));
    ends[kMostLooks].push_back(watched_end_of(seen));
  }
  return ends;
}

}  // namespace

std::vector<GateLookRates> gate_looks(const TwoArmRun& run, std::uint64_t runs, std::uint64_t seed) {
  const EndsByRule same = simulate(run, Effect::none, runs, seed);
  const EndsByRule at_margin = simulate(run, Effect::slower_10, runs, seed);
  const EndsByRule slower = simulate(run, Effect::slower_20, runs, seed);
  std::vector<GateLookRates> rows;
  for (std::size_t rule = 0; rule <= kMostLooks; ++rule) {
    const std::string name = rule == kMostLooks ? "continuous" : std::to_string(rule + 1);
    rows.push_back({name, ends_of(same[rule]), ends_of(at_margin[rule]), ends_of(slower[rule])});
  }
  return rows;
}

}  // namespace assay::statistics
