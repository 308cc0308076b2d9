#include "reports/trend_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/units.h"
#include "reports/number_text.h"
#include "stats/distributions.h"

namespace assay::reports {
namespace {

constexpr double kConfidence = 0.95;
constexpr std::size_t kIdLetters = 8;
constexpr std::size_t kMostOthers = 5;

std::string letter_of(std::size_t number) {
  constexpr std::size_t kLetters = 26;
  std::string letters(1, static_cast<char>('A' + number % kLetters));
  return number < kLetters ? letters : letter_of(number / kLetters - 1) + letters;
}

double change_of(Unit unit, const stats::ChangePoint& change) {
  return unit == Unit::ratio ? change.after - change.before : std::expm1(change.after - change.before);
}

std::string counted_runs(std::size_t count) {
  return fmt::format("{} run{}", format_count(count), count == 1 ? "" : "s");
}

}  // namespace

double level_value(Unit unit, double level) {
  constexpr double kLongest = 43;  // log of the nanoseconds that 63 bits hold
  constexpr double kParts = 1e9;   // of a share
  if (unit == Unit::nanoseconds) return std::round(std::exp(std::min(level, kLongest)));
  return std::round(std::clamp(level, 0.0, 1.0) * kParts) / kParts;
}

ShownLevel shown_level(Unit unit, const LevelMeasure& level) {
  const double reach = stats::normal_quantile((1 + kConfidence) / 2) * level.standard_error;
  return {level_value(unit, level.level), level_value(unit, level.level - reach),
          level_value(unit, level.level + reach)};
}

std::string level_text(Unit unit, const LevelMeasure& level) {
  const ShownLevel shown = shown_level(unit, level);
  std::string value = value_text(shown.value, unit);
  if (unit == Unit::ratio) return value;
  const double reach = std::ceil((shown.high / shown.value - 1) * 100);
  return reach >= 1000 ? value + " ±?" : fmt::format("{} ±{:.0f}%", value, reach);
}

std::string spread_text(const TrendSeries& series) {
  if (series.measured < stats::kFewestRunsBeside) return {};
  const double spread = std::sqrt(series.course.between);
  return series.unit == Unit::ratio ? format_points(spread) : format_ratio(std::expm1(spread));
}

std::string TrendChange::text() const {
  const auto shown = [&](double level) { return value_text(level_value(series->unit, level), series->unit); };
  return fmt::format("{} → {}, {} (p {})", shown(change->before), shown(change->after),
                     change_text(change_of(series->unit, *change), series->unit),
                     format_p_value(change->p_value));
}

bool TrendMoment::in_both_arms() const {
  return std::any_of(changes.begin(), changes.end(), [&](const TrendChange& one) {
    return std::any_of(changes.begin(), changes.end(), [&](const TrendChange& other) {
      return one.series->metric == other.series->metric && one.series->arm != other.series->arm &&
             one.worse() == other.worse();
    });
  });
}

const TrendSeries* TrendView::series_of(std::string_view metric, Arm arm) const {
  const auto found = std::find_if(trend.series.begin(), trend.series.end(), [&](const TrendSeries& series) {
    return series.metric == metric && series.arm == arm;
  });
  return found == trend.series.end() ? nullptr : &*found;
}

std::string TrendView::letters_at(std::size_t run) const {
  for (const TrendMoment& moment : moments)
    if (moment.run == run) return moment.letter;
  return {};
}

TrendView view_of(const RunTrend& trend) {
  TrendView view{trend, {}, false, 0};
  std::map<std::size_t, std::vector<TrendChange>> by_run;
  for (const TrendSeries& series : trend.series) {
    view.has_baseline = view.has_baseline || series.arm == Arm::baseline;
    view.searched += series.course.searched ? 1 : 0;
    for (const stats::ChangePoint& change : series.course.changes)
      by_run[change.first].push_back({&series, &change});
  }
  for (const auto& [run, changes] : by_run)
    view.moments.push_back({letter_of(view.moments.size()), run, changes});
  return view;
}

std::string short_metric(std::string_view metric) {
  if (metric == "error_rate") return "error rate";
  constexpr std::string_view kUsual = "(response_time)";
  return std::string(
      metric.substr(0, metric.ends_with(kUsual) ? metric.size() - kUsual.size() : metric.size()));
}

std::string series_name(const TrendView& view, const TrendSeries& series) {
  const std::string metric = short_metric(series.metric);
  return view.has_baseline ? fmt::format("{} {}", name(series.arm), metric) : metric;
}

std::string run_label(const TrendRun& run) {
  return run.name.empty() ? run.id.substr(0, kIdLetters) : run.name;
}

std::string minute_text(const std::string& started_utc) {
  constexpr std::size_t kMinutes = 16;
  std::string text = started_utc.substr(0, kMinutes);
  std::replace(text.begin(), text.end(), 'T', ' ');
  return text;
}

std::string span_text(const RunTrend& trend) {
  const std::string last = minute_text(trend.runs.back().started_utc);
  if (trend.runs.size() == 1) return "1 run of " + last;
  return fmt::format("{} from {} to {}", counted_runs(trend.runs.size()),
                     minute_text(trend.runs.front().started_utc), last);
}

std::size_t count_of(const RunTrend& trend, Grade grade) {
  return static_cast<std::size_t>(std::count_if(trend.runs.begin(), trend.runs.end(),
                                                [&](const TrendRun& run) { return run.grade == grade; }));
}

std::vector<std::string> left_out_texts(const RunTrend& trend) {
  std::vector<std::string> texts;
  if (trend.earlier_runs > 0)
    texts.push_back(fmt::format("{} before these (--last shows up to {})", counted_runs(trend.earlier_runs),
                                kMostTrendRuns));
  for (const OtherRuns& other : trend.others) {
    if (texts.size() == kMostOthers) break;
    texts.push_back(fmt::format("{} not comparable (--like {}): {}", counted_runs(other.count),
                                other.newest_id.substr(0, kIdLetters), other.difference));
  }
  const std::size_t told = texts.size() - (trend.earlier_runs > 0 ? 1 : 0);
  if (trend.others.size() > told)
    texts.push_back(fmt::format("and of {} more loads, scenarios or places", trend.others.size() - told));
  if (trend.metrics_left_out > 0)
    texts.push_back(fmt::format("{} more metrics", format_count(trend.metrics_left_out)));
  return texts;
}

std::string chance_text(const TrendView& view) {
  if (view.searched == 0)
    return fmt::format("changes are searched from {} runs on: none is marked", stats::kFewestRunsForChange);
  return fmt::format(
      "{} searched; of 100 without a change {:.0f} are marked ({:.0f}, if neighbours are alike)",
      view.searched, stats::kChangeLevel * 100, stats::kFalseChangeRate * 100);
}

}  // namespace assay::reports
