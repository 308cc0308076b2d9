// A trend for programs. Keys carry their unit; absent numbers are left out, never zero.
#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/trend_report.h"
#include "reports/trend_view.h"

namespace assay::reports {
namespace {

using Json = nlohmann::ordered_json;

Json run_json(const TrendRun& run) {
  Json json = {{"id", run.id},
               {"name", run.name},
               {"started_utc", run.started_utc},
               {"verdict", name(run.grade)},
               {"arms", run.arms},
               {"same_build", run.same_build},
               {"pinned", run.pinned},
               {"judged_s", run.seconds},
               {"requests_per_s", run.requests_per_s},
               {"labels", run.labels.empty() ? Json::object() : Json(run.labels)}};
  if (!run.page.empty()) json["page"] = run.page;
  return json;
}

Json point_json(const TrendSeries& series, std::size_t run) {
  if (!series.points[run]) return nullptr;
  const ShownLevel level = shown_level(series.unit, *series.points[run]);
  return {{"value", level.value}, {"low", level.low}, {"high", level.high}};
}

Json change_json(const RunTrend& trend, const TrendSeries& series, const stats::ChangePoint& change) {
  const double before = level_value(series.unit, change.before),
               after = level_value(series.unit, change.after);
  Json json = {{"run", trend.runs[change.first].id},
               {"index", change.first},
               {"before", before},
               {"after", after},
               {"change", series.unit == Unit::ratio ? after - before : after / before - 1},
               {"worse", change.after > change.before},
               {"p_value", change.p_value}};
  return json;
}

Json series_json(const RunTrend& trend, const TrendSeries& series) {
  Json json = {{"metric", series.metric},
               {"arm", name(series.arm)},
               {"unit", name(series.unit)},
               {"searched", series.course.searched},
               {"between_runs_sd", std::sqrt(series.course.between)},
               {"changes", Json::array()},
               {"points", Json::array()}};
  for (const stats::ChangePoint& change : series.course.changes)
    json["changes"].push_back(change_json(trend, series, change));
  for (std::size_t run = 0; run < trend.runs.size(); ++run) json["points"].push_back(point_json(series, run));
  return json;
}

Json other_json(const OtherRuns& other) {
  return {{"runs", other.count},
          {"newest", other.newest_id},
          {"newest_started_utc", other.newest_started_utc},
          {"difference", other.difference}};
}

}  // namespace

std::string write_trend_json(const RunTrend& trend, const TrendOptions&) {
  Json json = {{"trend_version", 1},
               {"gate", trend.key.gate},
               {"source", trend.source},
               {"scenario_hash", trend.key.scenario_hash},
               {"load_hash", trend.key.load_hash},
               {"environment_hash", trend.key.environment_hash},
               {"environment", trend.environment.empty() ? Json::object() : Json(trend.environment)},
               {"interval_confidence_ratio", 0.95},
               {"false_changes",
                {{"independent_ratio", stats::kChangeLevel}, {"correlated_ratio", stats::kFalseChangeRate}}},
               {"fewest_runs_for_change", stats::kFewestRunsForChange},
               {"earlier_runs_left_out", trend.earlier_runs},
               {"metrics_left_out", trend.metrics_left_out},
               {"others", Json::array()},
               {"runs", Json::array()},
               {"series", Json::array()}};
  for (const OtherRuns& other : trend.others) json["others"].push_back(other_json(other));
  for (const TrendRun& run : trend.runs) json["runs"].push_back(run_json(run));
  for (const TrendSeries& series : trend.series) json["series"].push_back(series_json(trend, series));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay::reports
