#include "reports/step_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/units.h"
#include "model/filter.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

// A whole answer came, and did not hold.
constexpr std::array kNotAsExpected = {Outcome::status, Outcome::check, Outcome::extract};

bool is_about_an_answer(Outcome outcome) { return std::ranges::count(kNotAsExpected, outcome) > 0; }

struct Answers {
  std::size_t step = 0;
  std::uint64_t whole = 0, failed = 0;
};

std::vector<Answers> answers_of(const RunResult& result) {
  std::vector<Answers> steps(result.steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) steps[i].step = i;
  for (const Series& series : result.series) {
    if (series.key.arm != Arm::candidate) continue;
    Answers& answers = steps.at(series.key.step);
    const auto count = [&](Outcome outcome) { return series.outcomes[static_cast<std::size_t>(outcome)]; };
    for (const Outcome outcome : kNotAsExpected) answers.failed += count(outcome);
    answers.whole += count(Outcome::ok);
  }
  for (Answers& answers : steps) answers.whole += answers.failed;
  return steps;
}

std::vector<Answers> noteworthy(std::vector<Answers> steps) {
  if (steps.size() <= kMostSteps) return steps;
  std::ranges::stable_sort(steps, [](const Answers& a, const Answers& b) {
    return std::pair(a.failed, a.whole) > std::pair(b.failed, b.whole);
  });
  steps.resize(kMostSteps);
  std::ranges::sort(steps, {}, &Answers::step);
  return steps;
}

Check check_of(const RunResult& result, const Answers& answers) {
  const StepFacts& step = result.steps[answers.step];
  Check check;
  check.group = "checks";
  check.name = step.scenario + " / " + step.name;
  check.state = answers.whole == 0   ? CheckState::skip
                : answers.failed > 0 ? CheckState::fail
                                     : CheckState::pass;
  const FailureExample* first = nullptr;
  for (const FailureExample& failure : result.failures) {
    if (failure.step != answers.step || !is_about_an_answer(failure.outcome)) continue;
    check.evidence.push_back(fmt::format("{} of the {}: {} x {}", name(failure.outcome), name(failure.arm),
                                         format_count(failure.count), failure.detail));
    if (!failure.location.empty()) check.evidence.back() += " (" + failure.location + ")";
    if (first == nullptr && failure.arm == Arm::candidate) first = &failure;
  }
  if (first != nullptr) check.place = place_of(first->location);
  if (answers.whole == 0) {
    check.brief = check.sentence = "no whole answer came";
    return check;
  }
  check.brief = fmt::format("{} of {} answers not as expected", format_count(answers.failed),
                            format_count(answers.whole));
  check.sentence =
      fmt::format("{}: {}{}", check.name, check.brief, first == nullptr ? "" : ", first: " + first->detail);
  return check;
}

}  // namespace

std::vector<Check> step_checks(const RunResult& result) {
  if (only_watched(result) || result.load_withheld || result.could_not_run) return {};
  std::vector<Check> checks;
  for (const Answers& answers : noteworthy(answers_of(result))) checks.push_back(check_of(result, answers));
  return checks;
}

}  // namespace assay::reports
