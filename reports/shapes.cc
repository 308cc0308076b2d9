#include "reports/shapes.h"

#include <array>

namespace assay::reports {

std::string_view shape_of(Grade grade) {
  constexpr std::array<std::string_view, 4> kShapes = {"●", "■", "◇", "▲"};
  return kShapes[static_cast<std::size_t>(grade)];
}

std::string_view shape_of(FindingState state) {
  constexpr std::array<std::string_view, 6> kShapes = {"●", "■", "◇", "◇", "▲", "·"};
  return kShapes[static_cast<std::size_t>(state)];
}

std::string_view shape_of(ProbeState state) {
  constexpr std::array<std::string_view, 5> kShapes = {"●", "◆", "■", "◇", "·"};
  return kShapes[static_cast<std::size_t>(state)];
}

}  // namespace assay::reports
