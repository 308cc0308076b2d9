// A trend for spreadsheets, in long form: one row for each level of each run.
#include "reports/csv_text.h"
#include "reports/trend_report.h"
#include "reports/trend_view.h"

namespace assay::reports {
namespace {

std::string head() {
  CsvRow row;
  for (const char* name : {"gate", "run", "name", "started_utc", "verdict", "arm", "metric", "unit", "value",
                           "low", "high", "changed", "page"})
    row.text(name);
  return row.line();
}

const stats::ChangePoint* change_at(const TrendSeries& series, std::size_t run) {
  for (const stats::ChangePoint& change : series.course.changes)
    if (change.first == run) return &change;
  return nullptr;
}

std::string level_row(const RunTrend& trend, std::size_t at, const TrendSeries& series) {
  const TrendRun& run = trend.runs[at];
  const ShownLevel level = shown_level(series.unit, *series.points[at]);
  const stats::ChangePoint* change = change_at(series, at);
  CsvRow row;
  row.text(trend.key.gate).text(run.id).text(run.name).text(run.started_utc).text(name(run.grade));
  row.text(name(series.arm)).text(series.metric).text(name(series.unit));
  row.number(level.value).number(level.low).number(level.high);
  row.text(change == nullptr ? "" : change->after > change->before ? "worse" : "better").text(run.page);
  return row.line();
}

}  // namespace

std::string write_trend_csv(const RunTrend& trend, const TrendOptions&) {
  std::string text = head();
  for (std::size_t run = 0; run < trend.runs.size(); ++run)
    for (const TrendSeries& series : trend.series)
      if (series.points[run]) text += level_row(trend, run, series);
  return text;
}

}  // namespace assay::reports
