// What the user wrote about the target's own metrics, as a Prometheus keeps them. Part of a GateSpec
// (config/gate_spec.h). Plain structs.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/source.h"
#include "model/arm.h"
#include "model/verdict.h"

namespace assay::config {

// In the texts of metrics: the labels of the arm that is asked about, and the length of a block.
inline constexpr std::string_view kArmPlaceholder = "$arm", kBlockPlaceholder = "$block";

struct ServerMetricSpec {
  enum class Kind : std::uint8_t {
    share,     // `errors` of `requests`: selectors of counters
    slower,    // requests in the `histogram` that took longer than `bound`
    quantile,  // of the `histogram`
    value,     // of the `query`
  };
  std::string name;
  Kind kind = Kind::value;
  std::string errors, requests, histogram, query;
  double quantile = 0;
  double bound = 0;               // in `unit`
  Unit unit = Unit::nanoseconds;  // of values and bounds of buckets; a share is a ratio
  double scale = 1;               // from Prometheus' unit to `unit`: 1e9 where that is seconds
  bool more_is_better = false;
  SourceSpan span;

  bool is_share() const { return kind == Kind::share || kind == Kind::slower; }
  Unit shown_unit() const { return is_share() ? Unit::ratio : unit; }
};

struct ServerMetricsSpec {
  std::string prometheus;                                    // URL
  std::vector<std::pair<std::string, std::string>> headers;  // secrets resolved: never shown
  std::string ca;
  Nanos timeout{std::chrono::seconds(10)};
  Nanos block{std::chrono::seconds(15)};
  std::map<Arm, std::map<std::string, std::string>>
      arms;  // labels that tell them apart; the candidate's always
  std::vector<ServerMetricSpec> metrics;
  SourceSpan block_span;  // of `every`, or of the section where that is not said

  const ServerMetricSpec* find(std::string_view name) const;  // null: there is none
};

// An entry of `compare` that names a server metric.
struct ServerCompareSpec {
  std::string metric;
  double margin = 0;  // of a ratio a difference (0.01 for 1pp), else a ratio
  double floor = 0;   // the smallest margin of a value, in the metric's unit
  Unit unit = Unit::none;
  bool more_is_better = false;
  SourceSpan span;

  bool in_points() const { return unit == Unit::ratio; }
};

}  // namespace assay::config
