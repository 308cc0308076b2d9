// The formats of `assay report --trend`: one line each in trend_report.cc. Pure functions of a RunTrend;
// names, labels and ids in it are not trusted.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "model/run_trend.h"

namespace assay::reports {

struct TrendOptions {
  bool colour = false, utf8 = true;  // only formats for terminals look at these
};

using TrendWriter = std::string (*)(const RunTrend& trend, const TrendOptions& options);

struct TrendFormat {
  std::string_view name;
  std::string_view purpose;
  TrendWriter write;
};

std::span<const TrendFormat> trend_formats();
const TrendFormat* find_trend_format(std::string_view name);  // null: unknown

// At most 40 lines of 80 columns.
std::string write_trend_terminal(const RunTrend& trend, const TrendOptions& options);
// Every run and every level, with their intervals and changes.
std::string write_trend_json(const RunTrend& trend, const TrendOptions& options);
// One row for each level (RFC 4180).
std::string write_trend_csv(const RunTrend& trend, const TrendOptions& options);
// One page, complete without script, style sheet and network.
std::string write_trend_html(const RunTrend& trend, const TrendOptions& options);

}  // namespace assay::reports
