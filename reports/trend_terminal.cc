// A trend for people at a terminal: what changed and when, a line of blocks for each metric, the newest runs.
#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "reports/cells.h"
#include "reports/html_ink.h"
#include "reports/number_text.h"
#include "reports/palette.h"
#include "reports/sparkline.h"
#include "reports/table.h"
#include "reports/trend_report.h"
#include "reports/trend_view.h"

namespace assay::reports {
namespace {

constexpr std::size_t kLines = 40, kColumns = 80;
constexpr std::size_t kMostMetrics = 6, kMostChangeLines = 9, kBlocks = 26;

// One line of at most so many columns, of words that others may have written.
std::string one_line_of(std::string_view words, std::size_t columns) {
  return fitted(printable(words), columns);
}

// The lowest and the highest mean level of a line of blocks; apart by at least a twentieth, so that the
// ripples of a steady metric do not look like mountains.
struct Extent {
  double low = 0, high = 0;
};

Extent extent_of(const TrendSeries& series, std::size_t from) {
  Extent extent{1e300, -1e300};
  for (std::size_t i = from; i < series.points.size(); ++i) {
    if (!series.points[i]) continue;
    extent.low = std::min(extent.low, series.points[i]->level);
    extent.high = std::max(extent.high, series.points[i]->level);
  }
  return extent;
}

std::string_view block_of(double level, const Extent& extent, Unit unit) {
  const double least = unit == Unit::ratio ? 1e-3 : 0.05;
  const double reach = std::max(extent.high - extent.low, least);
  const double from = (extent.low + extent.high - reach) / 2;
  return bar((level - from) / reach);
}

class TrendTerminal {
 public:
  TrendTerminal(const RunTrend& trend, const TrendOptions& options)
      : trend_(trend), view_(view_of(trend)), palette_(Palette::of(options.colour)) {}

  std::string text() {
    head();
    changes();
    metrics();
    runs();
    std::string text;
    for (const std::string& line : lines_) text += line + "\n";
    return text;
  }

 private:
  void add(std::string_view words, std::string_view paint = {}) {
    const std::string line = one_line_of(words, kColumns);
    lines_.push_back(paint.empty() || line.empty() ? line : fmt::format("{}{}{}", paint, line, kResetPaint));
  }
  void section(std::string_view title) {
    add("");
    add(title, palette_.strong);
  }

  void head() {
    add(fmt::format("TREND  {}  {}", trend_.key.gate, span_text(trend_)), palette_.strong);
    std::string counts;
    for (const Grade grade : {Grade::pass, Grade::fail, Grade::inconclusive, Grade::invalid}) {
      const std::size_t count = count_of(trend_, grade);
      if (count > 0) counts += fmt::format("  {} {} {}", shape_of(grade), count, name(grade));
    }
    add(fmt::format("{}; in {}", counts, trend_.source));
    for (const std::string& left_out : left_out_texts(trend_))
      add("  not shown: " + left_out, palette_.faint);
  }

  std::string moment_text(const TrendMoment& moment) const {
    const TrendRun& run = trend_.runs[moment.run];
    return fmt::format("  {}  from {} ({}) on{}", moment.letter, minute_text(run.started_utc),
                       one_line_of(run_label(run), 24), moment.in_both_arms() ? ", in both arms" : "");
  }

  // As many of its changes as there are lines for; how many are left out.
  std::size_t moment(const TrendMoment& moment, std::size_t lines) {
    if (lines < 2) return moment.changes.size();
    add(moment_text(moment));
    const std::size_t told = std::min(moment.changes.size(), lines - 1);
    for (std::size_t i = 0; i < told; ++i) {
      const TrendChange& change = moment.changes[i];
      add(fmt::format("     {} {}: {}", series_name(view_, *change.series), change.word(), change.text()),
          change.worse() ? palette_.bad : palette_.good);
    }
    return moment.changes.size() - told;
  }

  // The newest matter most.
  void changes() {
    section("Changes");
    if (view_.moments.empty() && view_.searched > 0) add("  ● none: no metric has changed its level");
    const std::size_t begin = lines_.size();
    std::size_t left_out = 0;
    for (auto each = view_.moments.rbegin(); each != view_.moments.rend(); ++each)
      left_out += moment(*each, kMostChangeLines - (lines_.size() - begin));
    if (left_out > 0) add(fmt::format("     and {} more (--format json has all)", left_out));
    add("  " + chance_text(view_), palette_.faint);
  }

