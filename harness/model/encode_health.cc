#include <nlohmann/json.hpp>

#include "model/json_encode.h"

namespace assay {
namespace {

Json encode(const HealthSecond& second) {
  return {{"second", second.second},
          {"intended", second.intended},
          {"started", second.started},
          {"completed", second.completed},
          {"in_flight", second.in_flight},
          {"waiting", second.waiting},
          {"sockets", second.sockets},
          {"cpu_ratio", encode_number(second.cpu_ratio)},
          {"busiest_worker_ratio", encode_number(second.busiest_worker_ratio)},
          {"lag_p50_ns", second.lag_p50.count()},
          {"lag_p99_ns", second.lag_p99.count()},
          {"lag_max_ns", second.lag_max.count()}};
}

}  // namespace

Json encode(const GeneratorHealth& health) {
  Json seconds = Json::array();
  for (const HealthSecond& second : health.seconds) seconds.push_back(encode(second));
  return {{"workers", health.workers},
          {"intended", health.intended},
          {"started", health.started},
          {"shed", health.shed},
          {"waited", health.waited},
          {"peak_in_flight", health.peak_in_flight},
          {"max_in_flight", health.max_in_flight},
          {"dispatch_lag", encode(health.dispatch_lag)},
          {"seconds", std::move(seconds)}};
}

}  // namespace assay
