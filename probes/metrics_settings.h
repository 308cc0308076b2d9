// What a gate file says about one `metrics` probe.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client/ask.h"
#include "config/probe_form.h"
#include "probes/exposition.h"

namespace assay::probes {

// One metric that must be there.
struct MetricDemand {
  std::string name;     // without the "*"
  bool prefix = false;  // "jvm_memory_*": at least one metric begins like this
  std::optional<MetricType> type;
  std::optional<std::vector<std::string>> labels;  // sorted
  std::optional<std::vector<double>> buckets;      // sorted, without +Inf
  std::optional<double> min, max;                  // of every value
  std::string location;

  std::string shown() const { return prefix ? name + "*" : name; }
};

// The series that are summed to one number.
struct CounterChoice {
  std::string name;
  std::vector<MetricLabel> labels;

  std::string shown() const { return series_text(name, labels); }
};

// Requests that a counter must count.
struct MetricMove {
  CounterChoice counter;
  std::string method = "GET", path = "/";
  std::uint64_t requests = 10;
  double by = 10, tolerance = 0;
  std::string location;
};

struct LoadMatch {
  CounterChoice counter;
  double tolerance = 0.01;  // a share of the load's requests
};

struct MetricsSettings final : config::ProbeSettings {
  std::string path = "/metrics";
  std::vector<client::Field> headers;
  std::vector<MetricDemand> demands;
  std::vector<MetricMove> moves;
  std::optional<LoadMatch> load;
};

extern const std::span<const std::string_view> kMetricsKeys;
std::shared_ptr<const config::ProbeSettings> read_metrics(const config::ProbeReading& reading);

}  // namespace assay::probes
