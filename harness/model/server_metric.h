// What a time series database (Prometheus) says of the arms, block by block: the target's own metrics beside
// what the load generator measured. Plain structs; collected by probes/server_metrics, judged by verdict.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/arm.h"
#include "model/verdict.h"

namespace assay {

enum class ServerMetricKind : std::uint8_t {
  ratio,     // events among requests, from two counters or from the buckets of a histogram
  quantile,  // of a histogram
  value,     // of any query
};
std::string_view name(ServerMetricKind kind);
std::optional<ServerMetricKind> server_metric_kind_from(std::string_view text);

// One arm in one block. What its kind does not have stays empty; so does all where nothing was known.
struct ArmBlock {
  std::uint64_t requests = 0;          // ratio, quantile
  std::uint64_t events = 0;            // ratio: those of the requests that count against the arm
  std::vector<std::uint64_t> buckets;  // quantile: as many as ServerMetric::bounds, and those above them all
  std::optional<double> value;         // value, in the unit of the metric

  bool operator==(const ArmBlock&) const = default;
};

struct MetricBlock {
  Nanos from{0}, until{0};               // at; the counters' last samples before either end
  std::array<ArmBlock, kArmCount> arms;  // by Arm

  const ArmBlock& arm(Arm which) const { return arms[static_cast<std::size_t>(which)]; }
  ArmBlock& arm(Arm which) { return arms[static_cast<std::size_t>(which)]; }
  bool operator==(const MetricBlock&) const = default;
};

// Where an arm's values came from.
struct MetricSource {
  std::vector<std::string> queries;  // PromQL as it was sent; secrets redacted
  std::string problem;               // why there are none, or why they cannot be trusted; empty: they can

  bool operator==(const MetricSource&) const = default;
};

struct ServerMetric {
  std::string name;
  ServerMetricKind kind = ServerMetricKind::value;
  Unit unit = Unit::none;
  bool more_is_better = false;
  double quantile = 0;         // of kind quantile
  std::vector<double> bounds;  // upper ones of the histogram's buckets, ascending, in `unit`; without +Inf
  Nanos block{0};              // length of one
  std::array<std::optional<MetricSource>, kArmCount> sources;  // by Arm; absent: the gate names no such arm
  std::vector<MetricBlock> blocks;                             // in time; those in judged time only

  const std::optional<MetricSource>& source(Arm arm) const { return sources[static_cast<std::size_t>(arm)]; }
  bool operator==(const ServerMetric&) const = default;
};

}  // namespace assay
