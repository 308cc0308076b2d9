#include <nlohmann/json.hpp>

#include "model/json_encode.h"

namespace assay {
namespace {

template <class T>
void put(Json& into, const char* key, const std::optional<T>& value) {
  if (value) into[key] = *value;
}

Json encode(const MachineSecond& machine) {
  Json made = Json::object();
  put(made, "cpu_ratio", machine.cpu_ratio);
  put(made, "steal_ratio", machine.steal_ratio);
  put(made, "segments_sent", machine.segments_sent);
  put(made, "segments_retransmitted", machine.segments_retransmitted);
  put(made, "time_wait", machine.time_wait);
  put(made, "link_ratio", machine.link_ratio);
  return made;
}

Json encode(const HealthSecond& second) {
  Json made = {{"second", second.second},
               {"intended", second.intended},
               {"started", second.started},
               {"waited", second.waited},
               {"shed", second.shed},
               {"completed", second.completed},
               {"unanswered", second.unanswered},
               {"no_local_port", second.no_port},
               {"no_file", second.no_file},
               {"in_flight", second.in_flight},
               {"waiting", second.waiting},
               {"sockets", second.sockets},
               {"cpu_ratio", encode_number(second.cpu_ratio)},
               {"busiest_worker_ratio", encode_number(second.busiest_worker_ratio)},
               {"lag_p50_ns", second.lag_p50.count()},
               {"lag_p99_ns", second.lag_p99.count()},
               {"lag_max_ns", second.lag_max.count()},
               {"machine", encode(second.machine)}};
  put(made, "run_delay_ratio", second.run_delay_ratio);
  return made;
}

}  // namespace

Json encode(const GeneratorHealth& health) {
  Json seconds = Json::array();
  for (const HealthSecond& second : health.seconds) seconds.push_back(encode(second));
  Json made = {{"machines", health.machines},
               {"workers", health.workers},
               {"polling", health.polling},
               {"intended", health.intended},
               {"started", health.started},
               {"shed", health.shed},
               {"waited", health.waited},
               {"peak_in_flight", health.peak_in_flight},
               {"max_in_flight", health.max_in_flight},
               {"local_ports", health.local_ports},
               {"dispatch_lag", encode(health.dispatch_lag)},
               {"seconds", std::move(seconds)}};
  if (health.link) made["link"] = {{"name", health.link->name}, {"bits_per_s", health.link->bits_per_s}};
  return made;
}

}  // namespace assay
