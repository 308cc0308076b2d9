#include "model/json_decode.h"

namespace assay {
namespace {

void decode(const JsonNode& node, HealthSecond& into) {
  node.read("second", into.second);
  node.read("intended", into.intended);
  node.read("started", into.started);
  node.read("completed", into.completed);
  node.read("in_flight", into.in_flight);
  node.read("waiting", into.waiting);
  node.read("sockets", into.sockets);
  node.read("cpu_ratio", into.cpu_ratio);
  node.read("busiest_worker_ratio", into.busiest_worker_ratio);
  node.read("lag_p50_ns", into.lag_p50);
  node.read("lag_p99_ns", into.lag_p99);
  node.read("lag_max_ns", into.lag_max);
}

}  // namespace

void decode(const JsonNode& node, GeneratorHealth& into) {
  node.read("workers", into.workers);
  node.read("intended", into.intended);
  node.read("started", into.started);
  node.read("shed", into.shed);
  node.read("waited", into.waited);
  node.read("peak_in_flight", into.peak_in_flight);
  node.read("max_in_flight", into.max_in_flight);
  decode(node.at("dispatch_lag"), into.dispatch_lag);
  const JsonNode seconds = node.at("seconds");
  into.seconds.resize(seconds.size());
  for (std::size_t i = 0; i < into.seconds.size(); ++i) decode(seconds.item(i), into.seconds[i]);
}

}  // namespace assay
