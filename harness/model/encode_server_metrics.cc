#include <nlohmann/json.hpp>

#include "model/json_encode.h"

namespace assay {
namespace {

Json encode(const ArmBlock& block, ServerMetricKind kind) {
  switch (kind) {
    case ServerMetricKind::ratio:
      return {block.events, block.requests};
    case ServerMetricKind::quantile:
      return block.buckets;
    case ServerMetricKind::value:
      break;
  }
  return block.value ? encode_number(*block.value) : Json();
}

Json encode(const MetricSource& source) { return {{"queries", source.queries}, {"problem", source.problem}}; }

}  // namespace

Json encode(const ServerMetric& metric) {
  Json made = {{"name", metric.name},
               {"kind", name(metric.kind)},
               {"unit", name(metric.unit)},
               {"more_is_better", metric.more_is_better},
               {"block_ns", metric.block.count()}};
  if (metric.kind == ServerMetricKind::quantile) {
    made["quantile"] = metric.quantile;
    made["bounds"] = metric.bounds;
  }
  for (const Arm arm : {Arm::candidate, Arm::baseline})
    if (metric.source(arm)) made["sources"][std::string(name(arm))] = encode(*metric.source(arm));
  Json blocks = Json::array();
  for (const MetricBlock& block : metric.blocks) {
    Json each = {block.from.count(), block.until.count()};
    for (const ArmBlock& arm : block.arms) each.push_back(encode(arm, metric.kind));
    blocks.push_back(std::move(each));
  }
  made["blocks"] = std::move(blocks);
  return made;
}

}  // namespace assay
