// Response time over time: p50, p95 and p99 of both arms in one picture, with what else happened.
#include <fmt/format.h>

#include <array>
#include <limits>
#include <utility>

#include "reports/html_sections.h"
#include "reports/html_table.h"
#include "reports/html_time.h"
#include "reports/number_text.h"

namespace assay::reports {
namespace {

struct Level {
  const char* name;
  double quantile, width;
};
constexpr std::array<Level, 3> kLevels = {{{"p50", 0.50, 1}, {"p95", 0.95, 1.5}, {"p99", 0.99, 2.4}}};
constexpr std::size_t kMostLanes = 8;

struct LevelLine {
  Arm arm;
  const Level* level;
  Values values;  // ns

  std::string name() const { return fmt::format("{} {}", assay::name(arm), level->name); }
};

Values quantiles(const std::vector<LatencyBin>& bins, double q) {
  Values values(bins.size());
  for (std::size_t i = 0; i < bins.size(); ++i)
    if (!bins[i].response_time.empty()) values[i] = static_cast<double>(bins[i].response_time.quantile(q));
  return values;
}

std::vector<LevelLine> lines_of(const RunView& view) {
  std::vector<LevelLine> lines;
  for (const Level& level : kLevels)
    for (const Arm arm : view.arms())
      lines.push_back({arm, &level, quantiles(view.bins_of(arm), level.quantile)});
  return lines;
}

Scale scale_of(const std::vector<LevelLine>& lines) {
  double lowest = std::numeric_limits<double>::infinity(), highest = 0;
  for (const LevelLine& line : lines) {
    for (const auto& value : line.values) {
      if (!value) continue;
      lowest = std::min(lowest, std::max(*value, 1.0));
      highest = std::max(highest, *value);
    }
  }
  return scale_around(lowest, highest);
}

Plot plot_of(const RunView& view, const std::vector<LevelLine>& lines, const std::vector<EventLane>& lanes) {
  const Scale scale = scale_of(lines);
  Plot plot{.title = "Response time over time",
            .description =
                "p50, p95 and p99 of each arm on a logarithmic axis. The numbers are in the table below.",
            .height = 280,
            .x = time_marks(view.grid),
            .y = value_marks(scale, duration_text),
            .bands = warm_up_bands(view),
            .curves = {}};
  for (PlotBand& band : event_bands(lanes, view.grid)) plot.bands.push_back(std::move(band));
  for (const LevelLine& line : lines) {
    plot.curves.push_back({.name = line.name(),
                           .ink = ink_of(line.arm),
                           .width = line.level->width,
                           .dash = std::string(dash_of(line.arm)),
                           .label = line.level->name,
                           .points = points_of(line.values, scale)});
  }
  return plot;
}

Markup legend_of(const RunView& view) {
  std::vector<Curve> entries;
  for (const Arm arm : view.arms()) {
    const std::string words = arm == Arm::candidate ? "candidate (dashed)" : "baseline (solid)";
    entries.push_back({.name = view.summary.offered_to_baseline ? words : "candidate",
                       .ink = ink_of(arm),
                       .width = 2,
                       .dash = std::string(dash_of(arm)),
                       .label = {},
                       .points = {}});
  }
  return legend(entries);
}

std::string caption_of(const RunView& view, const std::vector<EventLane>& lanes) {
  std::string words =
      fmt::format("Each point is {}. The heavier the line, the higher the percentile: p50, p95, p99.",
                  format_duration(view.grid.bin));
  const bool warm_up = !warm_up_bands(view).empty();
  if (warm_up) words += " Grey: warm-up, not judged.";
  if (!lanes.empty()) words += " Shaded: what is named below the chart.";
  return words + " A gap is time in which no request was judged.";
}

std::vector<HtmlTable::Column> columns_of(const RunView& view) {
  std::vector<HtmlTable::Column> columns = {{"from", Align::right}};
  for (const Arm arm : view.arms()) {
    const std::string who(name(arm));
    for (const char* what : {" requests", " failed", " p50", " p95", " p99"})
      columns.push_back({who + what, Align::right});
  }
  return columns;
}

void add_arm(std::vector<Cell>& cells, const LatencyBin& bin) {
  cells.emplace_back(format_count(bin.count));
  cells.emplace_back(format_count(bin.failed));
  for (const Level& level : kLevels)
    cells.emplace_back(
        bin.count == 0 ? "" : duration_text(static_cast<double>(bin.response_time.quantile(level.quantile))));
}

Markup table_of(const RunView& view) {
  const TimeGrid grid = coarser(view.grid, view.table_factor);
  HtmlTable table(fmt::format("Response time, each row {}", format_duration(grid.bin)), columns_of(view));
  std::vector<std::vector<LatencyBin>> arms;
  for (const Arm arm : view.arms()) arms.push_back(coarser(view.bins_of(arm), view.table_factor));
  for (std::uint32_t i = 0; i < grid.bins; ++i) {
    std::vector<Cell> cells = {Cell(begin_text(grid, i))};
    for (const auto& bins : arms) add_arm(cells, bins[i]);
    table.add(cells);
  }
  return folded("The numbers as a table", table.markup());
}

Markup zoom_of(const Plot& plot, const RunView& view, const std::vector<LevelLine>& lines) {
  std::vector<const Values*> values;
  for (const LevelLine& line : lines) values.push_back(&line.values);
  return zoom_data(plot, view.grid, scale_of(lines), {"ms", 1e-6}, values);
}

}  // namespace

Markup latency_section(const RunView& view) {
  if (!view.has_load()) return {};
  const std::vector<LevelLine> lines = lines_of(view);
  const std::vector<EventLane> lanes = event_lanes(view.record, view.grid.end(), kMostLanes);
  const Plot plot = plot_of(view, lines, lanes);
  const Markup figure =
      element("figure", {{"class", "chart"}},
              legend_of(view) + drawn(plot) + drawn(lanes, view.grid) + zoom_of(plot, view, lines) +
                  element("figcaption", text(caption_of(view, lanes))));
  return section("latency", "Response time over the run", figure + table_of(view));
}

}  // namespace assay::reports
