#include "cli/run_trend.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

namespace assay::cli {
namespace {

using Runs = std::vector<StoredRun>;

StoredRun run_of(int day, double p95, const std::string& load = "10ad") {
  StoredRun run;
  run.id = load + std::to_string(day);
  run.key = {"shop", "5ce0", load, "e0f1"};
  run.environment = {{"cores", "2"}};
  run.started_utc = "2026-02-" + std::string(day < 10 ? "0" : "") + std::to_string(day) + "T09:00:00.000Z";
  run.grade = Grade::pass;
  MetricMeasure measure{.metric = "p95(response_time)"};
  measure.levels[0] = LevelMeasure{std::log(p95 * 1e6), 0.01};
  run.measures = {.seconds = 30, .requests_per_s = 100, .metrics = {measure, {.metric = "throughput"}}};
  return run;
}

// Newest first: 142 ms, from the eleventh day on 200 ms.
Runs month() {
  Runs runs;
  for (int day = 20; day > 0; --day) runs.push_back(run_of(day, (day > 10 ? 200 : 140) + day % 3));
  return runs;
}

TEST_CASE("run trend: runs are in the order of their start, and a change is named by its place among them") {
  const Runs runs = month();
  const RunTrend trend = trend_of(runs, runs, 50);
  REQUIRE(trend.runs.size() == 20);
  CHECK(trend.runs.front().started_utc == "2026-02-01T09:00:00.000Z");
  CHECK(trend.earlier_runs == 0);
  REQUIRE(trend.series.size() == 1);  // throughput has no level of its own
  REQUIRE(trend.series[0].course.changes.size() == 1);
  CHECK(trend.series[0].course.changes[0].first == 10);
  CHECK(std::exp(trend.series[0].course.changes[0].after) / 1e6 == doctest::Approx(201).epsilon(0.01));
}

TEST_CASE("run trend: a run without the metric is no point, and does not shift the change") {
  Runs runs = month();
  runs[15].measures.metrics.clear();  // the fifth day
  const RunTrend trend = trend_of(runs, runs, 50);
  CHECK(trend.series[0].measured == 19);
  CHECK_FALSE(trend.series[0].points[4]);
  REQUIRE(trend.series[0].course.changes.size() == 1);
  CHECK(trend.series[0].course.changes[0].first == 10);
}

TEST_CASE("run trend: only the newest are shown, and the others are counted") {
  const Runs runs = month();
  const RunTrend trend = trend_of(runs, runs, 8);
  CHECK(trend.runs.size() == 8);
  CHECK(trend.runs.front().started_utc == "2026-02-13T09:00:00.000Z");
  CHECK(trend.earlier_runs == 12);
  CHECK_FALSE(trend.series[0].course.searched);
}

TEST_CASE("run trend: runs that may not be compared are counted by what differs, never mixed in") {
  const Runs runs = month();
  Runs all = runs;
  all.push_back(run_of(21, 1, "2222"));
  all.push_back(run_of(22, 1, "2222"));
  StoredRun elsewhere = run_of(23, 1);
  elsewhere.key.environment_hash = "other";
  elsewhere.environment = {{"cores", "8"}};
  all.push_back(elsewhere);
  StoredRun otherwise = run_of(24, 1);
  otherwise.key.scenario_hash = "other";
  all.push_back(otherwise);
  const RunTrend trend = trend_of(runs, all, 50);
  CHECK(trend.runs.size() == 20);
  REQUIRE(trend.others.size() == 3);
  CHECK(trend.others[0].count == 2);
  CHECK(trend.others[0].difference == "another load");
  CHECK(trend.others[0].newest_id == "222221");
  CHECK(trend.others[1].difference == "cores 8 instead of 2");
  CHECK(trend.others[2].difference == "other scenarios");
}

TEST_CASE("run trend: there are at most 200 runs of 50 metrics") {
  Runs runs;
  for (int i = 0; i < 250; ++i) {
    StoredRun run = run_of(1, 140);
    for (int metric = 0; metric < 60; ++metric) {
      MetricMeasure measure = run.measures.metrics[0];
      measure.metric = "p" + std::to_string(metric);
      run.measures.metrics.push_back(measure);
    }
    runs.push_back(run);
  }
  const RunTrend trend = trend_of(runs, runs, 1000);
  CHECK(trend.runs.size() == kMostTrendRuns);
  CHECK(trend.earlier_runs == 50);
  CHECK(trend.metrics_left_out == 12);
  CHECK(trend.series.size() == kMostTrendMetrics - 1);  // throughput
}

TEST_CASE("run trend: a level that no clock can have said is no point") {
  Runs runs = month();
  runs[3].measures.metrics[0].levels[0] = LevelMeasure{1e308, 0.01};
  runs[4].measures.metrics[0].levels[0] = LevelMeasure{18, 1e308};
  runs[5].measures.metrics[0].levels[0] = LevelMeasure{18, -1};
  CHECK(trend_of(runs, runs, 50).series[0].measured == 17);
}

}  // namespace
}  // namespace assay::cli
