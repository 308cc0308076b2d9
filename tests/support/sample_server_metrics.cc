#include "tests/support/sample_run.h"
#include "tests/support/sample_traffic.h"

namespace assay::test_support {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kBlock = 5s;

ServerMetric metric_of(std::string name, ServerMetricKind kind, Unit unit, const std::string& query) {
  ServerMetric metric;
  metric.name = std::move(name);
  metric.kind = kind;
  metric.unit = unit;
  metric.block = kBlock;
  for (const Arm arm : {Arm::candidate, Arm::baseline})
    metric.sources[static_cast<std::size_t>(arm)] =
        MetricSource{{query + "{version=\"" + std::string(assay::name(arm)) + "\"}"}, ""};
  for (Nanos from = kSampleWarmUp; from < kSampleLength; from += kBlock)
    metric.blocks.push_back({from, from + kBlock, {}});
  return metric;
}

ServerMetric errors() {
  ServerMetric metric =
      metric_of("errors", ServerMetricKind::ratio, Unit::ratio, "increase(http_requests_total");
  for (std::size_t i = 0; i < metric.blocks.size(); ++i) {
    metric.blocks[i].arm(Arm::baseline) = {900 + i, i % 2, {}, {}};
    metric.blocks[i].arm(Arm::candidate) = {905 - i, i == 5 ? 31 : 6 + i % 3, {}, {}};
  }
  return metric;
}

ServerMetric slow_answers() {
  ServerMetric metric = metric_of("p95 of answers", ServerMetricKind::quantile, Unit::nanoseconds,
                                  "increase(http_request_duration_seconds_bucket");
  metric.quantile = 0.95;
  metric.bounds = {10e6, 25e6, 50e6, 100e6, 250e6};
  for (std::size_t i = 0; i < metric.blocks.size(); ++i) {
    metric.blocks[i].arm(Arm::baseline) = {900, 0, {400, 350, 120, 25, 5, 0}, {}};
    metric.blocks[i].arm(Arm::candidate) = {900, 0, {390, 340, 110, 30 + i, 20, 10 - i}, {}};
  }
  // It stood still: more than one answer in twenty took longer than the last bucket tells.
  metric.blocks[5].arm(Arm::candidate).buckets = {300, 300, 100, 50, 50, 100};
  return metric;
}

ServerMetric memory() {
  ServerMetric metric =
      metric_of("memory", ServerMetricKind::value, Unit::bytes, "process_resident_memory_bytes");
  for (std::size_t i = 0; i < metric.blocks.size(); ++i) {
    metric.blocks[i].arm(Arm::baseline).value = 96e6 + 1e6 * static_cast<double>(i % 2);
    metric.blocks[i].arm(Arm::candidate).value = 98e6 + 4e6 * static_cast<double>(i);
  }
  metric.blocks[3].arm(Arm::candidate).value.reset();  // one scrape that failed
  return metric;
}

ServerMetric queue() {
  ServerMetric metric = metric_of("queue", ServerMetricKind::value, Unit::count, "queue_length");
  metric.blocks.clear();
  metric.sources[0]->problem = "the query has no result for this arm";
  return metric;
}

}  // namespace

std::vector<ServerMetric> sample_server_metrics() { return {errors(), slow_answers(), memory(), queue()}; }

}  // namespace assay::test_support
