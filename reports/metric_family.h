// What a run says in numbers, as Prometheus and its relatives take it: families of samples with labels. Plain
// structs and what their makers share; reports/run_metrics fills them when a run is over,
// reports/live_metrics while it goes on.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace assay::reports {

struct MetricLabel {
  std::string name, value;

  bool operator==(const MetricLabel&) const = default;
};
using MetricLabels = std::vector<MetricLabel>;

// Of summaries only.
struct Distribution {
  std::uint64_t count = 0;
  double sum = 0;
  std::vector<std::pair<double, double>> quantiles;  // which one, and its value

  bool operator==(const Distribution&) const = default;
};

struct MetricSample {
  MetricLabels labels;
  double value = 0;
  Distribution distribution;  // in place of the value

  bool operator==(const MetricSample&) const = default;
};

enum class MetricType : std::uint8_t { gauge, counter, summary };
std::string_view name(MetricType type);

struct MetricFamily {
  std::string name;  // of a counter without "_total"
  MetricType type = MetricType::gauge;
  std::string unit;  // "seconds", "bytes", "ratio", and then the name ends in it; empty: a count, a state
  std::string help;  // one sentence of this program, never of others
  std::vector<MetricSample> samples;

  // Infinite values and what is no number are left out: no format has a good word for them.
  void add(MetricLabels labels, double value);
  void add(MetricLabels labels, Distribution distribution);
  bool operator==(const MetricFamily&) const = default;
};

// The name under which samples of the family stand: of a counter with "_total".
std::string sample_name(const MetricFamily& family);

// "0.95", "1.0": as OpenMetrics wants the values of the label `quantile`.
std::string quantile_text(double quantile);

// Three significant digits: nobody should take the fourth of a latency for a difference, least of all a
// system that compares texts.
double rounded(double value);
double rounded_seconds(double nanoseconds);
// Divided, not multiplied by 1e-9, so that 45 ms are written 0.045.
double exact_seconds(Nanos time);

// Text of others as the value of a label: one line of plain UTF-8, 200 bytes at most. A server refuses a
// whole body for one broken byte in it.
std::string label_value(std::string_view untrusted);

// More values of one label than these are folded into one: a time series is for ever.
inline constexpr std::size_t kMostLabelValues = 50;
inline constexpr std::string_view kOthers = "others";

// A label's value for each of these names, no two the same and none `kOthers`, whatever the names look like:
// two samples with equal labels would make a server refuse all.
std::vector<std::string> distinct_values(std::span<const std::string> names);

}  // namespace assay::reports
