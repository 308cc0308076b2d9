// A trend for spreadsheets, in long form: one row for each level of each run.
#include "reports/csv_text.h"
#include "reports/trend_report.h"
#include "reports/trend_view.h"

namespace assay::reports {
namespace {

const stats::ChangePoint* change_at(const TrendSeries& series, std::size_t run) {
  for (const stats::ChangePoint& change : series.course.changes)
    if (change.first == run) return &change;
  return nullptr;
}

std::string level_row(const RunTrend& trend, std::size_t at, const TrendSeries& series) {
  const TrendRun& run = trend.runs[at];
  const ShownLevel level = shown_level(series.unit, *series.points[at]);
  const stats::ChangePoint* change = change_at(series, at);
  const std::string_view changed = change == nullptr                ? ""
                                   : change->after > change->before ? "worse"
                                                                    : "better";
  return csv_row({csv_text(trend.key.gate), csv_text(run.id), csv_text(run.name), csv_text(run.started_utc),
                  name(run.grade), name(series.arm), csv_text(series.metric), name(series.unit),
                  csv_number(level.value), csv_number(level.low), csv_number(level.high), changed,
                  csv_text(run.page)});
}

}  // namespace

std::string write_trend_csv(const RunTrend& trend, const TrendOptions&) {
  std::string text = csv_row({"gate", "run", "name", "started_utc", "verdict", "arm", "metric", "unit",
                              "value", "low", "high", "changed", "page"});
  for (std::size_t run = 0; run < trend.runs.size(); ++run)
    for (const TrendSeries& series : trend.series)
      if (series.points[run]) text += level_row(trend, run, series);
  return text;
}

}  // namespace assay::reports
