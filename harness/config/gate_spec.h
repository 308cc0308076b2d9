// What the user wrote in a gate file, checked for form but not yet resolved against the world. Plain structs;
// made by config/gate_reader, turned into plans by scenario (steps), verdict (thresholds, comparisons) and
// cli (run plan). Every value that a later stage can still reject carries its SourceSpan.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/source.h"
#include "config/json_value.h"
#include "config/probe_spec.h"
#include "config/server_metric_spec.h"
#include "config/step_spec.h"
#include "model/arm.h"
#include "model/run_result.h"
#include "model/verdict.h"

namespace assay::config {

// ---- targets
struct TlsSpec {
  bool verify = true;
  std::string ca, certificate, key;      // file paths, resolved against the gate file's folder
  std::string min_version, max_version;  // "1.0".."1.3", empty: the library's default
  std::string server_name;               // SNI and the name to verify; empty: the URL's host
  bool resume = true;
  SourceSpan span;
};
struct TimeoutsSpec {  // 0: none
  Nanos connect{5'000'000'000}, tls{5'000'000'000}, first_byte{0}, total{30'000'000'000};
};

struct TargetSpec {
  Arm arm = Arm::candidate;
  std::string url;  // http://, https:// or http+unix://%2Fpath%2Fto.sock/
  SourceSpan span;
  TlsSpec tls;
  std::string connect_to;  // "host:port", "[v6]:port" or "unix:/path"; empty: the URL's own
  std::map<std::string, std::string> resolve;  // host -> address
  std::vector<FieldSpec> headers;              // sent with every request
  TimeoutsSpec timeouts;
};

// ---- load
enum class Shape : std::uint8_t {
  constant_arrival_rate,
  ramping_arrival_rate,
  constant_vus,
  ramping_vus,
  per_vu_iterations,
  shared_iterations,
  none,  // other traffic is watched
};
std::string_view name(Shape shape);  // "constant-arrival-rate"
enum class Arrivals : std::uint8_t { uniform, poisson };
enum class Connections : std::uint8_t { pooled, per_user, fresh };

struct RateStage {
  double per_second = 0;
  Nanos duration{0};
};  // ramps linearly to per_second over duration
struct UserStage {
  std::uint32_t users = 0;
  Nanos duration{0};
};

struct LoadSpec {
  Shape shape = Shape::constant_arrival_rate;
  SourceSpan span;
  double rate_per_s = 0;  // constant-arrival-rate; start rate of ramping-arrival-rate
  std::vector<RateStage> rate_stages;
  std::uint32_t users = 0;  // constant-vus, *-iterations; start of ramping-vus
  std::vector<UserStage> user_stages;
  std::uint64_t iterations = 0;  // of each user (per-vu-iterations) or of all together (shared-iterations)
  Nanos duration{0};             // constant shapes: how long; *-iterations: max_duration
  Nanos warm_up{0};              // in addition to nothing: the first part of duration
  Nanos graceful_stop{10'000'000'000};
  Arrivals arrivals = Arrivals::uniform;
  Connections connections = Connections::pooled;  // closed shapes default to per_user
  std::uint32_t max_in_flight = 0;  // open model: virtual users at most; 0: chosen from the rate

  bool counts_iterations() const;
  Nanos length() const;  // planned; counted iterations: at most
  Nanos judged() const;  // of it
};

// ---- judgement
enum class Aggregate : std::uint8_t {
  quantile,
  max,
  mean,
  rate,
  count,
  error_rate,
  check_rate,
  received,
  server_metric
};
enum class Comparator : std::uint8_t { less, less_equal, greater, greater_equal };

struct FilterSpec {
  std::optional<std::string> scenario, step;
  std::optional<Arm> arm;
  std::optional<int> status_class;  // 1..5; 0: no status received
};

// "p95(response_time, step="list invoices") < 300ms over 30s windows"
struct ThresholdSpec {
  Aggregate aggregate = Aggregate::quantile;
  double quantile = 0;  // 0.95 for p95
  Metric metric = Metric::response_time;
  std::string server_metric;  // its name
  Unit unit = Unit::none;     // of the server metric
  FilterSpec filter;
  Comparator comparator = Comparator::less;
  double limit = 0;             // nanoseconds, ratio, 1/s, bytes/s or a count, by aggregate, or in `unit`
  std::optional<Nanos> window;  // must hold in every full window of this length
  Severity severity = Severity::blocker;
  std::string source_text;
  SourceSpan span;
};

struct CompareSpec {
  enum class What : std::uint8_t { quantile, tail5, error_rate, stalls, throughput };
  What what = What::quantile;
  double quantile = 0;
  double margin =
      0;  // 0.10 for 10%; for error_rate a difference (0.0025 for 0.25pp); for throughput how much less
  double floor_ns = 0;      // absolute floor of the margin for latencies
  std::string source_text;  // "p95(response_time)"
  SourceSpan span;
  // `verdict.prove`: an outage (error_rate) or stall (stalls) of this length is reckoned with though none was
  // seen.
  std::optional<Nanos> proving;

