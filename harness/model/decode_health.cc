#include "model/json_decode.h"

namespace assay {
namespace {

void decode(const JsonNode& node, MachineSecond& into) {
  node.read("cpu_ratio", into.cpu_ratio);
  node.read("steal_ratio", into.steal_ratio);
  node.read("segments_sent", into.segments_sent);
  node.read("segments_retransmitted", into.segments_retransmitted);
  node.read("time_wait", into.time_wait);
  node.read("link_ratio", into.link_ratio);
}

void decode(const JsonNode& node, HealthSecond& into) {
  node.read("second", into.second);
  node.read("intended", into.intended);
  node.read("started", into.started);
  node.read("waited", into.waited);
  node.read("shed", into.shed);
  node.read("completed", into.completed);
  node.read("unanswered", into.unanswered);
  node.read("no_local_port", into.no_port);
  node.read("no_file", into.no_file);
  node.read("in_flight", into.in_flight);
  node.read("waiting", into.waiting);
  node.read("sockets", into.sockets);
  node.read("cpu_ratio", into.cpu_ratio);
  node.read("busiest_worker_ratio", into.busiest_worker_ratio);
  node.read("run_delay_ratio", into.run_delay_ratio);
  node.read("lag_p50_ns", into.lag_p50);
  node.read("lag_p99_ns", into.lag_p99);
  node.read("lag_max_ns", into.lag_max);
  decode(node.at("machine"), into.machine);
}

void decode(const JsonNode& node, LinkFacts& into) {
  node.read("name", into.name);
  node.read("bits_per_s", into.bits_per_s);
}

}  // namespace

void decode(const JsonNode& node, GeneratorHealth& into) {
  node.read("machines", into.machines);
  node.read("workers", into.workers);
  node.read("polling", into.polling);
  node.read("intended", into.intended);
  node.read("started", into.started);
  node.read("shed", into.shed);
  node.read("waited", into.waited);
  node.read("peak_in_flight", into.peak_in_flight);
  node.read("max_in_flight", into.max_in_flight);
  node.read("local_ports", into.local_ports);
  if (node.has("link")) decode(node.at("link"), into.link.emplace());
  decode(node.at("dispatch_lag"), into.dispatch_lag);
  const JsonNode seconds = node.at("seconds");
  into.seconds.resize(seconds.size());
  for (std::size_t i = 0; i < into.seconds.size(); ++i) decode(seconds.item(i), into.seconds[i]);
}

}  // namespace assay
