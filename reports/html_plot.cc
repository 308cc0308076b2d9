#include "reports/html_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay::reports {
namespace {

// Room for the letters of the axes, in px.
constexpr int kLeft = 68, kRight = 48, kTop = 10, kBottom = 26;
constexpr int kUnits = 2000;     // of the curves' own coordinates, in both directions
constexpr int kLineHeight = 16;  // of labels beside each other

Markup line(const std::string& x1, const std::string& x2, const std::string& y1, const std::string& y2,
            const Attributes& look) {
  return element("line", joined({{"x1", x1}, {"x2", x2}, {"y1", y1}, {"y2", y2}}, look));
}

Attributes grid_look() { return {{"class", "grid"}, {"stroke", "#8c959f"}, {"stroke-opacity", "0.4"}}; }

Markup y_axis(const Plot& plot) {
  Markup made;
  for (const AxisMark& mark : plot.y) {
    const double y = plot.height * (1 - mark.position);
    made += line("0", "100%", coordinate(y), coordinate(y), grid_look());
    made += element("text",
                    {{"x", "-8"},
                     {"y", coordinate(y + 5)},
                     {"text-anchor", "end"},
                     {"class", "axis"},
                     {"fill", "currentColor"}},
                    text(mark.label));
  }
  return made;
}

Markup x_axis(const Plot& plot) {
  Markup made;
  for (const AxisMark& mark : plot.x) {
    const std::string x = percent(mark.position);
    made += line(x, x, std::to_string(plot.height), std::to_string(plot.height + 5), grid_look());
    made += element("text",
                    {{"x", x},
                     {"y", std::to_string(plot.height + 21)},
                     {"text-anchor", "middle"},
                     {"class", "axis"},
                     {"fill", "currentColor"}},
                    text(mark.label));
  }
  return made;
}

// Never thinner than what an eye finds.
Markup band(const PlotBand& shown, int height) {
  const auto look = joined(filled(shown.ink), {{"fill-opacity", coordinate(shown.opacity)}});
  const std::string x = percent(shown.from), h = std::to_string(height);
  const Markup title = shown.title.empty() ? Markup() : element("title", text(shown.title));
  Markup made = element(
      "rect",
      joined({{"x", x}, {"y", "0"}, {"width", percent(shown.until - shown.from)}, {"height", h}}, look),
      title);
  if (shown.ink != Ink::muted)
    made += line(x, x, "0", h, joined(stroked(shown.ink, 1.5), {{"stroke-opacity", "0.8"}}));
  return made;
}

using CurvePoints = std::vector<std::optional<CurvePoint>>;

int units(double share) { return static_cast<int>(std::lround(share * kUnits)); }

// Relative steps: half as long as the points themselves.
std::string path_of(const CurvePoints& points) {
  std::string path;
  bool drawing = false;
  int x = 0, y = 0;
  for (const auto& point : points) {
    if (!point) {
      drawing = false;
      continue;
    }
    const int to_x = units(point->x), to_y = units(1 - point->y);
    path += drawing ? fmt::format("l{} {}", to_x - x, to_y - y) : fmt::format("M{} {}", to_x, to_y);
    drawing = true;
    x = to_x;
    y = to_y;
  }
  return path;
}

// Of points between two gaps there is no line; the round ends of one without length make a dot.
std::string dots_of(const CurvePoints& points) {
  std::string path;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const bool before = i > 0 && points[i - 1], after = i + 1 < points.size() && points[i + 1];
    if (points[i] && !before && !after)
      path += fmt::format("M{} {}h0", units(points[i]->x), units(1 - points[i]->y));
  }
  return path;
}

Markup stroke(const std::string& path, const char* ends, const Attributes& look) {
  return element("path", joined({{"d", path},
                                 {"vector-effect", "non-scaling-stroke"},
                                 {"stroke-linejoin", "round"},
                                 {"stroke-linecap", ends}},
                                look));
}

Markup curve(const Curve& shown) {
  Attributes look = stroked(shown.ink, shown.width);
  if (!shown.dash.empty()) look.push_back({"stroke-dasharray", shown.dash});
  const Markup line = stroke(path_of(shown.points), shown.dash.empty() ? "round" : "butt", look);
  const std::string dots = dots_of(shown.points);
  return dots.empty() ? line : line + stroke(dots, "round", stroked(shown.ink, 2 * shown.width + 1));
}

