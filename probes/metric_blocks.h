// From the answers of a Prometheus to the blocks of server metrics. Pure.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "config/server_metric_spec.h"
#include "model/server_metric.h"
#include "probes/prometheus_answers.h"

namespace assay::probes {

// Blocks of one length, one after the other; the time of the server at the end of the first one.
struct BlockGrid {
  std::vector<MetricBlock> blocks;  // empty ones
  double first_end_s = 0;           // since 1970
  Nanos block{0};

  // Which block a point of a range query ends; none where it lies on no border.
  std::optional<std::size_t> index_of(double at_s) const;
};

// What one arm's queries answered, for the blocks of one grid.
struct ArmAnswer {
  PromResult range, errors;
};

// Whose answer it is, and which of the metric's blocks it is about.
struct BlockPlace {
  const config::ServerMetricSpec& spec;
  Arm arm;
  const BlockGrid& grid;
  std::size_t first;  // block of the metric in this grid

  ArmBlock& block(ServerMetric& metric, std::size_t k) const { return metric.blocks[first + k].arm(arm); }
};

// Puts an arm's answer into the metric's blocks; says what is wrong with it, or nothing. Sets
// `metric.bounds` from the first histogram that it sees.
std::string put_blocks(const BlockPlace& place, const ArmAnswer& answer, ServerMetric& metric);

}  // namespace assay::probes
