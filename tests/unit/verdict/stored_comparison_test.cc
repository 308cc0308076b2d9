#include "verdict/stored_comparison.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "measured_run.h"
#include "verdict/judge.h"
#include "verdict/run_measures.h"

using namespace assay;
using namespace assay::verdict;

namespace {

constexpr const char* kMedian = "p50(response_time)";
const double kUsual = std::log(50e6);  // the median of add_lognormal

config::GateSpec stored_gate(std::vector<config::CompareSpec> comparisons) {
  config::GateSpec gate;
  gate.compare = std::move(comparisons);
  gate.judgement.stored.emplace();
  return gate;
}

MeasuredRun one_arm(double factor = 1, double seconds = 60) {
  MeasuredRun run(seconds, false);
  Random random(5, 7);
  for (std::uint32_t slot = 0; slot < run.slots(); ++slot)
    for (int i = 0; i < 50; ++i)
      run.add({.slot = slot,
               .response_time = Nanos{std::llround(factor * 50e6 * (0.8 + 0.4 * random.uniform()))}});
  return run;
}

HistoricRun historic(const std::string& metric, double level, double error, bool moves = true) {
  return {
      .id = "a", .name = "", .started_utc = "", .moves_the_mean = moves, .levels = {{metric, level, error}}};
}

// `count` runs that scatter evenly by `spread` around the usual median.
BaselineHistory history_of(std::size_t count, double spread = 0.01) {
  BaselineHistory history;
  history.source = "test.db";
  for (std::size_t i = 0; i < count; ++i) {
    const double place = count == 1 ? 0 : 2 * static_cast<double>(i) / static_cast<double>(count - 1) - 1;
    history.runs.push_back(historic(kMedian, kUsual + spread * place, 0.005));
  }
  return history;
}

Finding compared(const MeasuredRun& run, const BaselineHistory& history, double margin = 0.1) {
  return compare_with_history(arm_series(run.result()), stored_gate({compare_quantile(0.5, margin)}), history)
      .front();
}

bool says(const Finding& finding, const char* part) {
  return finding.sentence.find(part) != std::string::npos;
}

double normal(Random& random) {
  return std::sqrt(2 * random.exponential()) * std::cos(2 * std::numbers::pi * random.uniform());
}

// The level of one run of a service whose runs differ by `tau` besides `error` of chance within each.
double drawn_level(Random& random, double tau, double error, double shift = 0) {
  return kUsual + shift + tau * normal(random) + error * normal(random);
}

}  // namespace

TEST_CASE("stored comparison: an unchanged service passes against quiet runs") {
  const Finding finding = compared(one_arm(), history_of(12));
  CHECK_MESSAGE(finding.state == FindingState::pass, finding.sentence);
  CHECK(says(finding, "; 95 % sure; against 12 stored runs; runs differ by "));
  CHECK(finding.subject == "p50(response_time) +10.0 % against 12 stored runs");
  CHECK(*finding.low < *finding.change);
  CHECK(*finding.high < 0.1);
}

TEST_CASE(
    "stored comparison: what is far slower than runs differ fails, and what is in between is undecided") {
  CHECK(compared(one_arm(1.5), history_of(12)).state == FindingState::fail);
  CHECK(compared(one_arm(1.1), history_of(12)).state == FindingState::inconclusive);
}

TEST_CASE(
    "stored comparison: where runs differ by more than the margin, one run decides nothing and says so") {
  const Finding finding = compared(one_arm(1.05), history_of(12, 0.3));
  CHECK(finding.state == FindingState::inconclusive);
  CHECK(says(finding, "even unchanged code would often not pass"));
}

TEST_CASE(
    "stored comparison: below eight runs nothing is decided, and it says how many are there and where") {
  auto history = history_of(7);
  history.elsewhere = 3;
  history.difference = "cores 8 instead of 2";
  const Finding finding = compared(one_arm(), history);
  CHECK(finding.state == FindingState::insufficient);
  CHECK(says(finding, "7 of the 8 stored runs that a comparison needs are there (test.db"));
  CHECK(says(finding, "3 runs were measured elsewhere and do not count (cores 8 instead of 2)"));
  CHECK(
      judge(one_arm().result(), stored_gate({compare_quantile(0.5, 0.1)}), {.noise = {}, .history = history})
          .grade == Grade::inconclusive);
}