Markup curves(const Plot& plot) {
  Markup inside;
  for (const Curve& shown : plot.curves) inside += curve(shown);
  return element("svg",
                 {{"viewBox", fmt::format("0 0 {0} {0}", kUnits)},
                  {"preserveAspectRatio", "none"},
                  {"width", "100%"},
                  {"height", std::to_string(plot.height)},
                  {"overflow", "visible"}},
                 inside);
}

struct EndLabel {
  double y = 0;  // in px, of its base line
  Ink ink = Ink::strong;
  std::string text;
};

// Two ends of the same label at nearly the same height share one.
std::vector<EndLabel> end_labels(const Plot& plot) {
  std::vector<EndLabel> labels;
  for (const Curve& shown : plot.curves) {
    const auto last =
        std::find_if(shown.points.rbegin(), shown.points.rend(), [](const auto& p) { return p.has_value(); });
    if (shown.label.empty() || last == shown.points.rend()) continue;
    const double y = plot.height * (1 - (*last)->y) + 5;
    const auto twin = std::find_if(labels.begin(), labels.end(), [&](const EndLabel& other) {
      return other.text == shown.label && std::abs(other.y - y) < kLineHeight;
    });
    if (twin == labels.end()) {
      labels.push_back({y, shown.ink, shown.label});
    } else {
      *twin = {(twin->y + y) / 2, Ink::strong, shown.label};
    }
  }
  return labels;
}

// Pushes labels apart from the top downwards, then back up where the last ones left the frame.
void spread(std::vector<EndLabel>& labels, double height) {
  std::sort(labels.begin(), labels.end(), [](const EndLabel& a, const EndLabel& b) { return a.y < b.y; });
  for (std::size_t i = 1; i < labels.size(); ++i)
    labels[i].y = std::max(labels[i].y, labels[i - 1].y + kLineHeight);
  double lowest = height + 5;
  for (auto label = labels.rbegin(); label != labels.rend(); ++label, lowest -= kLineHeight)
    label->y = std::min(label->y, lowest);
}

Markup end_texts(const Plot& plot) {
  std::vector<EndLabel> labels = end_labels(plot);
  spread(labels, plot.height);
  Markup made;
  for (const EndLabel& label : labels) {
    made +=
        element("text", joined({{"x", "100%"}, {"dx", "8"}, {"y", coordinate(label.y)}}, filled(label.ink)),
                text(label.text));
  }
  return made;
}

// The picture grows with the page, the room on both sides does not. Only a table can do that without a style
// sheet, and no SVG can.
Markup framed(const std::string& title, const std::string& description, int height, const Markup& inside) {
  const Markup picture = element("svg",
                                 {{"width", "100%"},
                                  {"height", std::to_string(height)},
                                  {"role", "img"},
                                  {"font-family", "sans-serif"},
                                  {"font-size", "14"},
                                  {"overflow", "visible"}},
                                 element("title", text(title)) + element("desc", text(description)) + inside);
  const auto room = [](int width) { return element("td", {{"width", std::to_string(width)}}, Markup()); };
  return element("table",
                 {{"class", "frame"},
                  {"role", "presentation"},
                  {"width", "100%"},
                  {"cellspacing", "0"},
                  {"cellpadding", "0"}},
                 element("tr", room(kLeft) + element("td", picture) + room(kRight)));
}

}  // namespace

Markup drawn(const Plot& plot) {
  Markup inside;
  for (const PlotBand& shown : plot.bands) inside += band(shown, plot.height);
  inside += y_axis(plot) + x_axis(plot) + curves(plot) + end_texts(plot);
  return framed(plot.title, plot.description, kTop + plot.height + kBottom,
                element("g", {{"transform", fmt::format("translate(0 {})", kTop)}}, inside));
}

Markup drawn(const Strip& strip) {
  const Markup label =
      strip.label.empty() ? Markup() : element("div", {{"class", "lane"}}, text(strip.label));
  return label + framed(strip.title, strip.description, strip.height, strip.content);
}

Markup legend(const std::vector<Curve>& entries) {
  Markup items;
  for (const Curve& entry : entries) {
    Attributes look = stroked(entry.ink, entry.width);
    if (!entry.dash.empty()) look.push_back({"stroke-dasharray", entry.dash});
    const Markup sample = element("svg", {{"width", "34"}, {"height", "12"}, {"aria-hidden", "true"}},
                                  line("1", "33", "6", "6", look));
    items += element("li", sample + text(" ") + text(entry.name));
  }
  return element("ul", {{"class", "legend"}}, items);
}

}  // namespace assay::reports
