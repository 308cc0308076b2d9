#include "reports/html_time.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/units.h"

namespace assay::reports {
namespace {

constexpr int kTrackHeight = 14;

Ink ink_of(EventKind kind) {
  switch (kind) {
    case EventKind::outage:
    case EventKind::firing:
      return Ink::bad;
    case EventKind::pending:
    case EventKind::window:
      return Ink::doubtful;
    case EventKind::ended:
      break;
  }
  return Ink::muted;
}

Attributes box(const RunEvent& event, const TimeGrid& grid) {
  const double from = grid.position(event.from), until = grid.position(event.until);
  return {{"x", percent(from)},
          {"y", "0"},
          {"width", percent(until - from)},
          {"height", std::to_string(kTrackHeight)}};
}

// What waits is hollow, what burns is solid; and each has a cap that no width can hide.
Markup track(const RunEvent& event, const TimeGrid& grid) {
  const Ink ink = ink_of(event.kind);
  const bool solid = event.kind == EventKind::outage || event.kind == EventKind::firing;
  const std::string x = percent(grid.position(event.from));
  const Attributes cap = {{"x1", x}, {"x2", x}, {"y1", "0"}, {"y2", std::to_string(kTrackHeight)}};
  return element("rect", joined(box(event, grid), solid ? filled(ink) : stroked(ink, 2)),
                 element("title", text(event.words))) +
         element("line", joined(cap, stroked(ink, 3)));
}

Markup tracks(const EventLane& lane, const TimeGrid& grid) {
  const std::string base = std::to_string(kTrackHeight);
  Markup made = element("line", {{"x1", "0"},
                                 {"x2", "100%"},
                                 {"y1", base},
                                 {"y2", base},
                                 {"class", "grid"},
                                 {"stroke", "#8c959f"},
                                 {"stroke-opacity", "0.4"}});
  for (const RunEvent& event : lane.events) made += track(event, grid);
  return made;
}

using nlohmann::ordered_json;

// What a pointer can read off.
double readable(double value) { return std::stod(fmt::format("{:.4g}", value)); }

ordered_json numbers_of(const Values& values, double factor) {
  ordered_json numbers = ordered_json::array();
  for (const auto& value : values)
    numbers.push_back(value ? ordered_json(readable(*value * factor)) : ordered_json(nullptr));
  return numbers;
}

}  // namespace

std::vector<AxisMark> time_marks(const TimeGrid& grid) {
  constexpr int kMostMarks = 6;  // that fit on a telephone
  std::vector<AxisMark> marks;
  for (const Nanos mark : time_ticks(grid.end(), kMostMarks))
    marks.push_back({grid.position(mark), mark == Nanos{0} ? "0" : format_duration(mark)});
  return marks;
}

std::vector<AxisMark> value_marks(const Scale& scale, const std::function<std::string(double)>& words) {
  constexpr int kMostMarks = 6;
  std::vector<AxisMark> marks;
  for (const double mark : ticks(scale, kMostMarks)) marks.push_back({scale.position(mark), words(mark)});
  return marks;
}

std::vector<std::optional<CurvePoint>> points_of(const Values& values, const Scale& scale) {
  std::vector<std::optional<CurvePoint>> points(values.size());
  const auto count = static_cast<double>(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i]) points[i] = CurvePoint{(static_cast<double>(i) + 0.5) / count, scale.position(*values[i])};
  return points;
}

std::vector<PlotBand> warm_up_bands(const RunView& view) {
  std::vector<PlotBand> bands;
  for (const LoadPhaseFacts& phase : view.result.load) {
    if (phase.warm_up <= Nanos{0} || bands.size() == kMostNames) continue;
    bands.push_back({view.grid.position(phase.start), view.grid.position(phase.start + phase.warm_up),
                     Ink::muted, 0.12, "warm-up: offered, not judged"});
  }
  return bands;
}

std::vector<PlotBand> event_bands(const std::vector<EventLane>& lanes, const TimeGrid& grid) {
  std::vector<PlotBand> bands;
  for (const EventLane& lane : lanes) {
    for (const RunEvent& event : lane.events) {
      const bool worth = event.kind == EventKind::outage || event.kind == EventKind::firing ||
                         event.kind == EventKind::pending;
      if (worth)
        bands.push_back({grid.position(event.from), grid.position(event.until), ink_of(event.kind),
                         event.kind == EventKind::outage ? 0.2 : 0.09,
                         clipped(lane.name, 200) + ": " + clipped(event.words, 200)});
    }
  }
  return bands;
}

Markup drawn(const std::vector<EventLane>& lanes, const TimeGrid& grid) {
  Markup made;
  for (const EventLane& lane : lanes) {
    const std::string words = clipped(lane.name, 200);
    made += drawn(Strip{.label = words,
                        .title = words,
                        .description = {},
                        .height = kTrackHeight + 1,
                        .content = tracks(lane, grid)});
  }
  return made;
}

std::string begin_text(const TimeGrid& grid, std::uint32_t bin) {
  return bin == 0 ? "0" : format_duration(grid.begin_of(bin));
}

Markup zoom_data(const Plot& plot, const TimeGrid& grid, const Scale& scale, const ZoomUnit& unit,
                 const std::vector<const Values*>& values) {
  ordered_json json = {{"bin_s", seconds(grid.bin)},
                       {"log", scale.is_logarithmic()},
                       {"range", {scale.low() * unit.factor, scale.high() * unit.factor}},
                       {"unit", unit.name},
                       {"bands", ordered_json::array()},
                       {"lines", ordered_json::array()}};
  const double length = seconds(grid.end());
  for (const PlotBand& band : plot.bands)
    json["bands"].push_back({{"from", readable(band.from * length)},
                             {"until", readable(band.until * length)},
                             {"ink", name(band.ink)},
                             {"opacity", band.opacity},
                             {"title", plain_text(band.title)}});
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Curve& curve = plot.curves.at(i);
    json["lines"].push_back({{"name", curve.name},
                             {"ink", name(curve.ink)},
                             {"width", curve.width},
                             {"dash", curve.dash},
                             {"values", numbers_of(*values[i], unit.factor)}});
  }
  return element("script", {{"type", "application/json"}, {"class", "zoom"}}, script_data(json.dump()));
}

}  // namespace assay::reports
