// A plot as SVG without a script: a frame that grows with the page while its letters keep their size, curves
// stretched to fit into it, and marks on both axes. Positions are shares of the frame: x from the left, y
// from the bottom. Pure.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "reports/html_ink.h"
#include "reports/html_markup.h"

namespace assay::reports {

struct AxisMark {
  double position = 0;
  std::string label;
};

struct CurvePoint {
  double x = 0, y = 0;
};

struct Curve {
  std::string name;  // "candidate p99"
  Ink ink = Ink::strong;
  double width = 1.5;
  std::string dash;                               // as in stroke-dasharray; empty: solid
  std::string label;                              // at its end; empty: none
  std::vector<std::optional<CurvePoint>> points;  // a gap where nothing was measured
};

// A stretch of x that is marked over the whole height.
struct PlotBand {
  double from = 0, until = 0;
  Ink ink = Ink::bad;
  double opacity = 0.15;
  std::string title;  // shown while a pointer rests on it
};

struct Plot {
  std::string title, description;  // for those who do not see it
  int height = 260;                // of the frame, in px
  std::vector<AxisMark> x, y;
  std::vector<PlotBand> bands;
  std::vector<Curve> curves;
};

Markup drawn(const Plot& plot);

// A frame of the same width for what stands under a plot (lanes of events), `content` in its coordinates.
struct Strip {
  std::string label;               // above it, where it may take several lines; empty: none
  std::string title, description;  // for those who do not see it
  int height = 0;
  Markup content;
};
Markup drawn(const Strip& strip);

// One line for each entry: a piece of the curve and its name.
Markup legend(const std::vector<Curve>& entries);

}  // namespace assay::reports
