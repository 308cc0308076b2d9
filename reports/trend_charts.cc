#include "reports/trend_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/units.h"
#include "reports/html_table.h"
#include "reports/html_time.h"
#include "reports/number_text.h"

namespace assay::reports {
namespace {

constexpr int kHeight = 240, kLaneHeight = 20;
constexpr std::size_t kMostMarks = 4;     // dates that fit on a telephone
constexpr std::size_t kMostRunRows = 30;  // as many rows as a person reads
constexpr std::size_t kMostChanges = 20;
constexpr std::size_t kNameBytes = 120;

using Arms = std::vector<const TrendSeries*>;  // candidate first

Arms arms_of(const TrendView& view, const std::string& metric) {
  Arms arms;
  for (const Arm arm : {Arm::candidate, Arm::baseline})
    if (const TrendSeries* series = view.series_of(metric, arm)) arms.push_back(series);
  return arms;
}

double place_of(std::size_t run, std::size_t runs) {
  return (static_cast<double>(run) + 0.5) / static_cast<double>(runs);
}
double border_before(std::size_t run, std::size_t runs) {
  return static_cast<double>(run) / static_cast<double>(runs);
}

struct Extent {
  double lowest = std::numeric_limits<double>::infinity(), highest = 0;

  void add(double value) {
    lowest = std::min(lowest, value);
    highest = std::max(highest, value);
  }
};

// Levels close to each other on an axis that does not begin at 0, because a twentieth matters here; but at
// least a fifth of their size high, so that the ripples of a steady metric stay ripples.
Scale close_scale(const Extent& shown) {
  const double middle = (shown.lowest + shown.highest) / 2;
  const double reach = std::max((shown.highest - shown.lowest) * 1.1, middle / 5);
  return Scale::linear(middle - reach / 2, middle + reach / 2);
}

// Over all levels. Intervals may reach beyond by half: one wide run must not flatten the others.
Scale scale_of(const Arms& arms) {
  Extent levels, ends;
  for (const TrendSeries* series : arms) {
    for (const auto& point : series->points) {
      if (!point) continue;
      const ShownLevel level = shown_level(series->unit, *point);
      levels.add(level.value);
      ends.add(level.low);
      ends.add(level.high);
    }
  }
  if (arms.front()->unit == Unit::ratio) return scale_from_zero(std::min(ends.highest, levels.highest * 2));
  const Extent shown{std::max({ends.lowest, levels.lowest / 1.5, 1.0}),
                     std::max(std::min(ends.highest, levels.highest * 1.5), 1.0)};
  return shown.highest < 3 * shown.lowest ? close_scale(shown) : scale_around(shown.lowest, shown.highest);
}

std::vector<AxisMark> run_marks(const RunTrend& trend) {
  constexpr std::size_t kDate = 5, kDay = 10, kTime = 11, kLetters = 5;  // of "2026-02-14T09:00"
  const auto day = [&](const TrendRun& run) { return run.started_utc.substr(0, kDay); };
  const bool one_day = day(trend.runs.front()) == day(trend.runs.back());
  const std::size_t count = trend.runs.size(), marks = std::min(count, kMostMarks);
  std::vector<AxisMark> made;
  for (std::size_t i = 0; i < marks; ++i) {
    const std::size_t run = marks == 1 ? 0 : i * (count - 1) / (marks - 1);
    const std::string& started = trend.runs[run].started_utc;
    const std::size_t from = one_day ? kTime : kDate;
    made.push_back({place_of(run, count),
                    clipped(started.size() > from ? started.substr(from, kLetters) : started, 16)});
  }
  return made;
}

std::vector<PlotBand> change_bands(const TrendView& view, const Arms& arms) {
  std::vector<PlotBand> bands;
  for (const TrendMoment& moment : view.moments) {
    for (const TrendChange& change : moment.changes) {
      if (std::find(arms.begin(), arms.end(), change.series) == arms.end()) continue;
      const double at = border_before(moment.run, view.trend.runs.size());
      bands.push_back({at, at, change.worse() ? Ink::bad : Ink::good, 0.9,
                       fmt::format("{}: {} {}, {}", moment.letter, name(change.series->arm), change.word(),
                                   change.text())});
    }
  }
  return bands;
}

void add_curves(Plot& plot, const TrendSeries& series, const Scale& scale) {
  const std::size_t runs = series.points.size();
  Curve line{.name = "",
             .ink = ink_of(series.arm),
             .width = 1.2,
             .dash = std::string(dash_of(series.arm)),
             .label = "",
             .points = {}};
  Curve dots{.name = "",
             .ink = ink_of(series.arm),
             .width = runs > 60 ? 4.0 : 6.0,
             .dash = "",
             .label = "",
             .points = {}};
  Curve whiskers{.name = "", .ink = ink_of(series.arm), .width = 1, .dash = "", .label = "", .points = {}};
  for (std::size_t run = 0; run < runs; ++run) {
    if (!series.points[run]) continue;
    const ShownLevel level = shown_level(series.unit, *series.points[run]);
    const CurvePoint point{place_of(run, runs), scale.position(level.value)};
    line.points.emplace_back(point);
    dots.points.insert(dots.points.end(), {point, std::nullopt});
    whiskers.points.insert(whiskers.points.end(),
                           {CurvePoint{point.x, scale.position(level.low)},
                            CurvePoint{point.x, scale.position(level.high)}, std::nullopt});
  }
  plot.curves.insert(plot.curves.end(), {std::move(whiskers), std::move(line), std::move(dots)});
}

Plot plot_of(const TrendView& view, const Arms& arms) {
  const TrendSeries& first = *arms.front();
  const Scale scale = scale_of(arms);
  const Unit unit = first.unit;
  Plot plot{.title = clipped(first.metric, kNameBytes) + " over the runs",
            .description = "Each point is a run with its interval. The numbers are in the table below.",
            .height = kHeight,
            .x = run_marks(view.trend),
            .y = value_marks(scale, [unit](double value) { return value_text(value, unit); }),
            .bands = change_bands(view, arms),
            .curves = {}};
  for (const TrendSeries* series : arms) add_curves(plot, *series, scale);
  return plot;
}

Markup placed_word(double x, Ink ink, std::string_view word, const Markup& title) {
  return element(
      "text",
      joined({{"x", percent(x)}, {"y", std::to_string(kLaneHeight - 5)}, {"text-anchor", "middle"}},
             filled(ink)),
      text(word) + title);
}

// The letters of the changes, above their lines; one where both arms change with the same run.
Markup letters(const TrendView& view, const std::vector<PlotBand>& bands) {
  Markup words;
  double last = -1;
  for (const PlotBand& band : bands)
    if (std::exchange(last, band.from) != band.from)
      words += placed_word(band.from, band.ink, band.title.substr(0, band.title.find(':')), {});
  if (words.empty()) return {};
  return drawn(Strip{.label = {},
                     .title = fmt::format("{} changes", view.moments.size()),
                     .description = {},
                     .height = kLaneHeight,
                     .content = words});
}

// What did not pass stands above what did, which becomes a dot where runs stand close.
Markup verdicts(const RunTrend& trend) {
  constexpr std::size_t kMostShapes = 60;
  Markup passed, others;
  for (std::size_t run = 0; run < trend.runs.size(); ++run) {
    const TrendRun& each = trend.runs[run];
    const std::string words = fmt::format("{}: {}", clipped(run_label(each), kNameBytes), name(each.grade));
    const bool is_dot = each.grade == Grade::pass && trend.runs.size() > kMostShapes;
    (each.grade == Grade::pass ? passed : others) +=
        placed_word(place_of(run, trend.runs.size()), ink_of(each.grade), is_dot ? "·" : shape_of(each.grade),
                    element("title", text(words)));
  }
  const Markup shapes = passed + others;
  return drawn(Strip{.label = "verdicts",
                     .title = "The verdict of each run",
                     .description = {},
                     .height = kLaneHeight,
                     .content = shapes});
}

Markup legend_of(const Arms& arms) {
  if (arms.size() < 2) return {};
  std::vector<Curve> entries;
  for (const TrendSeries* series : arms)
    entries.push_back({.name = fmt::format("{} ({})", name(series->arm),
                                           series->arm == Arm::candidate ? "dashed" : "solid"),
                       .ink = ink_of(series->arm),
                       .width = 2,
                       .dash = std::string(dash_of(series->arm)),
                       .label = {},
                       .points = {}});
  return legend(entries);
}

// The newest first.
Markup change_list(const TrendView& view, const Arms& arms) {
  Markup items;
  std::size_t told = 0;
  for (auto moment = view.moments.rbegin(); moment != view.moments.rend(); ++moment) {
    for (const TrendChange& change : moment->changes) {
      if (std::find(arms.begin(), arms.end(), change.series) == arms.end() || ++told > kMostChanges) continue;
      items += element(
          "li", moment_words(view, *moment) +
                    text(fmt::format(": {} {}, {}", name(change.series->arm), change.word(), change.text())));
    }
  }
  if (told > kMostChanges)
    items += element("li", text(fmt::format("and {} before these", told - kMostChanges)));
  return items.empty() ? Markup() : element("ul", items);
}

std::string caption_of(const Arms& arms) {
  std::string words =
      "Each point is a run, oldest first and evenly spaced; its line is the 95 % interval of chance "
      "inside the run.";
  for (const TrendSeries* series : arms) {
    const std::string who = arms.size() < 2 ? "Runs" : fmt::format("Runs of the {}", name(series->arm));
    const std::string spread = spread_text(*series);
    if (!spread.empty())
      words += fmt::format(" {} lie apart by {} beyond that (one standard deviation).", who, spread);
    if (!series->course.searched)
      words += fmt::format(" Measured in {}: too few to search for changes, which takes {}.",
                           series->measured, stats::kFewestRunsForChange);
  }
  const bool changed = std::any_of(arms.begin(), arms.end(),
                                   [](const TrendSeries* series) { return !series->course.changes.empty(); });
  if (changed) words += " Upright lines: from here on the level is another one.";
  return words;
}

std::vector<HtmlTable::Column> columns_of(const Arms& arms) {
  std::vector<HtmlTable::Column> columns = {{"started"}, {"run"}};
  for (const TrendSeries* series : arms)
    for (const char* what : {"", " from", " to"})
      columns.push_back({std::string(name(series->arm)) + what, Align::right});
  columns.push_back({"change"});
  return columns;
}

void add_level(std::vector<Cell>& cells, const TrendSeries& series, std::size_t run) {
  if (!series.points[run]) {
    cells.insert(cells.end(), 3, Cell(""));
    return;
  }
  const ShownLevel level = shown_level(series.unit, *series.points[run]);
  for (const double value : {level.value, level.low, level.high})
    cells.emplace_back(value_text(value, series.unit), value);
}

Markup table_of(const TrendView& view, const Arms& arms) {
  const std::size_t runs = view.trend.runs.size(), rows = std::min(runs, kMostRunRows);
  HtmlTable table(fmt::format("{}, newest run first", clipped(arms.front()->metric, kNameBytes)),
                  columns_of(arms));
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t run = runs - 1 - i;
    std::vector<Cell> cells = {Cell(minute_text(view.trend.runs[run].started_utc)),
                               Cell(run_link(view.trend.runs[run]))};
    for (const TrendSeries* series : arms) add_level(cells, *series, run);
    cells.emplace_back(view.letters_at(run));
    table.add(cells);
  }
  Markup more;
  if (rows < runs)
    more = element("p", {{"class", "note"}},
                   text(fmt::format("and {} runs before them; --format csv or json has all", runs - rows)));
  return folded("The numbers as a table", table.markup(true) + more);
}

}  // namespace

Markup run_link(const TrendRun& run) {
  const Markup label = text(clipped(run_label(run), kNameBytes));
  const bool is_relative =
      !run.page.empty() && run.page.front() != '/' && run.page.find_first_of(":\\?#") == std::string::npos;
  return is_relative ? element("a", {{"href", run.page}}, label) : label;
}

Markup grade_words(Grade grade) { return state_words(ink_of(grade), shape_of(grade), name(grade)); }

Markup moment_words(const TrendView& view, const TrendMoment& moment) {
  const TrendRun& run = view.trend.runs[moment.run];
  return element("b", text(moment.letter)) + text(" from " + minute_text(run.started_utc) + " (") +
         run_link(run) + text(") on");
}

Markup trend_figure(const TrendView& view, const std::string& metric, bool with_verdicts) {
  const Arms arms = arms_of(view, metric);
  const Plot plot = plot_of(view, arms);
  Markup inside = legend_of(arms) + letters(view, plot.bands) + drawn(plot);
  if (with_verdicts) inside += verdicts(view.trend);
  inside += element("figcaption", text(caption_of(arms)));
  return element("figure", {{"class", "chart"}}, inside) + change_list(view, arms) + table_of(view, arms);
}

}  // namespace assay::reports
