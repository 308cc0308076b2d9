// Server metrics: what the target says of itself, both arms in one picture for each metric.
#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "reports/html_sections.h"
#include "reports/html_table.h"
#include "reports/html_time.h"
#include "reports/metric_points.h"
#include "reports/number_text.h"

namespace assay::reports {
namespace {

constexpr std::size_t kMostPoints = 240, kMostQueries = 8;

std::vector<Arm> arms_of(const ServerMetric& metric) {
  std::vector<Arm> arms;
  for (const Arm arm : {Arm::candidate, Arm::baseline})
    if (metric.source(arm)) arms.push_back(arm);
  return arms;
}

struct Extent {
  double low = 0, high = 0;
  bool beyond_bounds = false;
};

Extent extent_of(const std::vector<MetricPoint>& points) {
  Extent extent;
  for (const MetricPoint& point : points) {
    for (const auto& value : point.arms) {
      if (!value) continue;
      extent.low = std::min(extent.low, value->value);
      extent.high = std::max(extent.high, value->value);
      extent.beyond_bounds = extent.beyond_bounds || value->beyond_bounds;
    }
  }
  return extent;
}

// Marks of bytes are round in the unit that people read them in.
double mark_unit(const ServerMetric& metric, const Extent& extent) {
  double unit = 1;
  while (metric.unit == Unit::bytes && std::max(extent.high, -extent.low) >= 1024 * unit) unit *= 1024;
  return unit;
}

// From zero, so that a difference looks as large as it is.
Scale scale_of(const Extent& extent, double unit) {
  const Scale above = scale_from_zero(extent.high / unit);
  if (extent.low >= 0) return above;
  return Scale::linear(-scale_from_zero(-extent.low / unit).high(), extent.high > 0 ? above.high() : 0);
}

// The axis of the whole run, so that all charts of a page stand under each other.
TimeGrid axis_of(const RunView& view, const ServerMetric& metric) {
  const Nanos end = metric.blocks.empty() ? Nanos{0} : metric.blocks.back().until;
  return {std::max(view.grid.end(), end), 1, 1};
}

std::vector<std::optional<CurvePoint>> curve_of(const std::vector<MetricPoint>& points, Arm arm,
                                                const TimeGrid& axis, const Scale& scale, double unit) {
  std::vector<std::optional<CurvePoint>> curve;
  for (const MetricPoint& point : points) {
    const auto& value = point.arm(arm);
    curve.push_back(value
                        ? std::optional(CurvePoint{axis.position(point.from + (point.until - point.from) / 2),
                                                   scale.position(value->value / unit)})
                        : std::nullopt);
  }
  return curve;
}

std::string kind_words(const ServerMetric& metric) {
  switch (metric.kind) {
    case ServerMetricKind::ratio:
      return "share of requests";
    case ServerMetricKind::quantile:
      return fmt::format("p{} of a histogram", format_number(metric.quantile * 100));
    case ServerMetricKind::value:
      break;
  }
  return "value of a query";
}

std::string caption_of(const ServerMetric& metric, const std::vector<MetricPoint>& points,
                       const Extent& extent) {
  std::string words =
      fmt::format("What monitoring tells of the target, {}; each point is {}.", kind_words(metric),
                  format_duration(points.front().until - points.front().from));
  words += metric.more_is_better ? " More is better." : " Less is better.";
  if (extent.beyond_bounds && !metric.bounds.empty())
    words += fmt::format(" What lies above all buckets is drawn at the highest bound, {}.",
                         value_text(metric.bounds.back(), metric.unit));
  return words;
}

Markup figure_of(const RunView& view, const ServerMetric& metric, const std::vector<MetricPoint>& points) {
  const Extent extent = extent_of(points);
  const double unit = mark_unit(metric, extent);
  const Scale scale = scale_of(extent, unit);
  const TimeGrid axis = axis_of(view, metric);
  const std::string name = clipped(metric.name, 200);
  Plot plot{.title = name + " over time",
            .description = "The numbers are in the table below.",
            .height = 180,
            .x = time_marks(axis),
            .y = value_marks(scale, [&](double value) { return value_text(value * unit, metric.unit); }),
            .bands = axis.end() == view.grid.end() ? warm_up_bands(view) : std::vector<PlotBand>(),
            .curves = {}};
  for (const Arm arm : arms_of(metric))
    plot.curves.push_back({.name = std::string(assay::name(arm)),
                           .ink = ink_of(arm),
                           .width = 2,
                           .dash = std::string(dash_of(arm)),
                           .label = {},
                           .points = curve_of(points, arm, axis, scale, unit)});
  return element("figure", {{"class", "chart"}},
                 element("h3", text(name)) + legend(plot.curves) + drawn(plot) +
                     element("figcaption", text(caption_of(metric, points, extent))));
}

Cell cell_of(const std::optional<MetricValue>& value, Unit unit) {
  if (!value) return Cell("");
  return Cell((value->beyond_bounds ? "over " : "") + value_text(value->value, unit));
}

Markup table_of(const ServerMetric& metric) {
  const std::vector<MetricPoint> points = metric_points(metric, kMostRows);
  std::vector<HtmlTable::Column> heads = {{"from", Align::right}, {"until", Align::right}};
  for (const Arm arm : arms_of(metric)) heads.push_back({std::string(name(arm)), Align::right});
  HtmlTable table(clipped(metric.name, 200) + ", times since the load began", heads);
  for (const MetricPoint& point : points) {
    std::vector<Cell> cells = {Cell(format_duration(point.from)), Cell(format_duration(point.until))};
    for (const Arm arm : arms_of(metric)) cells.push_back(cell_of(point.arm(arm), metric.unit));
    table.add(cells);
  }
  return folded("The numbers as a table", table.markup());
}

Markup problems_of(const ServerMetric& metric) {
  Markup items;
  for (const Arm arm : arms_of(metric)) {
    const std::string& problem = metric.source(arm)->problem;
    if (!problem.empty())
      items += element("li", text(fmt::format("{}: {}", name(arm), clipped(problem, 1200))));
  }
  return items.empty() ? items : element("ul", {{"class", "problems"}}, items);
}

Markup queries_of(const ServerMetric& metric) {
  FactList facts;
  std::size_t shown = 0, all = 0;
  for (const Arm arm : arms_of(metric)) {
    for (const std::string& query : metric.source(arm)->queries) {
      ++all;
      if (shown == kMostQueries) continue;
      ++shown;
      facts.add(name(arm), element("code", text(clipped(query, 1200))));
    }
  }
  if (all == 0) return {};
  return folded("The queries", facts.markup() + more_text(all - shown, "queries"));
}

Markup metric_markup(const RunView& view, const ServerMetric& metric) {
  const std::vector<MetricPoint> points = metric_points(metric, kMostPoints);
  const bool known = std::any_of(points.begin(), points.end(), [](const MetricPoint& point) {
    return std::any_of(point.arms.begin(), point.arms.end(),
                       [](const auto& value) { return value.has_value(); });
  });
  if (!known)
    return element("h3", text(clipped(metric.name, 200))) +
           element("p", {{"class", "note"}}, text("Nothing was known of it while the run was judged.")) +
           problems_of(metric) + queries_of(metric);
  return figure_of(view, metric, points) + problems_of(metric) + table_of(metric) + queries_of(metric);
}

}  // namespace

Markup server_metrics_section(const RunView& view) {
  const std::vector<ServerMetric>& metrics = view.result.server_metrics;
  const std::size_t shown = std::min(metrics.size(), kMostNames / kArmCount);
  Markup content;
  for (std::size_t i = 0; i < shown; ++i) content += metric_markup(view, metrics[i]);
  return section("server-metrics", "Server metrics", content + more_text(metrics.size() - shown, "metrics"));
}

}  // namespace assay::reports
