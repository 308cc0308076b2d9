#include "model/json_decode.h"

namespace assay {
namespace {

void decode(const JsonNode& node, TlsFacts& into) {
  node.read("version", into.version);
  node.read("cipher", into.cipher);
  node.read("verified", into.verified);
  node.read("session_resumed", into.session_resumed);
  node.read("subject", into.subject);
  node.read("issuer", into.issuer);
  node.read("not_before", into.not_before);
  node.read("not_after", into.not_after);
  node.read("names", into.names);
}

void decode(const JsonNode& node, TargetFacts& into) {
  node.at("arm").read_name(into.arm, arm_from);
  node.read("url", into.url);
  node.read("addresses", into.addresses);
  node.read("verify", into.verify);
  node.read("connections_opened", into.connections_opened);
  node.read("stale_retries", into.stale_retries);
  node.read("requests_on_new_connections", into.requests_on_new_connections);
  if (node.has("tls")) decode(node.at("tls"), into.tls.emplace());
}

void decode(const JsonNode& node, StepFacts& into) {
  node.read("scenario", into.scenario);
  node.read("name", into.name);
  node.read("method", into.method);
  node.read("target", into.target);
  node.read("timeout_ns", into.timeout);
}

void decode(const JsonNode& node, LoadPhaseFacts& into) {
  node.read("shape", into.shape);
  node.read("description", into.description);
  node.read("open_model", into.open_model);
  node.read("start_ns", into.start);
  node.read("warm_up_ns", into.warm_up);
  node.read("end_ns", into.end);
  node.read("judged_until_end", into.judged_until_end);
  node.read("max_in_flight", into.max_in_flight);
}

void decode(const JsonNode& node, FailureExample& into) {
  node.read("step", into.step);
  node.at("arm").read_name(into.arm, arm_from);
  node.at("outcome").read_name(into.outcome, outcome_from);
  node.read("count", into.count);
  node.read("detail", into.detail);
  node.read("location", into.location);
}

void decode(const JsonNode& node, FailedStretch& into) {
  node.at("arm").read_name(into.arm, arm_from);
  node.read("from_ns", into.from);
  node.read("until_ns", into.until);
  node.read("requests", into.requests);
}

void decode(const JsonNode& node, LookFacts& into) {
  node.read("until_ns", into.until);
  node.read("fraction", into.fraction);
  node.read("p_pass", into.p_pass);
  node.read("p_fail", into.p_fail);
}

void decode(const JsonNode& node, EarlyStop& into) {
  node.at("cause").read_name(into.cause, stop_cause_from);
  node.read("at_ns", into.at);
  node.read("reason", into.reason);
}

void decode(const JsonNode& node, Environment& into) {
  node.read("assay_version", into.assay_version);
  node.read("compiler", into.compiler);
  node.read("build", into.build);
  node.read("hostname", into.hostname);
  node.read("kernel", into.kernel);
  node.read("cpu_model", into.cpu_model);
  node.read("cores", into.cores);
  node.read("memory_bytes", into.memory_bytes);
  node.read("file_limit", into.file_limit);
  node.read("openssl_version", into.openssl_version);
  node.read("ci", into.ci);
}

void decode_identity(const JsonNode& node, RunResult& into) {
  node.read("id", into.id);
  node.read("name", into.name);
  node.read("description", into.description);
  node.read("started_utc", into.started_utc);
  node.read("seed", into.seed);
  const JsonNode segment = node.at("segment");
  segment.read("index", into.segment.index);
  segment.read("count", into.segment.count);
  node.read("command_line", into.command_line);
  const JsonNode gate = node.at("gate");
  gate.read("path", into.gate_path);
  gate.read("text", into.gate_text);
  node.read("overrides", into.overrides);
  if (node.has("same_build")) node.read("same_build", into.same_build);
  if (node.has("scenario_hash")) node.read("scenario_hash", into.scenario_hash);
  if (node.has("load_hash")) node.read("load_hash", into.load_hash);
  if (node.has("place")) node.read("place", into.place);
}

template <class T>
void decode_items(const JsonNode& node, std::vector<T>& into) {
  into.resize(node.size());
  for (std::size_t i = 0; i < into.size(); ++i) decode(node.item(i), into[i]);
}

void check_steps(const JsonNode& node, const RunResult& result) {
  const auto check = [&](const JsonNode& list, std::size_t i, std::uint16_t step) {
    if (step >= result.steps.size()) list.item(i).at("step").fail("there is no step with this index");
  };
  const JsonNode series = node.at("series"), failures = node.at("failures");
  for (std::size_t i = 0; i < result.series.size(); ++i) check(series, i, result.series[i].key.step);
  for (std::size_t i = 0; i < result.failures.size(); ++i) check(failures, i, result.failures[i].step);
}

// A series names its step with 16 bits.
void decode_steps(const JsonNode& node, RunResult& into) {
  constexpr std::size_t kMost = std::size_t{1} << 16U;
  const JsonNode steps = node.at("steps");
  if (steps.size() > kMost)
    return steps.fail("has " + std::to_string(steps.size()) + " steps; a result has at most " +
                      std::to_string(kMost));
  decode_items(steps, into.steps);
}

}  // namespace

void decode(const JsonNode& node, RunResult& into) {
  decode_identity(node, into);
  node.read("slot_length_ns", into.slot_length);
  node.read("duration_ns", into.duration);
  node.read("interrupted_by_signal", into.interrupted_by);
  node.read("could_not_run", into.could_not_run);
  node.read("load_withheld", into.load_withheld);
  if (node.has("looks")) decode_items(node.at("looks"), into.looks);
  if (node.has("early_stop")) decode(node.at("early_stop"), into.early_stop.emplace());
  node.read("warm_up_requests", into.warm_up_requests);
  node.read("warm_up_errors", into.warm_up_errors);
  node.read("iterations_completed", into.iterations_completed);
  decode_items(node.at("targets"), into.targets);
  decode_steps(node, into);
  decode_items(node.at("load"), into.load);
  decode_items(node.at("failures"), into.failures);
  if (node.has("failed_stretches")) decode_items(node.at("failed_stretches"), into.failed_stretches);
  if (node.has("probes")) decode_items(node.at("probes"), into.probes);
  if (node.has("server_metrics")) decode_items(node.at("server_metrics"), into.server_metrics);
  if (node.has("probes_lead_ns")) node.read("probes_lead_ns", into.probes_lead);
  decode(node.at("health"), into.health);
  decode(node.at("environment"), into.environment);
  decode_items(node.at("series"), into.series);
  check_steps(node, into);
}

}  // namespace assay
