#include "reports/html_health_chart.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "reports/html_table.h"

namespace assay::reports {
namespace {

Plot plot_of(const HealthChart& chart, const RunView& view) {
  Plot plot{.title = chart.title,
            .description = chart.caption + " The numbers are in the table below.",
            .height = chart.height,
            .x = time_marks(chart.grid),
            .y = value_marks(chart.scale, chart.words),
            .bands = {},
            .curves = {}};
  for (PlotBand band : warm_up_bands(view)) {
    const double stretch = seconds(view.grid.end()) / seconds(chart.grid.end());
    band.from = std::min(1.0, band.from * stretch);
    band.until = std::min(1.0, band.until * stretch);
    plot.bands.push_back(std::move(band));
  }
  for (const HealthLine& line : chart.lines)
    plot.curves.push_back(
        {line.name, line.ink, line.width, line.dash, "", points_of(line.values, chart.scale)});
  return plot;
}

Markup table_of(const HealthChart& chart) {
  const std::uint32_t factor = (chart.grid.bins + kMostRows - 1) / kMostRows;
  const TimeGrid rows = coarser(chart.grid, factor);
  std::vector<HtmlTable::Column> heads = {{"from", Align::right}};
  for (const HealthLine& line : chart.lines) heads.push_back({line.name, Align::right});
  HtmlTable table(fmt::format("{}, the highest of each {}", chart.title, format_duration(rows.bin)), heads);
  for (std::uint32_t row = 0; row < rows.bins; ++row) {
    std::vector<Cell> cells = {Cell(begin_text(rows, row))};
    for (const HealthLine& line : chart.lines) {
      std::optional<double> highest;
      for (std::size_t i = std::size_t{row} * factor;
           i < std::min<std::size_t>((row + 1UL) * factor, line.values.size()); ++i)
        if (line.values[i]) highest = std::max(highest.value_or(0), *line.values[i]);
      cells.emplace_back(highest ? chart.words(*highest) : "");
    }
    table.add(cells);
  }
  return folded("The numbers as a table", table.markup());
}

Markup zoom_of(const Plot& plot, const HealthChart& chart, const std::string& unit) {
  std::vector<const Values*> values;
  for (const HealthLine& line : chart.lines) values.push_back(&line.values);
  return zoom_data(plot, chart.grid, chart.scale, {unit}, values);
}

}  // namespace

Markup drawn(const HealthChart& chart, const RunView& view, const std::string& zoom_unit) {
  const Plot plot = plot_of(chart, view);
  Markup inside = element("h3", text(chart.title)) + legend(plot.curves) + drawn(plot);
  if (!zoom_unit.empty()) inside += zoom_of(plot, chart, zoom_unit);
  inside += element("figcaption", text(chart.caption));
  return element("figure", {{"class", "chart"}}, inside) + table_of(chart);
}

double highest_of(const std::vector<HealthLine>& lines) {
  double highest = 0;
  for (const HealthLine& line : lines)
    for (const auto& value : line.values) highest = std::max(highest, value.value_or(0));
  return highest;
}

double lowest_of(const std::vector<HealthLine>& lines) {
  double lowest = highest_of(lines);
  for (const HealthLine& line : lines)
    for (const auto& value : line.values)
      if (value && *value > 0) lowest = std::min(lowest, *value);
  return lowest > 0 ? lowest : 1;
}

}  // namespace assay::reports