  // What stands before a run in the line of a metric: the letter of its change, blanks where another changed.
  std::string change_mark(const TrendSeries& series, std::size_t run) const {
    std::string letters = view_.letters_at(run);
    for (const stats::ChangePoint& change : series.course.changes)
      if (change.first == run) return letters;
    return std::string(letters.size(), ' ');
  }

  std::string blocks(const TrendSeries& series) const {
    const std::size_t from = trend_.runs.size() - std::min(trend_.runs.size(), kBlocks);
    const Extent extent = extent_of(series, from);
    std::string text;
    for (std::size_t run = from; run < series.points.size(); ++run) {
      if (run > from) text += change_mark(series, run);
      text += series.points[run] ? block_of(series.points[run]->level, extent, series.unit) : " ";
    }
    return text;
  }

  void metrics() {
    section(trend_.runs.size() > kBlocks ? fmt::format("Levels of the newest {} runs", kBlocks)
                                         : std::string("Levels, oldest run first"));
    Table table({Align::left, Align::left, Align::right, Align::right});
    table.add({"", "", "newest", "run to run"});
    std::size_t left_out = 0;
    for (const TrendSeries& series : trend_.series) {
      if (series.arm != Arm::candidate) continue;
      if (table_rows_++ >= kMostMetrics) {
        ++left_out;
        continue;
      }
      const auto& newest = series.points.back();
      table.add({one_line_of(short_metric(series.metric), 20), blocks(series),
                 newest ? value_text(level_value(series.unit, newest->level), series.unit) : "-",
                 spread_text(series).empty() ? "-" : spread_text(series)});
    }
    if (table_rows_ > 0) add_table(table);
    if (table_rows_ == 0) add("  no level is stored: too few requests in each run, or nothing was offered");
    if (left_out > 0) add(fmt::format("  and {} more metrics", left_out));
  }

  void add_table(const Table& table) {
    std::string_view rest;
    const std::string text = table.text();
    rest = text;
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      add(rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
  }

  std::string level_cell(std::string_view metric, std::size_t run) const {
    const TrendSeries* series = view_.series_of(metric, Arm::candidate);
    if (series == nullptr || !series->points[run]) return "-";
    return level_text(series->unit, *series->points[run]);
  }

  std::vector<std::string> row(std::size_t run, bool with_words) const {
    const TrendRun& each = trend_.runs[run];
    std::vector<std::string> cells = {
        minute_text(each.started_utc).substr(5), one_line_of(run_label(each), with_words ? 11 : 18),
        with_words ? fmt::format("{} {}", shape_of(each.grade), name(each.grade))
                   : std::string(shape_of(each.grade))};
    for (const char* metric :
         {"p50(response_time)", "p95(response_time)", "p99(response_time)", "error_rate"})
      cells.push_back(level_cell(metric, run));
    cells.push_back(view_.letters_at(run));
    return cells;
  }

  Table table_of(std::size_t rows, bool with_words) const {
    Table table({Align::left, Align::left, Align::left, Align::right, Align::right, Align::right,
                 Align::right, Align::left});
    table.add({"started", "run", with_words ? "verdict" : "", "p50", "p95", "p99", "errors", ""});
    for (std::size_t i = 0; i < rows; ++i) table.add(row(trend_.runs.size() - 1 - i, with_words));
    return table;
  }

  static bool fits(const Table& table) {
    const std::string text = table.text();
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = text.find('\n', begin);
      if (display_width(std::string_view(text).substr(begin, end - begin)) > kColumns) return false;
      begin = end + 1;
    }
    return true;
  }

  // What is left of the screen; where words of verdicts have no room, their shapes alone, which the head
  // explains.
  void runs() {
    section("Runs, newest first");
    constexpr std::size_t kAround = 3;  // the head of the table and the two lines below it
    const std::size_t room = kLines - std::min(kLines, lines_.size() + kAround);
    const std::size_t rows = std::min(trend_.runs.size(), room);
    const Table with_words = table_of(rows, true);
    add_table(fits(with_words) ? with_words : table_of(rows, false));
    if (rows < trend_.runs.size())
      add(fmt::format("  and {} before them: --format html, json or csv", trend_.runs.size() - rows));
    add("  ± chance inside the run, 95 %; runs of one build differ by more: run to run", palette_.faint);
  }

  const RunTrend& trend_;
  TrendView view_;
  Palette palette_;
  std::size_t table_rows_ = 0;
  std::vector<std::string> lines_;
};

}  // namespace

std::string write_trend_terminal(const RunTrend& trend, const TrendOptions& options) {
  const std::string text = TrendTerminal(trend, options).text();
  return options.utf8 ? text : ascii_form(text);
}

}  // namespace assay::reports