TEST_CASE("stored comparison: a pinned run that does not count here is named, and decides nothing") {
  auto history = history_of(12);
  history.pinned_difference = "cores 8 instead of 2";
  const auto findings = compare_with_history(arm_series(one_arm().result()),
                                             stored_gate({compare_quantile(0.5, 0.1)}), history);
  REQUIRE(findings.size() == 2);
  CHECK(findings.back().state == FindingState::info);
  CHECK(says(findings.back(), "the pinned run was measured elsewhere (cores 8 instead of 2)"));
  const Earlier earlier{.noise = {}, .history = history};
  CHECK(judge(one_arm().result(), stored_gate({compare_quantile(0.5, 0.1)}), earlier).grade == Grade::pass);
}

TEST_CASE("stored comparison: a store that cannot be read never passes") {
  BaselineHistory history = history_of(12);
  history.problem = "cannot open test.db: file is not a database";
  const Finding finding = compared(one_arm(), history);
  CHECK(finding.state == FindingState::insufficient);
  CHECK(says(finding, "the stored baseline could not be read: cannot open test.db"));
}

TEST_CASE("stored comparison: failed runs widen the spread and do not become the baseline") {
  BaselineHistory history = history_of(12);
  for (double level : {0.5, 0.55}) history.runs.push_back(historic(kMedian, kUsual + level, 0.005, false));
  const Finding finding = compared(one_arm(), history);
  CHECK(finding.state == FindingState::inconclusive);
  CHECK(*finding.baseline == doctest::Approx(50e6).epsilon(0.01));
  for (HistoricRun& run : history.runs) run.moves_the_mean = false;
  CHECK(says(compared(one_arm(), history), "every stored run failed its gate"));
}

TEST_CASE("stored comparison: the pinned run bounds what may creep in, at twice the margin") {
  BaselineHistory history = history_of(12);
  for (HistoricRun& run : history.runs) run.levels[0].level += std::log(1.3);  // crept up since
  history.pinned = historic(kMedian, kUsual, 0.005);
  const auto findings = compare_with_history(arm_series(one_arm(1.3).result()),
                                             stored_gate({compare_quantile(0.5, 0.1)}), history);
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].state == FindingState::pass);
  CHECK(findings[1].state == FindingState::fail);
  CHECK(findings[1].subject == "p50(response_time) +21.0 % against the pinned run");
  CHECK(says(findings[1], "; against the pinned run; "));
}

TEST_CASE("stored comparison: error rates are compared as shares") {
  MeasuredRun run = one_arm();
  for (std::uint32_t slot = 0; slot < run.slots(); ++slot)
    run.add({.slot = slot, .outcome = Outcome::status, .status_class = 5}, 5);
  BaselineHistory history;
  for (int i = 0; i < 10; ++i) history.runs.push_back(historic("error_rate", 0.001, 0.0005));
  const auto finding =
      compare_with_history(arm_series(run.result()), stored_gate({compare_errors(0.01)}), history).front();
  CHECK(finding.state == FindingState::fail);
  CHECK(finding.unit == Unit::ratio);
  CHECK(*finding.candidate == doctest::Approx(5.0 / 55));
}

TEST_CASE("stored comparison: a run too short to measure is insufficient") {
  CHECK(says(compared(one_arm(1, 15), history_of(12)),
             "too few requests or seconds to measure it in this run"));
}

// 400 services, each with a history of ten runs and a candidate that is slower by exactly the margin: passing
// it is wrong and may happen to 5 in 100. Of the chances here that any true rate of 5 % exceeds the bound: 36
// of 400 or more have one of 1 in 2,000.
TEST_CASE("stored comparison: at the margin, no more than one in twenty passes or fails") {
  constexpr int kServices = 400, kMost = 35;
  constexpr double kMargin = 0.5, kError = 0.004;
  const MeasuredRun at_margin = one_arm(1 + kMargin);
  const auto level =
      level_of(arm_series(at_margin.result()), Arm::candidate, compare_quantile(0.5, kMargin), {});
  REQUIRE(level);
  for (const double tau : {0.0, 0.03, 0.1}) {
    int passed = 0, failed = 0;
    for (int service = 0; service < kServices; ++service) {
      Random random(static_cast<std::uint64_t>(service) + 1, static_cast<std::uint64_t>(tau * 100));
      // The candidate's own level is the same each time, so its service's is drawn around it.
      const double own = level->standard_error;
      const double center =
          level->level - std::log1p(kMargin) + std::hypot(tau, own) * normal(random) - kUsual;
      BaselineHistory history;
      for (int i = 0; i < 10; ++i)
        history.runs.push_back(historic(kMedian, drawn_level(random, tau, kError, center), kError));
      const Finding finding = compared(at_margin, history, kMargin);
      passed += finding.state == FindingState::pass ? 1 : 0;
      failed += finding.state == FindingState::fail ? 1 : 0;
    }
    CAPTURE(tau);
    CHECK(passed <= kMost);
    CHECK(failed <= kMost);
  }
}
