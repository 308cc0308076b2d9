// What a server metric says over time: its blocks joined to as many points as a chart or a table can show.
// Counts are added up and quantiles taken of the sum; only values, which have no counts, are averaged. Pure;
// times are "at".
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "model/server_metric.h"

namespace assay::reports {

struct MetricValue {
  double value = 0;            // in the unit of the metric
  bool beyond_bounds = false;  // of a histogram: more than `value`, which is its highest bound
};

struct MetricPoint {
  Nanos from{0}, until{0};
  std::array<std::optional<MetricValue>, kArmCount> arms;  // by Arm; absent: nothing was known

  const std::optional<MetricValue>& arm(Arm which) const { return arms[static_cast<std::size_t>(which)]; }
};

// At most `most` (at least 1), each of the same number of blocks but for the last.
std::vector<MetricPoint> metric_points(const ServerMetric& metric, std::size_t most);

}  // namespace assay::reports
