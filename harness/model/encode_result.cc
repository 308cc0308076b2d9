#include <nlohmann/json.hpp>

#include "model/json_encode.h"

namespace assay {
namespace {

Json encode(const TlsFacts& tls) {
  return {{"version", tls.version},
          {"cipher", tls.cipher},
          {"verified", tls.verified},
          {"session_resumed", tls.session_resumed},
          {"subject", tls.subject},
          {"issuer", tls.issuer},
          {"not_before", tls.not_before},
          {"not_after", tls.not_after},
          {"names", tls.names}};
}

Json encode(const TargetFacts& target) {
  Json made = {{"arm", name(target.arm)},
               {"url", target.url},
               {"addresses", target.addresses},
               {"verify", target.verify},
               {"connections_opened", target.connections_opened},
               {"stale_retries", target.stale_retries},
               {"requests_on_new_connections", target.requests_on_new_connections}};
  if (target.tls) made["tls"] = encode(*target.tls);
  return made;
}

Json encode(const StepFacts& step) {
  return {{"scenario", step.scenario},
          {"name", step.name},
          {"method", step.method},
          {"target", step.target},
          {"timeout_ns", step.timeout.count()}};
}

Json encode(const LoadPhaseFacts& phase) {
  return {{"shape", phase.shape},
          {"description", phase.description},
          {"open_model", phase.open_model},
          {"start_ns", phase.start.count()},
          {"warm_up_ns", phase.warm_up.count()},
          {"end_ns", phase.end.count()},
          {"judged_until_end", phase.judged_until_end},
          {"max_in_flight", phase.max_in_flight}};
}

Json encode(const LookFacts& look) {
  return {{"until_ns", look.until.count()},
          {"fraction", encode_number(look.fraction)},
          {"p_pass", encode_number(look.p_pass)},
          {"p_fail", encode_number(look.p_fail)}};
}

Json encode(const EarlyStop& stop) {
  return {{"cause", name(stop.cause)}, {"at_ns", stop.at.count()}, {"reason", stop.reason}};
}

Json encode(const FailureExample& failure) {
  return {{"step", failure.step},   {"arm", name(failure.arm)}, {"outcome", name(failure.outcome)},
          {"count", failure.count}, {"detail", failure.detail}, {"location", failure.location}};
}

Json encode(const FailedStretch& stretch) {
  return {{"arm", name(stretch.arm)},
          {"from_ns", stretch.from.count()},
          {"until_ns", stretch.until.count()},
          {"requests", stretch.requests}};
}

Json encode(const Environment& environment) {
  return {{"assay_version", environment.assay_version},
          {"compiler", environment.compiler},
          {"build", environment.build},
          {"hostname", environment.hostname},
          {"kernel", environment.kernel},
          {"cpu_model", environment.cpu_model},
          {"cores", environment.cores},
          {"memory_bytes", environment.memory_bytes},
          {"file_limit", environment.file_limit},
          {"openssl_version", environment.openssl_version},
          {"ci", environment.ci}};
}

template <class T>
Json list_of(const std::vector<T>& items) {
  Json list = Json::array();
  for (const T& item : items) list.push_back(encode(item));
  return list;
}

Json identity_of(const RunResult& result) {
  return {{"id", result.id},
          {"name", result.name},
          {"description", result.description},
          {"started_utc", result.started_utc},
          {"seed", result.seed},
          {"segment", {{"index", result.segment.index}, {"count", result.segment.count}}},
          {"command_line", result.command_line},
          {"gate", {{"path", result.gate_path}, {"text", result.gate_text}}},
          {"overrides", result.overrides}};
}

}  // namespace

Json encode(const RunResult& result) {
  Json made = identity_of(result);
  if (result.same_build) made["same_build"] = true;
  if (!result.scenario_hash.empty()) made["scenario_hash"] = result.scenario_hash;
  if (!result.load_hash.empty()) made["load_hash"] = result.load_hash;
  if (!result.place.empty()) made["place"] = result.place;
  made["slot_length_ns"] = result.slot_length.count();
  made["duration_ns"] = result.duration.count();
  if (result.interrupted_by) made["interrupted_by_signal"] = *result.interrupted_by;
  if (result.could_not_run) made["could_not_run"] = *result.could_not_run;
  if (result.load_withheld) made["load_withheld"] = *result.load_withheld;
  if (!result.looks.empty()) made["looks"] = list_of(result.looks);
  if (result.early_stop) made["early_stop"] = encode(*result.early_stop);
  made["warm_up_requests"] = result.warm_up_requests;
  made["warm_up_errors"] = result.warm_up_errors;
  made["iterations_completed"] = result.iterations_completed;
  made["targets"] = list_of(result.targets);
  made["steps"] = list_of(result.steps);
  made["load"] = list_of(result.load);
  made["failures"] = list_of(result.failures);
  if (!result.failed_stretches.empty()) made["failed_stretches"] = list_of(result.failed_stretches);
  if (!result.probes.empty()) made["probes"] = list_of(result.probes);
  if (!result.server_metrics.empty()) made["server_metrics"] = list_of(result.server_metrics);
  if (result.probes_lead != Nanos{0}) made["probes_lead_ns"] = result.probes_lead.count();
  made["health"] = encode(result.health);
  made["environment"] = encode(result.environment);
  Json series = Json::array();
  for (const Series& one : result.series) series.push_back(encode(one));
  made["series"] = std::move(series);
  return made;
}

}  // namespace assay
