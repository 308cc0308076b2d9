// The two text formats in which services show their metrics: Prometheus' own (0.0.4) and OpenMetrics 1.0.
// Strict: what Prometheus would misread or drop is an error that names its line. Bounded by the text that it
// gets and by the limits below; never throws. Pure, safe on any thread.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/expected.h"
#include "config/choices.h"

namespace assay::probes {

enum class MetricType : std::uint8_t {
  unknown,  // "untyped" in Prometheus' format
  counter,
  gauge,
  histogram,
  summary,
  info,
  stateset,
  gaugehistogram
};
inline constexpr config::Choices<MetricType, 8> kMetricTypes{
    {"unknown", "counter", "gauge", "histogram", "summary", "info", "stateset", "gaugehistogram"}};

struct MetricLabel {
  std::string name, value;

  bool operator<(const MetricLabel& other) const {
    return std::tie(name, value) < std::tie(other.name, other.value);
  }
};

struct MetricSample {
  std::string name;                 // as written: "http_requests_total", "latency_seconds_bucket"
  std::vector<MetricLabel> labels;  // by name
  double value = 0;
  std::size_t line = 0;

  const std::string* label(std::string_view wanted) const;  // null: it has none of that name
};

// What one TYPE line speaks of, or all samples of one name without such a line.
struct MetricFamily {
  std::string name;
  MetricType type = MetricType::unknown;
  std::vector<MetricSample> samples;
};

enum class ExpositionFormat : std::uint8_t { prometheus, openmetrics };

struct Exposition {
  std::vector<MetricFamily> families;  // in order of appearance
  std::size_t samples = 0;

  // Also a counter of OpenMetrics by the name of its samples, with "_total".
  const MetricFamily* find(std::string_view name) const;
};

inline constexpr std::size_t kMostSamples = 200'000;
inline constexpr std::size_t kMostLabels = 64;

// The error: `line 12: a value that is no number: "1,5"`.
Expected<Exposition, std::string> parse_exposition(std::string_view text, ExpositionFormat format);

std::optional<double> metric_number(std::string_view text);  // "1.5", "+Inf", "NaN"
// `name{a="b",c="d"}` with escapes, so that two series never look the same; without the label `without`.
std::string series_text(std::string_view name, const std::vector<MetricLabel>& labels,
                        std::string_view without = {});

}  // namespace assay::probes
