#include "reports/sparkline.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace assay::reports {

std::string_view bar(double share) {
  constexpr std::array<std::string_view, 8> kBars = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const double height = std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(kBars.size()));
  return kBars[static_cast<std::size_t>(std::max(height, 1.0)) - 1];
}

std::string sparkline(std::span<const double> values, double top) {
  std::string line;
  for (const double value : values) line += value > 0 && top > 0 ? bar(value / top) : " ";
  return line;
}

}  // namespace assay::reports
