#include "model/merge_health.h"

#include <algorithm>

#include "model/merge_sorted.h"

namespace assay {
namespace {

template <class T>
void add(std::optional<T>& into, const std::optional<T>& part) {
  if (part) into = into.value_or(T{}) + *part;
}

template <class T>
void take_larger(std::optional<T>& into, const std::optional<T>& part) {
  into = std::max(into, part);  // nothing is less than anything
}

void merge_into(MachineSecond& into, const MachineSecond& part) {
  add(into.cpu_ratio, part.cpu_ratio);
  take_larger(into.steal_ratio, part.steal_ratio);
  add(into.segments_sent, part.segments_sent);
  add(into.segments_retransmitted, part.segments_retransmitted);
  add(into.time_wait, part.time_wait);
  take_larger(into.link_ratio, part.link_ratio);
}

void merge_into(HealthSecond& into, const HealthSecond& part) {
  into.intended += part.intended;
  into.started += part.started;
  into.waited += part.waited;
  into.shed += part.shed;
  into.completed += part.completed;
  into.unanswered += part.unanswered;
  into.no_port += part.no_port;
  into.no_file += part.no_file;
  into.in_flight += part.in_flight;
  into.waiting += part.waiting;
  into.sockets += part.sockets;
  into.cpu_ratio += part.cpu_ratio;
  into.busiest_worker_ratio = std::max(into.busiest_worker_ratio, part.busiest_worker_ratio);
  take_larger(into.run_delay_ratio, part.run_delay_ratio);
  into.lag_p50 = std::max(into.lag_p50, part.lag_p50);
  into.lag_p99 = std::max(into.lag_p99, part.lag_p99);
  into.lag_max = std::max(into.lag_max, part.lag_max);
  merge_into(into.machine, part.machine);
}

// A link that says its speed can be judged; one that does not cannot.
bool slower(const LinkFacts& a, const LinkFacts& b) {
  return a.bits_per_s > 0 && (b.bits_per_s == 0 || a.bits_per_s < b.bits_per_s);
}

}  // namespace

void merge_into(GeneratorHealth& into, const GeneratorHealth& part) {
  into.machines += part.machines;
  into.workers += part.workers;
  into.polling = into.polling || part.polling;
  into.intended += part.intended;
  into.started += part.started;
  into.shed += part.shed;
  into.waited += part.waited;
  into.peak_in_flight += part.peak_in_flight;
  into.max_in_flight += part.max_in_flight;
  into.local_ports += part.local_ports;
  if (part.link && (!into.link || slower(*part.link, *into.link))) into.link = part.link;
  into.dispatch_lag.merge(part.dispatch_lag);
  merge_sorted(
      into.seconds, part.seconds, [](const HealthSecond& second) { return second.second; },
      [](HealthSecond& sum, const HealthSecond& second) { merge_into(sum, second); });
}

}  // namespace assay
