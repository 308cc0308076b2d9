#include "reports/trend_report.h"

#include <algorithm>
#include <array>

namespace assay::reports {
namespace {

constexpr std::array<TrendFormat, 4> kFormats = {{
    {"terminal", "changes, a line for each metric, the newest runs", write_trend_terminal},
    {"json", "all runs and levels for programs", write_trend_json},
    {"html", "one page for people, complete without script and network", write_trend_html},
    {"csv", "one row for each level, for spreadsheets", write_trend_csv},
}};

}  // namespace

std::span<const TrendFormat> trend_formats() { return kFormats; }

const TrendFormat* find_trend_format(std::string_view name) {
  const auto* const found = std::find_if(kFormats.begin(), kFormats.end(),
                                         [&](const TrendFormat& format) { return format.name == name; });
  return found == kFormats.end() ? nullptr : found;
}

}  // namespace assay::reports
