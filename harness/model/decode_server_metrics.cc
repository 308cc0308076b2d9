#include <numeric>

#include "model/json_decode.h"

namespace assay {
namespace {

void decode_buckets(const JsonNode& node, std::size_t bounds, ArmBlock& into) {
  into.buckets.resize(node.size());
  for (std::size_t i = 0; i < into.buckets.size(); ++i) node.item(i).read(into.buckets[i]);
  into.requests = std::accumulate(into.buckets.begin(), into.buckets.end(), std::uint64_t{0});
  if (!into.buckets.empty() && into.buckets.size() != bounds + 1)
    node.fail("expected a count for each of the bounds and one more");
}

void decode(const JsonNode& node, const ServerMetric& metric, ArmBlock& into) {
  switch (metric.kind) {
    case ServerMetricKind::ratio:
      node.item(0).read(into.events);
      node.item(1).read(into.requests);
      if (into.events > into.requests) node.fail("there are more events than requests");
      break;
    case ServerMetricKind::quantile:
      decode_buckets(node, metric.bounds.size(), into);
      break;
    case ServerMetricKind::value:
      if (!node.is_null()) node.read(into.value.emplace());
      break;
  }
}

void decode(const JsonNode& node, const ServerMetric& metric, MetricBlock& into) {
  node.item(0).read(into.from);
  node.item(1).read(into.until);
  for (std::size_t i = 0; i < kArmCount; ++i) decode(node.item(2 + i), metric, into.arms[i]);
}

void decode(const JsonNode& node, MetricSource& into) {
  node.read("queries", into.queries);
  node.read("problem", into.problem);
}

}  // namespace

void decode(const JsonNode& node, ServerMetric& into) {
  node.read("name", into.name);
  node.at("kind").read_name(into.kind, server_metric_kind_from);
  node.at("unit").read_name(into.unit, unit_from);
  node.read("more_is_better", into.more_is_better);
  node.read("block_ns", into.block);
  if (into.kind == ServerMetricKind::quantile) {
    node.read("quantile", into.quantile);
    const JsonNode bounds = node.at("bounds");
    into.bounds.resize(bounds.size());
    for (std::size_t i = 0; i < into.bounds.size(); ++i) bounds.item(i).read(into.bounds[i]);
  }
  const JsonNode sources = node.at("sources");
  for (const Arm arm : {Arm::candidate, Arm::baseline})
    if (sources.has(name(arm)))
      decode(sources.at(name(arm)), into.sources[static_cast<std::size_t>(arm)].emplace());
  const JsonNode blocks = node.at("blocks");
  into.blocks.resize(blocks.size());
  for (std::size_t i = 0; i < into.blocks.size(); ++i) decode(blocks.item(i), into, into.blocks[i]);
}

}  // namespace assay
