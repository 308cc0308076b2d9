#include "model/merge_health.h"

#include <algorithm>

#include "model/merge_sorted.h"

namespace assay {
namespace {

void merge_into(HealthSecond& into, const HealthSecond& part) {
  into.intended += part.intended;
  into.started += part.started;
  into.completed += part.completed;
  into.in_flight += part.in_flight;
  into.waiting += part.waiting;
  into.sockets += part.sockets;
  into.cpu_ratio += part.cpu_ratio;
  into.busiest_worker_ratio = std::max(into.busiest_worker_ratio, part.busiest_worker_ratio);
  into.lag_p50 = std::max(into.lag_p50, part.lag_p50);
  into.lag_p99 = std::max(into.lag_p99, part.lag_p99);
  into.lag_max = std::max(into.lag_max, part.lag_max);
}

}  // namespace

void merge_into(GeneratorHealth& into, const GeneratorHealth& part) {
  into.workers += part.workers;
  into.intended += part.intended;
  into.started += part.started;
  into.shed += part.shed;
  into.waited += part.waited;
  into.peak_in_flight += part.peak_in_flight;
  into.max_in_flight += part.max_in_flight;
  into.dispatch_lag.merge(part.dispatch_lag);
  merge_sorted(
      into.seconds, part.seconds, [](const HealthSecond& second) { return second.second; },
      [](HealthSecond& sum, const HealthSecond& second) { merge_into(sum, second); });
}

}  // namespace assay
