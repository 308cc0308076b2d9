#include "bench/look_cell.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <utility>

#include "generators/draws.h"

namespace assay::statistics {
namespace {

using Judge = std::function<Outcome(const LookRun&, std::size_t truth)>;

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double percent(const std::vector<Outcome>& outcomes, const std::function<bool(const Outcome&)>& holds) {
  const auto count = std::count_if(outcomes.begin(), outcomes.end(), holds);
  return 100.0 * static_cast<double>(count) / static_cast<double>(outcomes.size());
}

double median_time(const std::vector<Outcome>& outcomes) {
  std::vector<double> fractions;
  for (const auto& outcome : outcomes) fractions.push_back(100 * outcome.fraction);
  return median(std::move(fractions));
}

bool passed(const Outcome& outcome) { return outcome.decision == Decision::pass; }
bool failed(const Outcome& outcome) { return outcome.decision == Decision::fail; }

LookRates rates_of(const std::string& rule, const std::vector<LookRun>& runs, double first_look,
                   const Judge& judge) {
  std::array<std::vector<Outcome>, kTruths.size()> by_truth;
  std::vector<Outcome> all;
  for (std::size_t truth = 0; truth < kTruths.size(); ++truth)
    for (const auto& run : runs) {
      by_truth[truth].push_back(judge(run, truth));
      all.push_back(by_truth[truth].back());
    }
  LookRates rates{.rule = rule};
  rates.false_pass = percent(by_truth[kAtMargin], passed);
  rates.false_fail = percent(by_truth[kAtMargin], failed);
  rates.same_passes = percent(by_truth[kSame], passed);
  rates.same_time = median_time(by_truth[kSame]);
  rates.same_passes_first = percent(by_truth[kSame], [first_look](const Outcome& outcome) {
    return passed(outcome) && outcome.fraction <= first_look;
  });
  rates.slower_fails = percent(by_truth[kSlower], failed);
  rates.slower_time = median_time(by_truth[kSlower]);
  rates.given_up = percent(by_truth[kAtMargin], [](const Outcome& outcome) { return outcome.given_up; });
  rates.lost = percent(all, [](const Outcome& outcome) { return outcome.would_have; });
  return rates;
}

}  // namespace

std::vector<LookRates> look_cell(const TwoArmRun& run, std::uint64_t runs, std::uint64_t seed) {
  std::vector<LookRun> seen;
  for (std::uint64_t i = 0; i < runs; ++i) seen.push_back(look_at(run, seed + i));
  const std::array<std::pair<const char*, stats::LookPlan>, 5> rules{
      {{"1 look", equal_looks(1)},
       {"2 looks", equal_looks(2)},
       {"4 looks", equal_looks(4)},
       {"T to 3 T, PASS late", extendable(stats::PassSpending::late)},
       {"T to 3 T, PASS early", extendable(stats::PassSpending::early)}}};
  std::vector<LookRates> rows;
  for (const auto& [name, plan] : rules)
    rows.push_back(rates_of(
        name, seen, plan[0].fraction,
        [&plan = plan](const LookRun& each, std::size_t truth) { return decide(plan, each, truth); }));
  rows.push_back(rates_of("watched", seen, 0, watch));
  return rows;
}

double breaker_stops(const stats::BreakerRules& rules, double candidate_rate, double baseline_rate,
                     std::uint64_t runs) {
  std::uint64_t stops = 0;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    Draws draws(seed, 9);
    stats::ErrorSlot total;
    bool tripped = false;
    while (!tripped && total.candidate_requests < 5000) {
      ++total.candidate_requests;
      ++total.baseline_requests;
      total.baseline_errors += draws.uniform() < baseline_rate ? 1U : 0U;
      if (draws.uniform() >= candidate_rate) continue;
      ++total.candidate_errors;
      tripped = stats::read_breaker(rules, total).tripped();
    }
    stops += tripped ? 1U : 0U;
  }
  return 100.0 * static_cast<double>(stops) / static_cast<double>(runs);
}

}  // namespace assay::statistics
