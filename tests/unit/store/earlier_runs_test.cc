#include "store/earlier_runs.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/unit/store/stored_run_sample.h"

namespace assay::store {
namespace {

// Run number `day` of a month, with the level and the difference of one metric.
StoredRun run_of(int day, Grade grade = Grade::pass, double difference = 0) {
  StoredRun run = stored_run("r" + std::to_string(day), february(day));
  run.grade = grade;
  run.measures.metrics.resize(1);
  run.measures.metrics[0].levels[0] = LevelMeasure{18 + 0.01 * day, 0.02};
  run.measures.metrics[0].difference = DifferenceMeasure{difference, 0.01, 0.25, {0.5, 0.1 * day}};
  return run;
}

std::vector<StoredRun> newest_first(int first, int last, Grade grade = Grade::pass) {
  std::vector<StoredRun> runs;
  for (int day = last; day >= first; --day) runs.push_back(run_of(day, grade));
  return runs;
}

Asking asking_on(int day) {
  const StoredRun run = run_of(day);
  return {.key = run.key, .environment = run.environment, .started_utc = february(day)};
}

std::size_t movers(const BaselineHistory& history) {
  std::size_t count = 0;
  for (const HistoricRun& run : history.runs) count += run.moves_the_mean ? 1U : 0U;
  return count;
}

TEST_CASE("history: the last runs before this one, newest first") {
  const auto history = history_of(newest_first(1, 20), asking_on(15), 10);
  REQUIRE(history.runs.size() == 10);
  CHECK(history.runs.front().id == "r14");
  CHECK(history.runs.back().id == "r5");
  const MetricLevel* level = history.runs.front().of("p95(response_time)");
  REQUIRE(level != nullptr);
  CHECK(level->level == doctest::Approx(18.14));
  CHECK(level->standard_error == doctest::Approx(0.02));
}

TEST_CASE("history: failed runs stay, invalid ones do not; runs from elsewhere are counted and explained") {
  auto runs = newest_first(1, 12);
  runs[0].grade = Grade::invalid;
  runs[1].grade = Grade::fail;
  runs[2].key.environment_hash = "elsewhere";
  runs[2].environment["cores"] = "8";
  runs[3].key.load_hash = "another load";
  const auto history = history_of(runs, asking_on(20), 20);
  CHECK(history.runs.size() == 9);
  CHECK_FALSE(history.runs.front().moves_the_mean);
  CHECK(history.elsewhere == 1);
  CHECK(history.difference == "cores 8 instead of 2");
}

TEST_CASE("history: undecided runs move the mean only until eight have passed") {
  auto runs = newest_first(1, 10, Grade::inconclusive);
  CHECK(movers(history_of(runs, asking_on(20), 20)) == 10);
  for (std::size_t i = 0; i < 7; ++i) runs[i].grade = Grade::pass;
  CHECK(movers(history_of(runs, asking_on(20), 20)) == 10);
  runs[7].grade = Grade::pass;
  CHECK(movers(history_of(runs, asking_on(20), 20)) == 8);
}

TEST_CASE("history: the newest pinned run is the fixed reference, however old it is") {
  auto runs = newest_first(1, 20);
  runs[19].pinned = true;
  const auto history = history_of(runs, asking_on(25), 5);
  REQUIRE(history.pinned);
  CHECK(history.pinned->id == "r1");
  CHECK(history.runs.size() == 5);
}

TEST_CASE("history: of a pinned run from elsewhere it is said where, unless one counts") {
  auto runs = newest_first(1, 12);
  runs[5].pinned = true;
  runs[5].key.environment_hash = "elsewhere";
  runs[5].environment["cores"] = "8";
  CHECK(history_of(runs, asking_on(20), 20).pinned_difference == "cores 8 instead of 2");
  runs[7].pinned = true;
  const auto history = history_of(runs, asking_on(20), 20);
  CHECK(history.pinned);
  CHECK(history.pinned_difference.empty());
}

TEST_CASE("noise: medians and spectra of the last ten runs with two arms, placement of all A/A runs") {
  auto runs = newest_first(1, 14);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    runs[i].same_build = i % 2 == 0;
    runs[i].measures.metrics[0].difference->estimate = i % 4 == 0 ? 0.05 : -0.05;
  }
  runs[13].arms = 1;
  const auto facts = noise_of(runs, asking_on(20));
  CHECK(facts.runs == 10);
  CHECK(facts.seconds == doctest::Approx(60.5));
  CHECK(facts.placement_runs == 7);
  const MetricNoise* noise = facts.of("p95(response_time)");
  REQUIRE(noise != nullptr);
  REQUIRE(noise->spectra.size() == 10);
  CHECK(noise->spectra.front().spectrum == std::vector<double>{0.5, 0.1 * 14});
  CHECK(noise->standard_error == doctest::Approx(0.01));
  CHECK(noise->slow_share == doctest::Approx(0.25));
  // Of each difference 0.05^2 is left after 0.01^2 of chance; half of it is one instance's.
  REQUIRE(noise->instance_sd);
  CHECK(*noise->instance_sd == doctest::Approx(std::sqrt(0.0024 / 2)));
  CHECK(noise->placement_runs == 7);
}

TEST_CASE("noise: four A/A runs between two instances are too few, those against one instance no help") {
  auto runs = newest_first(1, 9);
  for (std::size_t i = 4; i < runs.size(); ++i) runs[i].two_instances = false;
  const auto facts = noise_of(runs, asking_on(20));
  CHECK(facts.placement_runs == 4);
  CHECK_FALSE(facts.of("p95(response_time)")->instance_sd);
  CHECK(noise_of({}, asking_on(20)).metrics.empty());
}

TEST_CASE("false alarms: failed A/A runs among those that judged something, with the exact interval") {
  auto runs = newest_first(1, 24);
  runs[0].grade = runs[1].grade = Grade::fail;
  runs[2].grade = Grade::invalid;
  runs[3].same_build = false;
  runs[4].grade = Grade::inconclusive;
  const auto alarms = false_alarms_of(runs);
  CHECK(alarms.judged == 22);
  CHECK(alarms.failed == 2);
  CHECK(alarms.passed == 19);
  CHECK(alarms.rate == doctest::Approx(2.0 / 22));
  CHECK(alarms.low == doctest::Approx(0.0112056).epsilon(1e-5));
  CHECK(alarms.high == doctest::Approx(0.2916127).epsilon(1e-5));
  CHECK(false_alarms_of({}).high == 1);
}

TEST_CASE("environments differ in what one of them says") {
  CHECK(environment_difference({{"cores", "2"}}, {{"cores", "2"}}) == "");
  CHECK(environment_difference({{"cores", "8"}, {"zone", "b"}}, {{"cores", "2"}, {"cpu", "x"}}) ==
        "cores 8 instead of 2; cpu not said instead of x; zone b instead of not said");
}

}  // namespace
}  // namespace assay::store
