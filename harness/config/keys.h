// Every key that a gate file may hold, one table for each kind of map. The JSON Schema has a definition of
// the same name for each table; a test holds the two together. Constant data, safe on any thread.
#pragma once
#include <array>
#include <span>
#include <string_view>

namespace assay::config {

struct KeyTable {
  std::string_view name;  // the definition in the schema: "step"
  std::string_view what;  // in sentences: "a step"
  std::span<const std::string_view> keys;
  std::span<const std::string_view> later = {};  // part of the language, but refused by this version
};

namespace keys {
using Words = std::string_view;
inline constexpr Words kGate[] = {"version", "name",      "description",   "targets", "variables",
                                  "secrets", "scenarios", "load",          "probes",  "thresholds",
                                  "compare", "verdict",   "server_metrics"};
inline constexpr Words kGateLater[] = {"data"};
inline constexpr Words kTargets[] = {"candidate", "baseline"};
inline constexpr Words kTarget[] = {"url", "tls", "connect_to", "resolve", "headers", "timeouts"};
inline constexpr Words kTls[] = {"ca",          "cert",        "key",    "min_version",
                                 "max_version", "server_name", "verify", "resume"};
inline constexpr Words kTimeouts[] = {"connect", "tls", "first_byte", "total"};
inline constexpr Words kSecret[] = {"name", "file", "default"};
inline constexpr Words kScenario[] = {"weight", "steps"};
inline constexpr Words kStep[] = {"name",    "get",     "head",    "post",    "put",  "patch",
                                  "delete",  "options", "query",   "headers", "json", "text",
                                  "timeout", "expect",  "extract", "safe"};
inline constexpr Words kMethods[] = {"get", "head", "post", "put", "patch", "delete", "options"};
inline constexpr Words kPause[] = {"pause"};
inline constexpr Words kExpect[] = {"status", "header", "json", "body"};
inline constexpr Words kExtract[] = {"json", "header"};
inline constexpr Words kConstantRate[] = {"shape",         "rate",     "duration",    "warm_up",
                                          "graceful_stop", "arrivals", "connections", "max_in_flight"};
inline constexpr Words kRampingRate[] = {"shape",         "start_rate", "stages",      "warm_up",
                                         "graceful_stop", "arrivals",   "connections", "max_in_flight"};
inline constexpr Words kConstantUsers[] = {"shape",   "users",         "duration",
                                           "warm_up", "graceful_stop", "connections"};
inline constexpr Words kRampingUsers[] = {"shape",   "start_users",   "stages",
                                          "warm_up", "graceful_stop", "connections"};
inline constexpr Words kIterations[] = {"shape",   "users",         "iterations", "max_duration",
                                        "warm_up", "graceful_stop", "connections"};
inline constexpr Words kNoLoad[] = {"shape", "duration", "warm_up"};
inline constexpr Words kRateStage[] = {"rate", "duration"};
inline constexpr Words kUserStage[] = {"users", "duration"};
inline constexpr Words kThreshold[] = {"threshold", "severity"};
inline constexpr Words kCompare[] = {"metric", "margin", "floor"};
inline constexpr Words kVerdict[] = {"confidence",      "noise",        "baseline", "looks",
                                     "on_inconclusive", "max_duration", "abort",    "prove"};
inline constexpr Words kNoise[] = {"correlation_time"};
inline constexpr Words kStoredBaseline[] = {"store", "last", "environment"};
inline constexpr Words kAbort[] = {"error_rate", "ratio"};
inline constexpr Words kProve[] = {"outages", "stalls"};
// What every kind of probe takes; its own keys come from probes/.
inline constexpr Words kProbe[] = {"kind",        "name",  "target",  "phase",     "severity",
                                   "requirement", "every", "timeout", "retries",   "connect_to",
                                   "server_name", "ca",    "resolve", "dangerous", "tolerate"};
inline constexpr Words kTolerate[] = {"failures", "longest_outage", "availability"};
inline constexpr Words kServerMetrics[] = {"prometheus", "headers", "ca",     "timeout",
                                           "every",      "arms",    "metrics"};
inline constexpr Words kServerMetric[] = {"name",        "errors", "requests", "histogram", "quantile",
                                          "slower_than", "query",  "unit",     "better"};
}  // namespace keys

inline constexpr KeyTable kGateKeys{"gate", "a gate file", keys::kGate, keys::kGateLater};
inline constexpr KeyTable kTargetsKeys{"targets", "targets", keys::kTargets};
inline constexpr KeyTable kTargetKeys{"target", "a target", keys::kTarget};
inline constexpr KeyTable kTlsKeys{"tls", "tls", keys::kTls};
inline constexpr KeyTable kTimeoutsKeys{"timeouts", "timeouts", keys::kTimeouts};
inline constexpr KeyTable kSecretKeys{"secret", "a secret", keys::kSecret};
inline constexpr KeyTable kScenarioKeys{"scenario", "a scenario", keys::kScenario};
inline constexpr KeyTable kStepKeys{"request", "a step", keys::kStep};
inline constexpr KeyTable kPauseKeys{"pause", "a pause", keys::kPause};
inline constexpr KeyTable kExpectKeys{"expect", "expect", keys::kExpect};
inline constexpr KeyTable kExtractKeys{"extract", "an extraction", keys::kExtract};
// By Shape.
inline constexpr std::array<KeyTable, 7> kLoadKeys{{
    {"constant-arrival-rate", "a constant-arrival-rate load", keys::kConstantRate},
    {"ramping-arrival-rate", "a ramping-arrival-rate load", keys::kRampingRate},
    {"constant-vus", "a constant-vus load", keys::kConstantUsers},
    {"ramping-vus", "a ramping-vus load", keys::kRampingUsers},
    {"per-vu-iterations", "a per-vu-iterations load", keys::kIterations},
    {"shared-iterations", "a shared-iterations load", keys::kIterations},
    {"no-load", "no load", keys::kNoLoad},
}};
inline constexpr KeyTable kRateStageKeys{"rate_stage", "a stage", keys::kRateStage};
inline constexpr KeyTable kUserStageKeys{"user_stage", "a stage", keys::kUserStage};
inline constexpr KeyTable kThresholdKeys{"threshold", "a threshold", keys::kThreshold};
inline constexpr KeyTable kCompareKeys{"comparison", "a comparison", keys::kCompare};
inline constexpr KeyTable kVerdictKeys{"verdict", "verdict", keys::kVerdict};
inline constexpr KeyTable kNoiseKeys{"noise", "noise", keys::kNoise};
inline constexpr KeyTable kStoredBaselineKeys{"stored_baseline", "baseline", keys::kStoredBaseline};
inline constexpr KeyTable kAbortKeys{"abort", "abort", keys::kAbort};
inline constexpr KeyTable kProveKeys{"prove", "prove", keys::kProve};
inline constexpr KeyTable kProbeKeys{"probe", "a probe", keys::kProbe};
inline constexpr KeyTable kTolerateKeys{"tolerate", "tolerate", keys::kTolerate};
inline constexpr KeyTable kServerMetricsKeys{"server_metrics", "server_metrics", keys::kServerMetrics};
inline constexpr KeyTable kServerMetricKeys{"server_metric", "a server metric", keys::kServerMetric};

// All of them, for the test against the schema.
inline constexpr std::array<KeyTable, 31> kAllKeys{
    {kGateKeys,          kTargetsKeys,      kTargetKeys,         kTlsKeys,       kTimeoutsKeys,  kSecretKeys,
     kScenarioKeys,      kStepKeys,         kPauseKeys,          kExpectKeys,    kExtractKeys,   kLoadKeys[0],
     kLoadKeys[1],       kLoadKeys[2],      kLoadKeys[3],        kLoadKeys[4],   kLoadKeys[5],   kLoadKeys[6],
     kServerMetricsKeys, kServerMetricKeys, kRateStageKeys,      kUserStageKeys, kThresholdKeys, kCompareKeys,
     kVerdictKeys,       kNoiseKeys,        kStoredBaselineKeys, kAbortKeys,     kProveKeys,     kProbeKeys,
     kTolerateKeys}};

}  // namespace assay::config
