#include "reports/prometheus_families.h"

namespace assay::reports {
namespace {

prometheus::MetricType type_of(MetricType type) {
  switch (type) {
    case MetricType::gauge:
      return prometheus::MetricType::Gauge;
    case MetricType::counter:
      return prometheus::MetricType::Counter;
    case MetricType::summary:
      break;
  }
  return prometheus::MetricType::Summary;
}

prometheus::ClientMetric metric_of(const MetricSample& sample) {
  prometheus::ClientMetric metric;
  for (const MetricLabel& label : sample.labels) metric.label.push_back({label.name, label.value});
  metric.gauge.value = metric.counter.value = sample.value;  // which of them is read, the family's type says
  metric.summary.sample_count = sample.distribution.count;
  metric.summary.sample_sum = sample.distribution.sum;
  for (const auto& [quantile, value] : sample.distribution.quantiles)
    metric.summary.quantile.push_back({quantile, value});
  return metric;
}

}  // namespace

std::vector<prometheus::MetricFamily> prometheus_families(std::span<const MetricFamily> families) {
  std::vector<prometheus::MetricFamily> converted;
  for (const MetricFamily& family : families) {
    prometheus::MetricFamily& one = converted.emplace_back();
    one.name = sample_name(family);
    one.help = family.help;
    one.type = type_of(family.type);
    for (const MetricSample& sample : family.samples) one.metric.push_back(metric_of(sample));
  }
  return converted;
}

}  // namespace assay::reports
