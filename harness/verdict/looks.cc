#include "verdict/looks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>

#include "base/units.h"
#include "model/filter.h"
#include "stats/futility.h"
#include "stats/power.h"
#include "stats/spending.h"
#include "verdict/anytime.h"
#include "verdict/comparison.h"
#include "verdict/thresholds.h"

namespace assay::verdict {
namespace {

using config::GateSpec;
using config::OnInconclusive;

constexpr std::uint32_t kUsualLooks = 4;
constexpr std::size_t kMostExtensions = 4;
constexpr double kShortestExtension = 30;  // seconds
constexpr double kClosest = 0.001;         // of two looks' fractions: LookPlan's own limit

bool extends(const GateSpec& gate) { return gate.judgement.on_inconclusive == OnInconclusive::extend; }

// When so much time has been judged. Past the planned end the last load goes on.
Nanos moment_of(const GateSpec& gate, double judged) {
  Nanos start{0};
  for (const config::LoadSpec& load : gate.load) {
    const bool last = &load == &gate.load.back();
    if (last || judged <= seconds(load.judged()))
      return start + load.warm_up + Nanos{std::llround(judged * 1e9)};
    judged -= seconds(load.judged());
    start += load.length();
  }
  return start;
}

// Each so much later than the one before, in continuous looks: a decision comes at most so much too late.
const double kContinuousStep = std::pow(2, 0.25);

std::uint32_t looks_until_planned_end(const GateSpec& gate, double judged) {
  const bool counts = std::ranges::any_of(gate.load, &config::LoadSpec::counts_iterations);
  if (!gate.compares_arms() || counts) return 1;
  const bool long_enough = judged >= seconds(config::kShortestWithLooks);
  return gate.judgement.looks.value_or(long_enough ? kUsualLooks : 1);
}

// Up to so many judged seconds.
std::vector<double> continuous_look_times(double longest) {
  std::vector<double> times;
  // A look just before the end would tell what the end does.
  for (double time = kFirstAnytimeTest; time * std::sqrt(kContinuousStep) < longest; time *= kContinuousStep)
    times.push_back(time);
  times.push_back(longest);
  return times;
}

// Judged seconds at which looks are due.
std::vector<double> look_times(const GateSpec& gate) {
  const double planned = seconds(gate.judged_length());
  if (gate.judgement.continuous)
    return continuous_look_times(planned + seconds(longest_length(gate) - gate.planned_length()));
  const std::uint32_t count = looks_until_planned_end(gate, planned);
  std::vector<double> times;
  for (std::uint32_t i = 1; i <= count; ++i) times.push_back(planned * i / count);
  const double more = seconds(longest_length(gate)) - seconds(moment_of(gate, planned));
  if (more <= 0) return times;
  const double step = std::max(kShortestExtension, planned / 2);
  const auto extensions = std::clamp<std::size_t>(static_cast<std::size_t>(more / step), 1, kMostExtensions);
  for (std::size_t i = 1; i <= extensions; ++i)
    times.push_back(planned + more * static_cast<double>(i) / static_cast<double>(extensions));
  return times;
}

stats::LookPlan plan_of(const GateSpec& gate, std::span<const double> fractions) {
  return {fractions, gate.judgement.alpha(), gate.comparisons(),
          extends(gate) ? stats::PassSpending::early : stats::PassSpending::late};
}

DecisionLevels levels_of(const stats::LookPlan& plan, std::size_t index) {
  const auto fail = plan.fail_levels(index);
  return {plan[index].pass_bound, {fail.begin(), fail.end()}, plan.size() > 1};
}

// Where any number of looks is paid for: stats/sequential_shift.h, verdict/anytime.h.
DecisionLevels continuous_levels(const GateSpec& gate) {
  DecisionLevels levels = judged_once(gate.judgement.alpha(), gate.comparisons());
  levels.looked_at = true;
  return levels;
}

// Whoever ends a run by hand has seen its numbers, and may have waited for the moment at which they look
// good. The chance of error is spent over moments that were planned before, so nothing can be spent here: no
// p-value decides.
DecisionLevels levels_by_hand(const GateSpec& gate) {
  return {0, std::vector<double>(gate.comparisons(), 0.0), true};
}

double judged_share(const RunResult& result, const GateSpec& gate) {
  const Nanos longest = gate.judged_length() + (longest_length(gate) - gate.planned_length());
  return longest > Nanos{0} ? std::min(1.0, seconds(judged_length(result)) / seconds(longest)) : 1;
}

// Of a run that is not ended by a look: the end itself, as if it were one.
LookRow row_by_hand(const LookRow& before, double fraction) {
  LookRow row = before;
  ++row.number;
  row.fraction = fraction;
  row.pass_bound = row.fail_bound = 0;
  return row;
}

LookRow continuous_row(const GateSpec& gate, std::size_t index, std::size_t of, double fraction) {
  LookRow row;
  row.number = static_cast<std::uint32_t>(index + 1);
  row.of = static_cast<std::uint32_t>(of);
  row.fraction = fraction;
  row.pass_bound = row.pass_spent = row.fail_spent = gate.judgement.alpha();
  row.fail_bound = gate.judgement.alpha() / static_cast<double>(gate.comparisons());
  return row;
}

LookRow row_of(const stats::Look& look, std::size_t of) {
  LookRow row;
  row.number = static_cast<std::uint32_t>(look.number);
  row.of = static_cast<std::uint32_t>(of);
  row.fraction = look.fraction;
  row.pass_bound = look.pass_bound;
  row.fail_bound = look.fail_bound;
  row.pass_spent = look.pass_spent;
  row.fail_spent = look.fail_spent;
  return row;
}

// On the scale on which the margin is a distance.
stats::ConditionalPower power_of(const Finding& finding, const stats::LookPlan& plan, std::size_t index,
                                 double alpha) {
  if (!finding.change || !finding.low || !finding.high || !finding.margin) return {};
  const bool less_is_worse = finding.less_is_worse;
  const auto scale = [&](double change) {
    if (finding.unit == Unit::ratio) return change;
    return less_is_worse ? -std::log1p(change) : std::log1p(change);
  };
  const double low = scale(*finding.low), high = scale(*finding.high);
  const double error = stats::standard_error_of(std::min(low, high), std::max(low, high), alpha);
  if (!(error > 0)) return {};
  const double margin = scale(less_is_worse ? -*finding.margin : *finding.margin);
  return stats::conditional_power(plan, index, {scale(*finding.change), error, margin});
}

bool futile(std::span<const Finding> comparisons, const stats::LookPlan& plan, std::size_t index,
            double alpha) {
  std::vector<stats::ConditionalPower> powers;
  for (const Finding& finding : comparisons) powers.push_back(power_of(finding, plan, index, alpha));
  return stats::is_futile(powers);
}

bool thresholds_hold(const RunResult& so_far, const GateSpec& gate) {
  return std::ranges::all_of(gate.thresholds, [&](const config::ThresholdSpec& threshold) {
    return threshold.severity != Severity::blocker ||
           judge_threshold(so_far, threshold).state == FindingState::pass;
  });
}

// `plan`: null where nobody gives up.
Advice advice_of(std::span<const Finding> comparisons, const RunResult& so_far, const GateSpec& gate,
                 const stats::LookPlan* plan, std::size_t index) {
  const auto all = [&](FindingState state) {
    return std::ranges::all_of(comparisons, [&](const Finding& f) { return f.state == state; });
  };
  const auto any = [&](FindingState state) {
    return std::ranges::any_of(comparisons, [&](const Finding& f) { return f.state == state; });
  };
  if (any(FindingState::fail)) return Advice::stop_failed;
  if (all(FindingState::pass) && thresholds_hold(so_far, gate)) return Advice::stop_passed;
  const bool give_up = plan != nullptr && futile(comparisons, *plan, index, gate.judgement.alpha());
  return give_up ? Advice::stop_futile : Advice::go_on;
}

}  // namespace

Nanos longest_length(const GateSpec& gate) {
  const Nanos planned = gate.planned_length();
  return extends(gate) ? std::max(planned, gate.judgement.max_duration) : planned;
}

std::vector<PlannedLook> planned_looks(const GateSpec& gate) {
  const std::vector<double> times = look_times(gate);
  std::vector<PlannedLook> looks;
  for (const double time : times)
    looks.push_back({moment_of(gate, time), times.back() > 0 ? time / times.back() : 1});
  return looks;
}

void note_p_values(LookRow& row, std::span<const Finding> comparisons) {
  row.p_pass = 0;
  row.p_fail = 1;
  for (const Finding& finding : comparisons) {
    const bool only_vetoes = finding.kind == FindingKind::stalls && finding.state == FindingState::pass;
    row.p_pass = std::max(row.p_pass, finding.p_pass.value_or(only_vetoes ? 0 : 1));
    row.p_fail = std::min(row.p_fail, finding.p_fail.value_or(1));
  }
}

Interim look_at(const RunResult& so_far, const GateSpec& gate, std::size_t index, const KnownNoises& known) {
  const std::vector<PlannedLook> planned = planned_looks(gate);
  std::optional<stats::LookPlan> plan;
  if (!gate.judgement.continuous) {
    std::vector<double> fractions;
    for (const PlannedLook& look : planned) fractions.push_back(look.fraction);
    plan.emplace(plan_of(gate, fractions));
  }
  const auto comparisons = compare_all(so_far, planned[index].at, gate,
                                       plan ? levels_of(*plan, index) : continuous_levels(gate), known);
  Interim interim;
  interim.row = plan ? row_of((*plan)[index], planned.size())
                     : continuous_row(gate, index, planned.size(), planned[index].fraction);
  note_p_values(interim.row, comparisons);
  interim.facts = {planned[index].at, planned[index].fraction, interim.row.p_pass, interim.row.p_fail};
  interim.advice = advice_of(comparisons, so_far, gate, plan ? &*plan : nullptr, index);
  return interim;
}

bool ended_by_look(const RunResult& result) {
  if (!result.early_stop || result.looks.empty()) return false;
  const StopCause cause = result.early_stop->cause;
  return cause == StopCause::passed || cause == StopCause::failed || cause == StopCause::futile;
}

bool ended_by_hand(const RunResult& result) {
  return result.early_stop && result.early_stop->cause == StopCause::by_hand;
}

LastLook last_continuous_look(const RunResult& result, const GateSpec& gate) {
  LastLook made{continuous_levels(gate), {}};
  if (result.looks.empty()) return made;
  const std::size_t planned = planned_looks(gate).size();
  for (const LookFacts& look : result.looks) {
    made.rows.push_back(continuous_row(gate, made.rows.size(), planned, look.fraction));
    made.rows.back().p_pass = look.p_pass;
    made.rows.back().p_fail = look.p_fail;
  }
  const double end = ended_by_hand(result) ? judged_share(result, gate) : 1;
  if (!ended_by_look(result)) made.rows.push_back(continuous_row(gate, made.rows.size(), planned, end));
  return made;
}

LastLook last_look(const RunResult& result, const GateSpec& gate) {
  if (gate.judgement.continuous) return last_continuous_look(result, gate);
  const bool by_look = ended_by_look(result);
  std::vector<double> fractions;
  for (const LookFacts& look : result.looks) fractions.push_back(look.fraction);
  const double before = fractions.empty() ? 0 : fractions.back();
  // At the end all that is left is spent, whatever the fraction; after a look that ended the run, nothing is.
  if (!by_look || before < 1) fractions.push_back(std::max(1.0, before + kClosest));
  const stats::LookPlan plan = plan_of(gate, fractions);
  const std::size_t last = by_look ? result.looks.size() - 1 : fractions.size() - 1;

  const bool by_hand = ended_by_hand(result);
  LastLook made{by_hand ? levels_by_hand(gate) : levels_of(plan, last), {}};
  if (result.looks.empty()) return made;
  const std::size_t planned = std::max(planned_looks(gate).size(), last + 1);
  for (std::size_t i = 0; i <= last; ++i) {
    made.rows.push_back(row_of(plan[i], planned));
    if (i >= result.looks.size()) continue;
    made.rows.back().p_pass = result.looks[i].p_pass;
    made.rows.back().p_fail = result.looks[i].p_fail;
  }
  if (by_hand) made.rows.back() = row_by_hand(made.rows[last - 1], judged_share(result, gate));
  return made;
}

std::string stop_reason(const LookRow& row, Advice advice) {
  constexpr std::array<std::string_view, 4> kSaid = {"found nothing", "proved that all comparisons pass",
                                                     "proved a regression",
                                                     "found that no later one could decide"};
  return fmt::format("look {} of {} {}", row.number, row.of, kSaid[static_cast<std::size_t>(advice)]);
}

std::string look_text(const LookRow& row, Advice advice) {
  constexpr std::array<std::string_view, 4> kSaid = {"undecided", "passed", "failed", "cannot be decided"};
  return fmt::format(
      "look {} of {}: {}; all pass with p <= {} (largest {}), one fails with p <= {} (smallest {})",
      row.number, row.of, kSaid[static_cast<std::size_t>(advice)], format_p_value(row.pass_bound),
      format_p_value(row.p_pass), format_p_value(row.fail_bound), format_p_value(row.p_fail));
}

}  // namespace assay::verdict
