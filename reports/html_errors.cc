// Failed requests: when they came, by arm and class, and what they looked like.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/units.h"
#include "reports/html_sections.h"
#include "reports/html_table.h"
#include "reports/html_time.h"
#include "reports/number_text.h"

namespace assay::reports {
namespace {

using ClassKey = std::pair<std::uint8_t, Arm>;

struct ErrorClass {
  ClassKey key;
  std::vector<std::uint64_t> counts;  // bin by bin
  std::uint64_t total = 0, peak = 0;

  std::string name() const {
    const std::string what = key.first == 0   ? "no answer"
                             : key.first == 2 ? "2xx, but not as expected"
                                              : fmt::format("{}xx", key.first);
    return fmt::format("{}: {}", assay::name(key.second), what);
  }
};

// Most frequent first.
std::vector<ErrorClass> classes_of(const RunView& view) {
  std::map<ClassKey, ErrorClass> by_key;
  for (const Series& series : view.result.series) {
    if (!series.key.failed) continue;
    ErrorClass& one = by_key[{series.key.status_class, series.key.arm}];
    one.key = {series.key.status_class, series.key.arm};
    one.total += series.count;
    add_counts(series, view.grid, one.counts);
  }
  std::vector<ErrorClass> classes;
  for (auto& [key, one] : by_key) {
    if (!one.counts.empty()) one.peak = *std::max_element(one.counts.begin(), one.counts.end());
    classes.push_back(std::move(one));
  }
  std::stable_sort(classes.begin(), classes.end(),
                   [](const ErrorClass& a, const ErrorClass& b) { return a.total > b.total; });
  return classes;
}

constexpr int kBarHeight = 40;

// Columns of whole bins in a frame of its own units.
Markup columns(const ErrorClass& shown, std::uint64_t highest) {
  constexpr int kUnits = 1000;
  std::string path;
  for (std::size_t i = 0; i < shown.counts.size(); ++i) {
    if (shown.counts[i] == 0) continue;
    const double share =
        static_cast<double>(shown.counts[i]) / static_cast<double>(std::max<std::uint64_t>(highest, 1));
    const int height = std::max(20, static_cast<int>(share * kUnits));
    path += fmt::format("M{} {}v-{}h1v{}z", i, kUnits, height, height);
  }
  return element(
      "svg",
      {{"viewBox", fmt::format("0 0 {} {}", std::max<std::size_t>(shown.counts.size(), 1), kUnits)},
       {"preserveAspectRatio", "none"},
       {"width", "100%"},
       {"height", std::to_string(kBarHeight)}},
      element("path", joined({{"d", path}}, filled(ink_of(shown.key.second)))));
}

std::string rate_text(std::uint64_t count, const TimeGrid& grid) {
  return format_rate(static_cast<double>(count) / seconds(grid.bin));
}

Strip lane(const ErrorClass& shown, const RunView& view, std::uint64_t highest) {
  const std::string words = fmt::format("{}: {} requests, at most {}", shown.name(),
                                        format_count(shown.total), rate_text(shown.peak, view.grid));
  const std::string base = std::to_string(kBarHeight);
  const Markup ground = element("line", {{"x1", "0"},
                                         {"x2", "100%"},
                                         {"y1", base},
                                         {"y2", base},
                                         {"class", "grid"},
                                         {"stroke", "#8c959f"},
                                         {"stroke-opacity", "0.6"}});
  return {.label = words,
          .title = words,
          .description = {},
          .height = kBarHeight + 1,
          .content = columns(shown, highest) + ground};
}

Strip axis(const TimeGrid& grid) {
  Strip strip{.label = {}, .title = "Time since the start", .description = {}, .height = 22, .content = {}};
  for (const AxisMark& mark : time_marks(grid)) {
    strip.content += element("text",
                             {{"x", percent(mark.position)},
                              {"y", "17"},
                              {"text-anchor", "middle"},
                              {"class", "axis"},
                              {"fill", "currentColor"}},
                             text(mark.label));
  }
  return strip;
}

Markup picture(const RunView& view, const std::vector<ErrorClass>& classes) {
  std::uint64_t highest = 0;
  for (const ErrorClass& one : classes) highest = std::max(highest, one.peak);
  Markup lanes;
  for (const ErrorClass& one : classes) lanes += drawn(lane(one, view, highest));
  return element(
      "figure", {{"class", "chart"}},
      lanes + drawn(axis(view.grid)) +
          element("figcaption",
                  text(fmt::format(
                      "Failed requests by the class of the answer, each column {}; all rows have the same "
                      "height for the same rate.",
                      format_duration(view.grid.bin)))));
}

Markup table_of(const RunView& view, const std::vector<ErrorClass>& classes) {
  const TimeGrid grid = coarser(view.grid, view.table_factor);
  std::vector<HtmlTable::Column> heads = {{"from", Align::right}};
  for (const ErrorClass& one : classes) heads.push_back({one.name(), Align::right});
  HtmlTable table(fmt::format("Failed requests, each row {}", format_duration(grid.bin)), heads);
  for (std::uint32_t row = 0; row < grid.bins; ++row) {
    std::vector<Cell> cells = {Cell(begin_text(grid, row))};
    for (const ErrorClass& one : classes) {
      std::uint64_t sum = 0;
      for (std::size_t i = std::size_t{row} * view.table_factor;
           i < std::min<std::size_t>((std::size_t{row} + 1) * view.table_factor, one.counts.size()); ++i)
        sum += one.counts[i];
      cells.emplace_back(format_count(sum));
    }
    table.add(cells);
  }
  return folded("The numbers as a table", table.markup());
}

Markup examples_of(const RunResult& result) {
  if (result.failures.empty()) return {};
  HtmlTable table("One example of each kind of failure",
                  {{"kind"}, {"requests", Align::right}, {"arm"}, {"step"}, {"example"}, {"where"}});
  std::vector<const FailureExample*> all;
  for (const FailureExample& failure : result.failures) all.push_back(&failure);
  std::stable_sort(all.begin(), all.end(),
                   [](const FailureExample* a, const FailureExample* b) { return a->count > b->count; });
  for (std::size_t i = 0; i < std::min(all.size(), kMostNames); ++i) {
    const FailureExample& failure = *all[i];
    const std::string step = failure.step < result.steps.size() ? result.steps[failure.step].name : "";
    table.add({name(failure.outcome), Cell(format_count(failure.count), static_cast<double>(failure.count)),
               name(failure.arm), step, failure.detail, failure.location});
  }
  return table.markup(true) + more_text(all.size() - std::min(all.size(), kMostNames), "kinds of failures");
}

}  // namespace

Markup errors_section(const RunView& view) {
  if (!view.has_load()) return {};
  const std::vector<ErrorClass> classes = classes_of(view);
  if (classes.empty())
    return section("errors", "Errors", element("p", text("Every judged request was answered as expected.")));
  return section("errors", "Errors",
                 picture(view, classes) + table_of(view, classes) + examples_of(view.result));
}

}  // namespace assay::reports
