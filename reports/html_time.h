// What charts over time share: marks of their axes, curves of values bin by bin, and lanes of events. Pure.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "reports/html_plot.h"
#include "reports/run_events.h"
#include "reports/run_view.h"
#include "reports/scale.h"

namespace assay::reports {

using Values = std::vector<std::optional<double>>;  // one for each bin; absent: nothing was measured

std::vector<AxisMark> time_marks(const TimeGrid& grid);
std::vector<AxisMark> value_marks(const Scale& scale, const std::function<std::string(double)>& words);
std::vector<std::optional<CurvePoint>> points_of(const Values& values, const Scale& scale);

// Time that was offered and not judged.
std::vector<PlotBand> warm_up_bands(const RunView& view);
std::vector<PlotBand> event_bands(const std::vector<EventLane>& lanes, const TimeGrid& grid);
Markup drawn(const std::vector<EventLane>& lanes, const TimeGrid& grid);

// "12s" for the first column of a table of bins.
std::string begin_text(const TimeGrid& grid, std::uint32_t bin);

// Numbers for the script that zooms, beside the picture that needs none.
struct ZoomUnit {
  std::string_view name;
  double factor = 1;  // from a value to this unit
};
// `plot`: what the picture shows, for the looks of its curves and for its bands. `values`: of each of its
// curves, in their order.
Markup zoom_data(const Plot& plot, const TimeGrid& grid, const Scale& scale, const ZoomUnit& unit,
                 const std::vector<const Values*>& values);

}  // namespace assay::reports
