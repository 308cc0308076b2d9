#include "cli/run_trend.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "cli/measure_text.h"
#include "store/earlier_runs.h"

namespace assay::cli {
namespace {

constexpr std::uint64_t kOrderSeed = 1;  // any: the same runs give the same changes

TrendRun shown_run(const StoredRun& run) {
  return {.id = run.id,
          .name = run.name,
          .started_utc = run.started_utc,
          .grade = run.grade,
          .arms = run.arms,
          .same_build = run.same_build,
          .pinned = run.pinned,
          .labels = run.labels,
          .seconds = run.measures.seconds,
          .requests_per_s = run.measures.requests_per_s,
          .page = {}};
}

// In the order of the newest run; what only earlier ones have comes after.
std::vector<std::string> metrics_of(const std::vector<StoredRun>& newest_first) {
  std::vector<std::string> names;
  for (const StoredRun& run : newest_first)
    for (const MetricMeasure& metric : run.measures.metrics)
      if (std::ranges::find(names, metric.metric) == names.end()) names.push_back(metric.metric);
  return names;
}

// Changes are searched among the runs that have the metric, and then named by their places among all.
void find_changes(TrendSeries& series) {
  std::vector<stats::RunEstimate> estimates;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < series.points.size(); ++i) {
    if (!series.points[i]) continue;
    estimates.push_back({series.points[i]->level, series.points[i]->standard_error});
    places.push_back(i);
  }
  series.measured = places.size();
  series.course = stats::level_course(estimates, kOrderSeed);
  for (stats::ChangePoint& change : series.course.changes) change.first = places[change.first];
}

// What no clock and no count can have said is damaged: no point is better than one that spoils the picture.
bool is_possible(const LevelMeasure& measure) {
  constexpr double kMost = 44;  // log of the nanoseconds in 400 years
  return std::abs(measure.level) <= kMost && measure.standard_error >= 0 && measure.standard_error <= kMost;
}

TrendSeries series_of(const std::vector<StoredRun>& oldest_first, const std::string& metric, Arm arm) {
  TrendSeries series{.metric = metric,
                     .arm = arm,
                     .unit = is_error_rate(metric) ? Unit::ratio : Unit::nanoseconds,
                     .points = {},
                     .measured = 0,
                     .course = {}};
  for (const StoredRun& run : oldest_first) {
    const MetricMeasure* measure = run.measures.of(metric);
    auto& point = series.points.emplace_back();
    if (measure != nullptr) point = measure->levels[static_cast<std::size_t>(arm)];
    if (point && !is_possible(*point)) point.reset();
  }
  find_changes(series);
  return series;
}

std::string difference_of(const StoredRun& other, const StoredRun& own) {
  if (other.key.scenario_hash != own.key.scenario_hash) return "other scenarios";
  if (other.key.load_hash != own.key.load_hash) return "another load";
  return store::environment_difference(other.environment, own.environment);
}

std::vector<OtherRuns> others_of(const std::vector<StoredRun>& all, const StoredRun& own) {
  std::vector<OtherRuns> others;
  std::map<RunKey, std::size_t> place;
  for (const StoredRun& run : all) {
    if (run.key == own.key) continue;
    const auto [found, is_new] = place.emplace(run.key, others.size());
    if (is_new)
      others.push_back({.count = 0,
                        .newest_id = run.id,
                        .newest_started_utc = run.started_utc,
                        .difference = difference_of(run, own)});
    ++others[found->second].count;
  }
  return others;
}

}  // namespace

RunTrend trend_of(const std::vector<StoredRun>& comparable, const std::vector<StoredRun>& all,
                  std::size_t last) {
  const std::size_t count = std::min({comparable.size(), last, kMostTrendRuns});
  const std::vector<StoredRun> newest_first(comparable.begin(),
                                            comparable.begin() + static_cast<std::ptrdiff_t>(count));
  const std::vector<StoredRun> oldest_first(newest_first.rbegin(), newest_first.rend());
  RunTrend trend;
  trend.key = newest_first.front().key;
  trend.environment = newest_first.front().environment;
  trend.earlier_runs = comparable.size() - count;
  trend.others = others_of(all, newest_first.front());
  for (const StoredRun& run : oldest_first) trend.runs.push_back(shown_run(run));
  std::vector<std::string> metrics = metrics_of(newest_first);
  if (metrics.size() > kMostTrendMetrics) {
    trend.metrics_left_out = metrics.size() - kMostTrendMetrics;
    metrics.resize(kMostTrendMetrics);
  }
  for (const std::string& metric : metrics) {
    for (const Arm arm : {Arm::candidate, Arm::baseline}) {
      TrendSeries series = series_of(oldest_first, metric, arm);
      if (series.measured > 0) trend.series.push_back(std::move(series));
    }
  }
  return trend;
}

}  // namespace assay::cli
