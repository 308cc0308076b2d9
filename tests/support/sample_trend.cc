#include "tests/support/sample_trend.h"

#include <fmt/format.h>

#include <cmath>

namespace assay::test_support {
namespace {

// Between -1 and 1, in no order.
double ripple(std::size_t run) { return static_cast<double>(run * 7 % 13) / 6 - 1; }

TrendSeries series_of(const std::string& metric, Arm arm, double level, std::size_t runs) {
  TrendSeries series{
      .metric = metric, .arm = arm, .unit = Unit::nanoseconds, .points = {}, .measured = runs, .course = {}};
  series.course.searched = true;
  series.course.between = 0.0004;
  for (std::size_t run = 0; run < runs; ++run)
    series.points.emplace_back(LevelMeasure{level + 0.02 * ripple(run), 0.008});
  return series;
}

void add_change(TrendSeries& series, std::size_t first, double by, double p_value) {
  const double before = series.points.front()->level;
  for (std::size_t run = first; run < series.points.size(); ++run) series.points[run]->level += by;
  series.course.changes.push_back(
      {.first = first, .before = before, .after = before + by, .p_value = p_value});
}

TrendRun run_of(std::size_t number, const std::string& name) {
  return {.id = fmt::format("{:016x}", 0x3fa9c1d20b7e5566ULL + number),
          .name = name,
          .started_utc = fmt::format("2026-02-{:02d}T09:00:00.125Z", 1 + number % 28),
          .grade = Grade::pass,
          .arms = 2,
          .same_build = false,
          .pinned = false,
          .labels = {},
          .seconds = 30,
          .requests_per_s = 590,
          .page = {}};
}

}  // namespace

RunTrend sample_trend() {
  constexpr std::size_t kRuns = 14;
  RunTrend trend;
  trend.source = ".assay/baselines.db";
  trend.key = {"invoices-canary", "b90724b070329afe", "46fd30337e53b0fa", "e0f1e0f1e0f1e0f1"};
  trend.environment = {{"cores", "8"}, {"cpu", "AMD EPYC"}};
  trend.earlier_runs = 3;
  trend.others = {{1, "77aa000000000000", "2026-02-03T09:00:00.000Z", "another load"},
                  {1, "88bb000000000000", "2026-01-03T09:00:00.000Z", "cores 2 instead of 8"}};
  for (std::size_t run = 0; run < kRuns; ++run)
    trend.runs.push_back(run_of(run, run % 3 == 0 ? "" : fmt::format("release-1.{}", run)));
  trend.runs[4].grade = Grade::fail;
  trend.runs[9].grade = Grade::inconclusive;
  trend.runs[0].pinned = true;
  trend.runs[1].same_build = true;
  trend.runs[13].page = "assay-runs/20260214T090000Z-invoices-canary/report.html";
  const double p50 = std::log(84e6), p95 = std::log(141e6), p99 = std::log(190e6);
  for (const Arm arm : {Arm::candidate, Arm::baseline})
    trend.series.push_back(series_of("p50(response_time)", arm, p50, kRuns));
  for (const Arm arm : {Arm::candidate, Arm::baseline})
    trend.series.push_back(series_of("p95(response_time)", arm, p95, kRuns));
  add_change(trend.series[2], 8, std::log(1.2), 0.002);
  for (const Arm arm : {Arm::candidate, Arm::baseline}) {
    trend.series.push_back(series_of("p99(response_time)", arm, p99, kRuns));
    add_change(trend.series.back(), 8, std::log(1.3), 0.001);
  }
  TrendSeries errors = series_of("error_rate", Arm::candidate, 0, kRuns);
  errors.unit = Unit::ratio;
  errors.course.between = 1e-8;
  for (std::size_t run = 0; run < kRuns; ++run)
    errors.points[run] = LevelMeasure{0.004 + 0.0005 * ripple(run), 0.0004};
  add_change(errors, 4, -0.002, 0.014);
  trend.series.push_back(errors);
  for (TrendSeries& series : trend.series) {
    series.points[6].reset();
    series.measured = kRuns - 1;
  }
  return trend;
}

RunTrend vast_trend(TrendSize size, std::size_t letters) {
  const std::string wide(letters, '<');
  RunTrend trend;
  trend.source = trend.key.gate = wide;
  trend.environment = {{wide, wide}};
  trend.others.assign(500, {7, wide, wide, wide});
  for (std::size_t run = 0; run < size.runs; ++run) {
    trend.runs.push_back(run_of(run, wide));
    trend.runs.back().grade = static_cast<Grade>(run % 4);
    trend.runs.back().labels = {{wide, wide}};
    trend.runs.back().page = std::string(letters, 'p') + "/report.html";
  }
  for (std::size_t metric = 0; metric < size.metrics; ++metric) {
    for (const Arm arm : {Arm::candidate, Arm::baseline}) {
      const std::string name = metric == 0 ? "p95(response_time)" : fmt::format("{}{}", wide, metric);
      trend.series.push_back(series_of(name, arm, 18, size.runs));
      for (std::size_t first = 3; first + 3 < size.runs; first += 3)
        add_change(trend.series.back(), first, first % 2 == 0 ? 0.2 : -0.2, 0.001);
    }
  }
  return trend;
}

}  // namespace assay::test_support
