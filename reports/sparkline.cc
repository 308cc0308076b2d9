#include "reports/sparkline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace assay::reports {

std::string sparkline(std::span<const double> values, double top) {
  constexpr std::array<std::string_view, 8> kBars = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  std::string line;
  for (const double value : values) {
    if (!(value > 0) || !(top > 0)) {
      line += ' ';
      continue;
    }
    const double height = std::ceil(std::min(value / top, 1.0) * static_cast<double>(kBars.size()));
    line += kBars[static_cast<std::size_t>(std::max(height, 1.0)) - 1];
  }
  return line;
}

}  // namespace assay::reports