  bool is_latency() const { return what == What::quantile || what == What::tail5; }
};

// What follows when nothing is proven by the planned end.
enum class OnInconclusive : std::uint8_t {
  hold,    // the verdict is inconclusive
  extend,  // the last load goes on until something is proven, at most to max_duration; then hold
  fail,
  pass,
};

// Judged time from which on a run is looked at before its end.
inline constexpr Nanos kShortestWithLooks = std::chrono::minutes(5);

// The circuit breaker. Absent: that rule is off.
struct AbortSpec {
  std::optional<double> error_rate;  // of the candidate
  std::optional<double> ratio;       // of the arms' error rates
  SourceSpan span;
  bool on() const { return error_rate || ratio; }
};

// Earlier runs in a store, as the baseline of a gate without a live one and as what is known about noise.
struct StoredBaselineSpec {
  std::string store;        // a file or a database URL; empty: where the command line or the environment says
  std::uint32_t last = 20;  // runs to compare with, at most
  std::string environment;  // what distinguishes this place and assay cannot see: instance type, region
  SourceSpan span;
};

struct JudgementSpec {
  double confidence = 0.95;
  std::optional<Nanos> correlation_time;  // absent: estimated where runs allow, else 5 s
  std::optional<std::uint32_t> looks;     // with the one at the planned end; absent: chosen from the length
  bool continuous = false;                // any number of looks: judged by what holds at all times
  OnInconclusive on_inconclusive = OnInconclusive::hold;
  Nanos max_duration{0};  // of all load, warm-up included; 0: not extended
  AbortSpec abort;

  double alpha() const { return 1 - confidence; }
  std::optional<double> correlation_seconds() const;
  std::optional<StoredBaselineSpec> stored;
};

struct SecretSpec {
  std::string name;
  std::string value;
  SourceSpan span;
};
struct VariableSpec {
  std::string name;
  JsonValue value;
  SourceSpan span;
};

struct GateSpec {
  std::shared_ptr<const SourceFile> source;
  std::string name, description;
  std::vector<TargetSpec> targets;  // candidate first; baseline where there is one
  std::vector<VariableSpec> variables;
  std::vector<SecretSpec> secrets;
  std::vector<ScenarioSpec> scenarios;        // offered as load
  std::vector<ScenarioSpec> fault_scenarios;  // of weight 0: only a fault sends them
  std::vector<LoadSpec> load;
  std::vector<ThresholdSpec> thresholds;
  std::vector<CompareSpec>
      compare;  // absent with a baseline: p50, p95, p99, error_rate and stalls (not with a stored one)
  std::vector<ServerCompareSpec> server_compare;  // those of `compare` that are about server metrics
  JudgementSpec judgement;
  std::vector<ProbeSpec> probes;
  std::optional<ServerMetricsSpec> server_metrics;
  std::vector<std::string> left_out;  // thresholds and comparisons that `assay watch` cannot judge

  const TargetSpec* target(Arm arm) const;
  Nanos planned_length() const;  // of all load
  Nanos judged_length() const;
  bool offers_load() const;    // something that is not Shape::none
  bool compares_arms() const;  // live ones, by what was offered or by what they say of themselves
  std::size_t comparisons() const { return compare.size() + server_compare.size(); }
};

}  // namespace assay::config
