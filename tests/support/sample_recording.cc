#include <algorithm>
#include <cmath>
#include <map>

#include "tests/support/sample_traffic.h"

namespace assay::test_support {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t kRead = 1;  // the second step of an iteration; the others begin one

std::size_t position(Metric metric) { return static_cast<std::size_t>(metric); }

SeriesKey key_of(const SyntheticRequest& request) {
  return {.step = request.step,
          .arm = request.arm,
          .status_class = static_cast<std::uint8_t>(request.status / 100),
          .failed = request.outcome != Outcome::ok};
}

SeriesSlot& slot_of(Series& series, std::uint32_t index) {
  if (series.slots.empty() || series.slots.back().index != index) series.slots.emplace_back().index = index;
  return series.slots.back();
}

template <std::size_t kCount>
void record_times(std::array<stats::Histogram, kCount>& times, const SyntheticRequest& request) {
  times[position(Metric::response_time)].record((request.send_lag + request.service_time).count());
  if (request.outcome == Outcome::shed) return;
  times[position(Metric::service_time)].record(request.service_time.count());
  times[position(Metric::send_lag)].record(request.send_lag.count());
}

void record(Series& series, const SyntheticRequest& request, Nanos slot_length) {
  ++series.count;
  ++series.outcomes[static_cast<std::size_t>(request.outcome)];
  record_times(series.times, request);
  SeriesSlot& slot = slot_of(series, static_cast<std::uint32_t>(request.intended / slot_length));
  ++slot.count;
  record_times(slot.times, request);
  if (request.outcome == Outcome::shed) return;

  series.bytes_sent += 180;
  if (request.status != 0) {
    series.bytes_received += request.status == 200 ? 4'200 : 310;
    series.times[position(Metric::first_byte)].record(request.service_time.count() / 10 * 9);
  }
  if (request.new_connection) {
    series.times[position(Metric::connect)].record(250'000 + request.service_time.count() / 100);
    series.times[position(Metric::tls)].record(1'400'000 + request.service_time.count() / 50);
  }
}

std::vector<Series> judged_series(const std::vector<SyntheticRequest>& traffic, Nanos slot_length) {
  std::map<SeriesKey, Series> by_key;
  for (const SyntheticRequest& request : traffic) {
    if (request.intended < kSampleWarmUp) continue;
    Series& series = by_key[key_of(request)];
    series.key = key_of(request);
    record(series, request, slot_length);
  }
  std::vector<Series> all;
  for (auto& [key, series] : by_key) all.push_back(std::move(series));
  return all;
}

HealthSecond health_second(const std::vector<SyntheticRequest>& traffic, std::uint32_t second) {
  const Nanos begin = 1s * second, end = begin + 1s;
  HealthSecond health{.second = second, .sockets = 48};
  stats::Histogram lag;
  for (const SyntheticRequest& request : traffic) {
    const bool due_now = request.intended >= begin && request.intended < end;
    if (due_now) lag.record(request.send_lag.count() / 2);
    if (due_now && request.step != kRead) {
      ++health.intended;
      if (request.outcome != Outcome::shed) ++health.started;
    }
    if (request.done() >= begin && request.done() < end) ++health.completed;
    if (request.intended < end && request.done() >= end) ++health.in_flight;
  }
  health.cpu_ratio = std::round(static_cast<double>(health.completed) / 5) / 1000;
  health.busiest_worker_ratio = health.cpu_ratio * 0.625;
  health.lag_p50 = Nanos{lag.quantile(0.5)};
  health.lag_p99 = Nanos{lag.quantile(0.99)};
  health.lag_max = Nanos{lag.max()};
  return health;
}

GeneratorHealth health_of(const std::vector<SyntheticRequest>& traffic, Nanos duration) {
  GeneratorHealth health;
  health.workers = 2;
  health.waited = 3;
  health.max_in_flight = 500;
  for (const SyntheticRequest& request : traffic) {
    if (request.outcome == Outcome::shed) ++health.shed;
    if (request.outcome != Outcome::shed) health.dispatch_lag.record(request.send_lag.count() / 2);
  }
  for (std::uint32_t second = 0; 1s * second < duration; ++second) {
    health.seconds.push_back(health_second(traffic, second));
    health.intended += health.seconds.back().intended;
    health.started += health.seconds.back().started;
    health.peak_in_flight = std::max(health.peak_in_flight, health.seconds.back().in_flight);
  }
  return health;
}

void count_connections(RunResult& result, const std::vector<SyntheticRequest>& traffic) {
  for (TargetFacts& target : result.targets) {
    for (const SyntheticRequest& request : traffic) {
      if (request.arm != target.arm || !request.new_connection) continue;
      ++target.connections_opened;
      if (request.intended >= kSampleWarmUp) ++target.requests_on_new_connections;
    }
  }
}

}  // namespace

void record_traffic(RunResult& result, const std::vector<SyntheticRequest>& traffic) {
  for (const SyntheticRequest& request : traffic) {
    result.duration = std::max(result.duration, request.done());
    if (request.step != kRead && request.outcome == Outcome::ok) ++result.iterations_completed;
    if (request.intended >= kSampleWarmUp) continue;
    ++result.warm_up_requests;
    if (request.outcome != Outcome::ok) ++result.warm_up_errors;
  }
  result.series = judged_series(traffic, result.slot_length);
  result.health = health_of(traffic, result.duration);
  count_connections(result, traffic);
}

}  // namespace assay::test_support
