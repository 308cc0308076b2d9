// RunResult: everything that one run measured, as facts without judgement. Plain structs; written by the
// engine, read by verdict and reports, stored as result.json (model/codec.h). A value type: no thread owns
// it.
//
// Times are nanoseconds. "At" times count from the start of the run (the common start of all workers and
// segments).
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/arm.h"
#include "model/early_stop.h"
#include "model/generator_health.h"
#include "model/outcome.h"
#include "model/probe_result.h"
#include "model/server_metric.h"
#include "stats/histogram.h"

namespace assay {

// What is timed for each request. response_time is what users pay and what verdicts use: it counts from the
// intended start, so a stalled server costs what its users would have waited. Unsent, timed-out and aborted
// requests are in it at their lower bound (and count as errors).
enum class Metric : std::uint8_t {
  response_time,  // done - intended
  service_time,   // done - sent
  send_lag,       // sent - intended
  connect,        // TCP connection, where the request needed a new one
  tls,            // TLS handshake, where the request needed one
  first_byte,     // first byte of the answer - request written
};
inline constexpr std::size_t kMetricCount = 6;
inline constexpr std::size_t kSlotMetricCount = 3;  // the first three are also kept for every slot

std::string_view name(Metric metric);
std::optional<Metric> metric_from(std::string_view text);

// Requests that share a step, an arm, a status class and success; every request belongs to exactly one
// series, so any filter of a threshold is a sum over series.
struct SeriesKey {
  std::uint16_t step = 0;  // index into RunResult::steps
  Arm arm = Arm::candidate;
  std::uint8_t status_class = 0;  // 1..5 for 1xx..5xx, 0 where no status was received
  bool failed = false;            // outcome != ok

  auto operator<=>(const SeriesKey&) const =
      default;  // NOLINT(modernize-use-nullptr): clang-14 sees a 0 in it
};

// One half second (or RunResult::slot_length) of a series, by intended start.
struct SeriesSlot {
  std::uint32_t index = 0;  // covers [index, index + 1) * slot_length since the start of the run
  std::uint64_t count = 0;
  std::array<stats::Histogram, kSlotMetricCount> times;  // by Metric
  bool operator==(const SeriesSlot&) const = default;
};

struct Series {
  SeriesKey key;
  std::uint64_t count = 0;
  std::array<std::uint64_t, kOutcomeCount> outcomes{};
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  std::array<stats::Histogram, kMetricCount> times;  // by Metric
  std::vector<SeriesSlot> slots;                     // ascending index; slots without a request are absent
  bool operator==(const Series&) const = default;
};

struct StepFacts {
  std::string scenario;
  std::string name;
  std::string method;
  std::string target;  // path and query as written, variables unresolved
  Nanos timeout{0};    // of the whole request; the value that failures take in comparisons
  bool operator==(const StepFacts&) const = default;
};

struct TlsFacts {
  std::string version, cipher;
  bool verified = false;
  bool session_resumed = false;                        // by at least one connection
  std::string subject, issuer, not_before, not_after;  // of the leaf; times in ISO 8601 UTC
  std::vector<std::string> names;                      // subject alternative names
  bool operator==(const TlsFacts&) const = default;
};

struct TargetFacts {
  Arm arm = Arm::candidate;
  std::string url;                     // secrets redacted
  std::vector<std::string> addresses;  // every address used
  bool verify = true;                  // false: the gate file turned certificate verification off
  std::optional<TlsFacts> tls;
  std::uint64_t connections_opened = 0;
  std::uint64_t requests_on_new_connections = 0;
  std::uint64_t stale_retries =
      0;  // requests sent once more, because the server had closed a kept connection
  bool operator==(const TargetFacts&) const = default;
};

// The shape of a phase in which nothing is offered: other traffic is watched.
inline constexpr std::string_view kNoLoad = "none";

// One entry of the gate file's `load`.
struct LoadPhaseFacts {
  std::string shape;        // "constant-arrival-rate"
  std::string description;  // "200/s for 10m, poisson arrivals"
  bool open_model = false;
  Nanos start{0};    // at
  Nanos warm_up{0};  // offered from `start`, not judged
  Nanos end{0};      // at; when offering stopped, without the graceful stop
  bool judged_until_end = true;
  std::uint64_t max_in_flight = 0;  // virtual users at most; 0: the shape has no such limit
  bool operator==(const LoadPhaseFacts&) const = default;
};

// A failure kind with one example, so that a report can say why.
struct FailureExample {
  std::uint16_t step = 0;
  Arm arm = Arm::candidate;
  Outcome outcome = Outcome::ok;
  std::uint64_t count = 0;
  std::string detail;    // "expected status 200, got 503"; the first one seen
  std::string location;  // "gate.yaml:12:17" of the expectation; empty where none was written
  bool operator==(const FailureExample&) const = default;
};

// A stretch of time in which requests of an arm failed, one after the other with less than 10 ms between
// them; warm-up included. Times are "at".
struct FailedStretch {
  Arm arm = Arm::candidate;
  Nanos from{0}, until{0};  // from the first of them that was sent to the last that ended
  std::uint64_t requests = 0;
  bool operator==(const FailedStretch&) const = default;
};

struct Environment {
  std::string assay_version, compiler, build;
  std::string hostname, kernel, cpu_model;
  std::uint32_t cores = 0;
  std::uint64_t memory_bytes = 0, file_limit = 0;
  std::string openssl_version;
  std::map<std::string, std::string> ci;  // GITHUB_SHA and the like, where present
  bool operator==(const Environment&) const = default;
};

// Which part of the schedule this run took: 1 of 1, or K of N machines.
struct Segment {
  std::uint32_t index = 1, count = 1;
  bool operator==(const Segment&) const = default;
};

struct RunResult {
  std::string id;  // unique: UTC start and name
  std::string name, description;
  std::string started_utc;  // ISO 8601 with milliseconds
  std::uint64_t seed = 0;
  Segment segment;
  std::vector<std::string> command_line;
  std::string gate_path;
  std::string gate_text;  // as read; secrets never enter it (they come from the environment)
  std::map<std::string, std::string> overrides;  // --var and --target as given
  bool same_build = false;                       // an A/A run: both arms are known to be one build
  // With which other runs this one may be compared: what was sent, how it was offered, and what the gate file
  // says about the place. Empty: not recorded.
  std::string scenario_hash, load_hash, place;

  Nanos slot_length{0};
  Nanos duration{0};                         // from the start to the last completion
  std::optional<int> interrupted_by;         // a signal number
  std::optional<std::string> could_not_run;  // why no load could be offered; then the run is invalid
  std::optional<std::string>
      load_withheld;             // why no load was offered although it could have been: a probe failed
  std::vector<LookFacts> looks;  // before the end, in order
  std::optional<EarlyStop> early_stop;

  std::vector<TargetFacts> targets;
  std::vector<StepFacts> steps;
  std::vector<LoadPhaseFacts> load;
  std::vector<Series> series;  // sorted by key; judged requests only
  std::uint64_t warm_up_requests = 0, warm_up_errors = 0;
  std::uint64_t iterations_completed = 0;
  std::vector<FailureExample> failures;
  std::vector<FailedStretch> failed_stretches;  // by arm, then in time; those of several workers may overlap
  std::vector<ProbeResult> probes;              // in the order of the gate file
  std::vector<ServerMetric> server_metrics;     // in the order of the gate file
  Nanos probes_lead{0};  // the probes began so long before the run: "at" is their time minus this
  GeneratorHealth health;
  Environment environment;
  bool operator==(const RunResult&) const = default;
};

}  // namespace assay
