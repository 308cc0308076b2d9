#include "reports/html_bounds.h"

#include <fmt/format.h>

namespace assay::reports {

Markup within_bounds(const std::vector<Markup>& sections, std::size_t before, std::string_view everything) {
  constexpr std::size_t kMostBytes = 1'200'000;  // of 1.5 MB; script, style sheet and head need the rest
  Markup kept;
  std::size_t left_out = 0;
  for (const Markup& section : sections) {
    const bool fits = before + kept.str().size() + section.str().size() <= kMostBytes;
    if (fits) kept += section;
    left_out += fits ? 0 : 1;
  }
  if (left_out > 0)
    kept += element(
        "p", {{"class", "note"}},
        text(fmt::format("Sections left out because their texts are too long for a page: {}. All of it "
                         "is in {}.",
                         left_out, everything)));
  return kept;
}

}  // namespace assay::reports
