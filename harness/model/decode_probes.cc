#include "model/json_decode.h"

namespace assay {
namespace {

void decode(const JsonNode& node, ProbeFact& into) {
  node.at("state").read_name(into.state, probe_state_from);
  node.read("what", into.what);
  node.read("expected", into.expected);
  node.read("observed", into.observed);
  node.read("location", into.location);
}

void decode(const JsonNode& node, ProbeExchange& into) {
  node.read("label", into.label);
  node.read("protocol", into.protocol);
  node.read("answer", into.answer);
  node.read("attempt", into.attempt);
  node.read("started_utc", into.started_utc);
  node.read("at_ns", into.at);
  node.read("address", into.address);
  node.read("local", into.local);
  node.read("resolved_ns", into.resolved);
  node.read("connected_ns", into.connected);
  node.read("secured_ns", into.secured);
  node.read("first_byte_ns", into.first_byte);
  node.read("done_ns", into.done);
}

void decode(const JsonNode& node, ProbeOutage& into) {
  node.read("first_failed_ns", into.first_failed);
  node.read("last_failed_ns", into.last_failed);
  node.read("ticks", into.ticks);
  const JsonNode causes = node.at("causes");
  for (const std::string& cause : causes.keys()) causes.read(cause, into.causes[cause]);
  node.read("phase", into.phase);
  node.read("from_load", into.from_load);
  node.read("good_before_ns", into.good_before);
  node.read("good_after_ns", into.good_after);
}

void decode(const JsonNode& node, ProbeMilestone& into) {
  node.read("what", into.what);
  node.read("at_ns", into.at);
}

void decode(const JsonNode& node, ProbeSeries& into);

template <class T>
void decode_all(const JsonNode& list, std::vector<T>& into) {
  into.resize(list.size());
  for (std::size_t i = 0; i < into.size(); ++i) decode(list.item(i), into[i]);
}

void decode(const JsonNode& node, ProbeSeries& into) {
  node.read("connection", into.connection);
  node.read("interval_ns", into.interval);
  node.read("timeout_ns", into.timeout);
  node.read("ticks", into.ticks);
  node.read("failed", into.failed);
  node.read("errors", into.errors);
  node.read("stale_retries", into.stale_retries);
  node.read("lateness_p50_ns", into.lateness_p50);
  node.read("lateness_p99_ns", into.lateness_p99);
  node.read("lateness_max_ns", into.lateness_max);
  node.read("start_ns", into.start);
  node.read("length_ns", into.length);
  decode_all(node.at("outages"), into.outages);
  node.read("outages_in_all", into.outages_in_all);
  node.read("longest_outage_ns", into.longest_outage);
  node.read("down_ns", into.down);
}

}  // namespace

void decode(const JsonNode& node, ProbeResult& into) {
  node.read("name", into.name);
  node.read("kind", into.kind);
  node.read("target", into.target);
  node.at("phase").read_name(into.phase, probe_phase_from);
  node.at("severity").read_name(into.severity, severity_from);
  node.read("requirement", into.requirement);
  node.read("location", into.location);
  node.at("state").read_name(into.state, probe_state_from);
  node.read("reason", into.reason);
  node.read("started_utc", into.started_utc);
  node.read("at_ns", into.at);
  node.read("duration_ns", into.duration);
  node.read("attempts", into.attempts);
  const JsonNode measures = node.at("measures");
  for (const std::string& measure : measures.keys()) measures.read(measure, into.measures[measure]);
  decode_all(node.at("facts"), into.facts);
  decode_all(node.at("exchanges"), into.exchanges);
  decode_all(node.at("series"), into.series);
  if (node.has("milestones")) decode_all(node.at("milestones"), into.milestones);
}

}  // namespace assay
