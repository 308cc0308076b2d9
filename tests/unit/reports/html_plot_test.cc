#include "reports/html_plot.h"

#include <doctest/doctest.h>

namespace assay::reports {
namespace {

std::string drawn_curve(std::vector<std::optional<CurvePoint>> points) {
  Plot plot;
  Curve curve;
  curve.dash = "7 3";
  curve.points = std::move(points);
  plot.curves = {curve};
  return drawn(plot).str();
}

TEST_CASE("plot: a point between two gaps is a dot, since a dashed line without length shows nothing") {
  const CurvePoint point{0.5, 0.5};
  const std::string alone = drawn_curve({point, std::nullopt, point, point});
  CHECK(alone.find("d=\"M1000 1000h0\" vector-effect=\"non-scaling-stroke\" stroke-linejoin=\"round\" "
                   "stroke-linecap=\"round\"") != std::string::npos);
  CHECK(drawn_curve({point, point}).find("h0") == std::string::npos);
}

}  // namespace
}  // namespace assay::reports
